"""Values that a page shows without being text: in form fields, in attributes that styles print, in pictures.

A cell that shows something is not blank. What can be read is put into the tree as text; a picture that says nothing of
itself becomes the character for an object, which is unread.
"""

import re
from typing import cast

from lxml import etree

from gouji.text.numerals import read_numeral

OBJECT = "\ufffc"  # Unicode's stand-in for what is no text
_NO_FIELDS = frozenset(
    ("hidden", "button", "submit", "reset", "image", "file", "password", "checkbox", "radio", "color", "range")
)
_PRINTED = (
    "data-value",
    "data-val",
    "data-num",
    "data-number",
    "data-text",
    "data-content",
    "data-title",
    "aria-label",
)
_OF_CELLS = (*_PRINTED, "value", "title", "alt")
_PICTURES = ("img", "svg", "canvas", "object", "picture", "embed")
_SPACER = 3  # pixels up to which a picture only keeps a place open
_CELLS = "//td|//th"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # a tree takes none of them as text
_MARKED = "//*[" + " or ".join(f"@{name}" for name in _PRINTED) + "]"


def show_controls(root: etree._Element) -> None:
    """Write as text what fields, attributes and pictures show."""
    for field in list(root.iter("input", "textarea", "select")):
        _show_field(field)
    for element in cast(list[etree._Element], root.xpath(_MARKED)):
        _show_attribute(element, _PRINTED)
    for cell in cast(list[etree._Element], root.xpath(_CELLS)):
        if _is_empty(cell) and not any(_show_attribute(each, _OF_CELLS) for each in cell.iter()):
            _show_picture(cell)
    for picture in list(root.iter("svg", "object", "canvas")):
        # Words inside a drawing (the numbers of a chart) are no text of the page.
        del picture[:]
        picture.text = None


def _show_field(field: etree._Element) -> None:
    if field.tag == "input":
        text = "" if field.get("type", "text").lower() in _NO_FIELDS else field.get("value", "")
    elif field.tag == "textarea":
        text = field.text or ""
    else:
        options = list(field.iter("option"))
        chosen = [option for option in options if "selected" in option.attrib] or options
        text = str(chosen[0].xpath("string()")) if chosen else ""
    del field[:]
    field.attrib.clear()
    field.tag, field.text = "span", _NO_XML.sub("", text) if text.strip() else None


def _show_attribute(element: etree._Element, names: tuple[str, ...]) -> bool:
    """Whether an element without text has a number, or a mark for nothing, in one of these attributes; written then."""
    if not isinstance(element.tag, str) or not _is_empty(element):
        return False
    told = next((element.get(name, "").strip() for name in names if element.get(name, "").strip()), "")
    if not told or read_numeral(told) is None:
        return False
    if element.tag in _PICTURES:
        element.tag = "span"
        del element[:]
    element.text = _NO_XML.sub("", told)
    return True


def _show_picture(cell: etree._Element) -> None:
    picture = next((each for each in cell.iter(*_PICTURES) if not _is_spacer(each)), None)
    if picture is not None:
        del picture[:]
        picture.attrib.clear()
        picture.tag, picture.text = "span", OBJECT


def _is_spacer(picture: etree._Element) -> bool:
    sizes = (picture.get("width", "").removesuffix("px"), picture.get("height", "").removesuffix("px"))
    return any(size.isdigit() and int(size) <= _SPACER for size in sizes)


def _is_empty(element: etree._Element) -> bool:
    return not str(element.xpath("string()")).strip()
