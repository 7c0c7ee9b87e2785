"""What of a page no reader of it sees, by its styles: taken away, cells where they stand.

An element that is not shown, or stands beside the page, goes with all that is in it. Text that is there and cannot be
seen (invisible, of no size, in the colour of what is behind it) is taken out of the elements, which keep their places.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml import etree

from gouji.readers.html.colours import BLACK, WHITE, Colour, first_colour, is_same, lay_over, read_colour
from gouji.readers.html.styles import Styles

_FAR = -400.0  # pixels beyond the edge from which nothing of a text is seen
_CLEAR = 0.05  # alpha, and opacity, under which nothing is seen
_LENGTH = re.compile(r"(-?[0-9]*\.?[0-9]+)(px|pt|em|rem|%|vw|vh|cm|mm|in|pc|ex|ch)?")
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "em": 16.0,
    "rem": 16.0,
    "cm": 38.0,
    "mm": 3.8,
    "in": 96.0,
    "pc": 16.0,
    "ex": 8.0,
}
_PIXELS |= {"ch": 8.0, "%": 10.0, "vw": 12.0, "vh": 8.0}
_TINY_CLIP = re.compile(
    r"rect\(\s*(?:[01](?:px)?[\s,]+){3}[01](?:px)?\s*\)|inset\(\s*(?:100|[5-9][0-9])%|circle\(\s*0|polygon\(\s*0"
)
_MOVED_AWAY = re.compile(
    r"translate[xy]?\(\s*(-[0-9.]+(?:px|em|rem|pt|vw|vh)|-[1-9][0-9]{2,}%)|scale[xy]?\(\s*0\s*[,)]"
)
_GRADED = ("url(", "gradient(", "image(", "image-set(")
_TABLE = frozenset(("td", "th", "tr", "tbody", "thead", "tfoot", "table"))
_SIDES = ("left", "top", "right", "bottom", "margin-left", "margin-top")


@dataclass(frozen=True, slots=True)
class _Look:
    """What an element inherits. A colour is None where it is not known: then what has it is seen."""

    visible: bool = True
    colour: Colour | None = BLACK
    behind: Colour | None = WHITE
    declared: bool = False  # what is behind was declared, and not only taken for white
    sized: bool = True
    shadowed: bool = False


def hide_unseen(
    root: etree._Element, styles: Mapping[etree._Element, Styles], linked: bool = False
) -> list[etree._Element]:
    """Take the text out that cannot be seen; the elements that are not shown at all are given back.

    linked: whether the page has sheets that are not at hand.
    """
    gone = [
        element
        for element in root.iter()
        if isinstance(element.tag, str) and _is_gone(element, styles.get(element, {}))
    ]
    if not any(
        name in own
        for own in styles.values()
        for name in ("color", "visibility", "font-size", "font", "-webkit-text-fill-color")
    ):
        return gone
    looks: dict[etree._Element, _Look] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        parent = element.getparent()
        before = looks.get(parent, _Look()) if parent is not None else _Look()
        own = styles.get(element)
        look = _look(own, before) if own else before
        # A sheet that is not at hand may colour what has a class of its own, cells above all.
        if (
            linked
            and look.behind
            and not look.declared
            and element.tag in _TABLE
            and ("class" in element.attrib or "id" in element.attrib)
        ):
            look = replace(look, behind=None)
        looks[element] = look
    for element, look in looks.items():
        if not _is_seen(look):
            element.text = None
            for child in element:
                child.tail = None
    return gone


def _is_gone(element: etree._Element, own: Styles) -> bool:
    """Whether an element takes no place on the page, or one beside it."""
    if own.get("display", "").startswith("none") or own.get("content-visibility") == "hidden":
        return True
    if not own:
        return False
    if own.get("visibility") == "collapse" and element.tag in ("tr", "tbody", "thead", "tfoot", "col"):
        return True
    opacity = _number(own.get("opacity", "1"))
    if opacity is not None and opacity < _CLEAR:
        return True
    return _is_away(own) or _is_shut(own)


def _is_away(own: Styles) -> bool:
    placed = own.get("position", "") in ("absolute", "fixed")
    moved = any((_pixels(own.get(side, "")) or 0.0) <= _FAR for side in _SIDES if placed or side.startswith("margin"))
    if moved or (_pixels(own.get("text-indent", "")) or 0.0) <= _FAR:
        return True
    transform = _MOVED_AWAY.search(own.get("transform", ""))
    if transform and (transform[1] is None or transform[1].endswith("%") or (_pixels(transform[1]) or 0.0) <= _FAR):
        return True
    return _TINY_CLIP.search(own.get("clip-path", "")) is not None or (
        placed and _TINY_CLIP.search(own.get("clip", "")) is not None
    )


def _is_shut(own: Styles) -> bool:
    """Whether an element has no room, and shows nothing beyond it."""
    if not any(own.get(name, "").startswith(("hidden", "clip")) for name in ("overflow", "overflow-x", "overflow-y")):
        return False
    sizes = {name: _pixels(own.get(name, "")) for name in ("width", "height", "max-width", "max-height")}
    none = {name for name, size in sizes.items() if size is not None and size == 0}
    tiny = {name.removeprefix("max-") for name, size in sizes.items() if size is not None and size <= 1}
    return bool(none) or tiny == {"width", "height"}


def _look(own: Styles, before: _Look) -> _Look:
    look = before
    if "visibility" in own and own["visibility"] != "inherit":
        look = replace(look, visible=own["visibility"] in ("visible", "initial"))
    size = own.get("font-size") or _size_of_font(own.get("font", ""))
    if size:
        number = _number(size)
        relative = size.endswith(("em", "%")) and not size.endswith("rem")
        look = replace(look, sized=number is None or (number != 0 and (look.sized or not relative)))
    colour = own.get("-webkit-text-fill-color") or own.get("color", "inherit")
    if colour not in ("inherit", "currentcolor"):
        look = replace(look, colour=BLACK if colour == "initial" else read_colour(colour))
    if "text-shadow" in own:
        look = replace(look, shadowed=own["text-shadow"] != "none")
    return _behind(own, look)


def _behind(own: Styles, look: _Look) -> _Look:
    written = [own.get(name, "") for name in ("background", "background-color", "background-image")]
    if any(picture in value for value in written for picture in _GRADED):
        return replace(look, behind=None, declared=True)
    for value in written[:2]:
        if not value or value in ("none", "transparent", "inherit", "initial", "unset", "0", "0 0"):
            continue
        colour = first_colour(value)
        if colour and colour[3] < _CLEAR:
            continue
        look = replace(look, behind=lay_over(colour, look.behind) if colour else None, declared=True)
    if own.get("position", "") in ("absolute", "fixed") and not any(written):
        look = replace(look, behind=None)  # it may lie over anything
    return look


def _is_seen(look: _Look) -> bool:
    if not look.visible or not look.sized:
        return False
    if look.colour is None or look.shadowed:
        return True
    if look.colour[3] < _CLEAR:
        return False
    if look.behind is None:
        return True
    colour = lay_over(look.colour, look.behind)
    return colour is None or not is_same(colour, look.behind)


def _number(value: str) -> float | None:
    found = _LENGTH.match(value.strip())
    return float(found[1]) / (100 if found[2] == "%" else 1) if found else None


def _pixels(value: str) -> float | None:
    found = _LENGTH.fullmatch(value.strip())
    return float(found[1]) * _PIXELS[found[2] or ""] if found else None


def _size_of_font(value: str) -> str:
    """The size in the shorthand `font: 0/0 a`."""
    found = re.search(r"(?:^|\s)([0-9.]+(?:px|pt|em|rem|%)?)(?:\s*/|\s)", value)
    return found[1] if found else ""
