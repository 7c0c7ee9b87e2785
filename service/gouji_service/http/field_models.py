"""The fields of library and store as models of pydantic, which OpenAPI is made of: no name is written again."""

import operator
import types
from collections.abc import Mapping
from functools import cache, reduce
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import BaseModel, ConfigDict, Field, create_model

from gouji.fields import PlaceFields, ReadingFields, ResultFields, Says, TablesFields
from gouji_service.store.kept_fields import CorrectedResultFields, KeptResultFields

# What the documents call the objects; another one is called after its fields, as CellShape after CellFields.
_NAMES: Mapping[type, str] = {
    PlaceFields: "Where",
    ReadingFields: "ReadShape",
    TablesFields: "Tables",
    ResultFields: "Result",
    KeptResultFields: "KeptResult",
    CorrectedResultFields: "CorrectedResult",
}


class Shape(BaseModel):
    """An object of which every field is documented."""

    model_config = ConfigDict(extra="forbid")


@cache
def fields_to_model(fields: type) -> type[BaseModel]:
    """The model of a TypedDict of fields.py, and of those inside it."""
    hints = get_type_hints(fields, include_extras=True)
    called = _NAMES.get(fields, fields.__name__.removesuffix("Fields") + "Shape")
    own: dict[str, Any] = {field: _hint_to_field(hint) for field, hint in hints.items()}
    return create_model(called, __base__=Shape, __doc__=fields.__doc__, __module__=__name__, **own)


def _hint_to_field(hint: Any) -> tuple[Any, Any]:
    """Type and description of a field as pydantic has them."""
    optional = get_origin(hint) is NotRequired
    hint = get_args(hint)[0] if optional else hint
    says = Says()
    if get_origin(hint) is Annotated:
        hint, says = get_args(hint)
    field: Any = Field(
        default=says.otherwise if optional else ...,
        description=says.text,
        ge=says.least,
        le=says.most,
        examples=list(says.examples) or None,
    )
    return _hint_to_type(hint, says), field


def _hint_to_type(hint: Any, says: Says) -> Any:
    """The type of a field: models for TypedDicts, the texts that it may be, and as many items as a list holds."""
    if is_typeddict(hint):
        return fields_to_model(hint)
    if hint is str and says.of:
        texts = says.of if not isinstance(says.of, type) else [member.value for member in says.of]
        return Literal[tuple(texts)]
    origin, inner = get_origin(hint), [_hint_to_type(each, says) for each in get_args(hint)]
    if origin in (types.UnionType, Union):
        return reduce(operator.or_, inner)
    if origin is list and says.length is not None:
        return tuple[tuple(inner * says.length)]  # type: ignore[misc]
    return origin[tuple(inner)] if origin is not None else hint
