from enum import StrEnum
from typing import Annotated, NotRequired, TypedDict

import pytest
from pydantic import ValidationError

from gouji.fields import CellFields, Says
from gouji_service.http.field_models import fields_to_model


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class InnerFields(TypedDict):
    """Something inside."""

    n: Annotated[int, Says(least=1)]


class OuterFields(TypedDict):
    """Something that holds it."""

    colour: Annotated[str | None, Says("Of which colour", of=Colour, examples=["red"])]
    box: Annotated[list[float] | None, Says(length=2)]
    inner: dict[str, InnerFields]
    late: NotRequired[Annotated[int, Says("Rarely there", otherwise=3)]]


GOOD = {"colour": "red", "box": [1.0, 2.0], "inner": {"a": {"n": 1}}}


def test_names_types_and_words_are_those_of_the_fields() -> None:
    model = fields_to_model(OuterFields)
    told = model.model_json_schema()
    assert (model.__name__, told["description"]) == ("OuterShape", "Something that holds it.")
    assert list(told["properties"]) == list(OuterFields.__annotations__)
    assert told["required"] == ["colour", "box", "inner"]
    assert told["properties"]["colour"]["anyOf"][0]["enum"] == ["red", "blue"]
    assert told["properties"]["colour"]["description"] == "Of which colour"
    assert told["properties"]["late"]["default"] == 3
    assert told["$defs"]["InnerShape"]["properties"]["n"]["minimum"] == 1
    assert fields_to_model(OuterFields) is model


def test_what_the_fields_allow_is_valid() -> None:
    model = fields_to_model(OuterFields)
    assert model.model_validate(GOOD).model_dump(exclude_unset=True, mode="json") == GOOD
    model.model_validate(GOOD | {"colour": None, "box": None, "late": 5})


@pytest.mark.parametrize(
    "wrong", [{"colour": "green"}, {"box": [1.0]}, {"inner": {"a": {"n": 0}}}, {"late": None}, {"more": 1}]
)
def test_and_nothing_else_is(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        fields_to_model(OuterFields).model_validate(GOOD | wrong)


def test_fields_that_go_on_from_others_have_theirs_first() -> None:
    assert list(fields_to_model(CellFields).model_fields)[:5] == ["value", "text", "state", "confidence", "where"]
