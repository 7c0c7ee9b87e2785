import json
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji import document
from gouji.document import (
    Document,
    Figure,
    Fragment,
    GridPlace,
    Page,
    ReadingTimeout,
    SourceError,
    SourceTooLarge,
    UnreadableSource,
    UnsupportedMedia,
)
from gouji.readers.apart.wire import (
    bytes_to_document,
    bytes_to_request,
    document_to_bytes,
    error_to_bytes,
    request_to_bytes,
)

NUMBERS = st.integers(-(2**31), 2**31)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
# halves of surrogate pairs too: broken files hold them
TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
BOXES = st.tuples(FLOATS, FLOATS, FLOATS, FLOATS)


def of(kind: type, **given: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Values of a dataclass, every field drawn by its type or as given: a field that is new is drawn too."""
    plain: dict[object, st.SearchStrategy[object]] = {str: TEXTS, int: NUMBERS, float: FLOATS, bool: st.booleans()}
    boxes = {"Box | None": st.none() | BOXES}
    drawn: dict[str, st.SearchStrategy[object]] = {}
    for field in fields(kind):
        if field.name in given:
            drawn[field.name] = given[field.name]
        elif field.type in boxes or field.type == document.Box | None:
            drawn[field.name] = boxes["Box | None"]
        elif field.type in plain:
            drawn[field.name] = plain[field.type]
        elif isinstance(field.type, type):
            drawn[field.name] = st.sampled_from(list(field.type)) if issubclass(field.type, str) else of(field.type)
        else:
            optional = next(each for each in field.type.__args__ if each is not type(None))  # type: ignore[union-attr]
            drawn[field.name] = st.none() | (plain[optional] if optional in plain else of(optional))
    return st.builds(kind, **drawn)


def many(kind: type) -> st.SearchStrategy[object]:
    return st.lists(of(kind), max_size=3).map(tuple)


DOCUMENTS = of(Document, fragments=many(Fragment), pages=many(Page), figures=many(Figure))


@settings(deadline=None)
@given(DOCUMENTS)
def test_every_field_of_a_document_survives(document: Document) -> None:
    back = bytes_to_document(document_to_bytes(document))
    assert back == document
    assert repr(back) == repr(document)  # 1 and 1.0, True and 1 are equal and not the same


def test_the_place_in_a_line_survives() -> None:
    fragment = Fragment("规章", 0, 2, grid=GridPlace(0, 1, 2, 3, 4), place=7)
    assert bytes_to_document(document_to_bytes(Document("规章", (fragment,)))).fragments == (fragment,)


@pytest.mark.parametrize("kind", [UnreadableSource, UnsupportedMedia, SourceTooLarge, ReadingTimeout])
def test_an_error_survives_with_its_kind(kind: type[SourceError]) -> None:
    with pytest.raises(kind, match="the file 损坏") as caught:
        bytes_to_document(error_to_bytes(kind("the file 损坏")))
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"cos\nsystem\n(S'true'\ntR.",  # a pickle
        b'{"document": {"text": 5, "fragments": []}}',
        b'{"document": {"text": "", "fragments": [{"text": "", "start": 0, "end": 0, "gap": "none at all"}]}}',
        b'{"error": "SystemExit", "message": "x"}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_reply_is_the_files_fault(payload: bytes) -> None:
    with pytest.raises(UnreadableSource):
        bytes_to_document(payload)


def test_a_reply_is_json_and_a_request_holds_any_bytes() -> None:
    assert json.loads(document_to_bytes(Document("a", ())))["document"]["text"] == "a"
    data = bytes(range(256)) * 2
    assert bytes_to_request(request_to_bytes(data, "application/pdf")) == (data, "application/pdf")
