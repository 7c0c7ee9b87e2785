"""Colours of CSS: what a value says, and whether an eye tells two of them apart."""

import re

from tinycss2.color4 import parse_color  # type: ignore[import-untyped]

Colour = tuple[float, float, float, float]  # red, green, blue and alpha, 0 to 1
WHITE: Colour = (1.0, 1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0, 1.0)

_CONTRAST = 1.1  # WCAG ratio under which text is not told from what is behind it
_SAME = 0.1  # the largest difference of a channel of colours that are the same to the eye
_TOKEN = re.compile(r"[^\s(,/]+\([^()]*\)|[^\s,/]+")
_HEX = re.compile("[0-9a-f]{6}", re.IGNORECASE)


def read_colour(value: str) -> Colour | None:
    """A colour of CSS as red, green, blue and alpha, 0 to 1; None for what is none, or depends on more."""
    value = value.strip()
    try:
        colour = parse_color(value if value.startswith("#") or not _HEX.fullmatch(value) else f"#{value}")
        if colour is None or isinstance(colour, str):
            return None
        red, green, blue = (min(1.0, max(0.0, float(part or 0.0))) for part in colour.to("srgb").coordinates)
        return red, green, blue, float(colour.alpha)
    except (ValueError, TypeError, AttributeError, NotImplementedError, KeyError, ZeroDivisionError):
        return None


def first_colour(value: str) -> Colour | None:
    """The first colour in a value of several parts, as `background` has them."""
    return next((colour for token in _TOKEN.findall(value) if (colour := read_colour(token))), None)


def is_same(colour: Colour, behind: Colour) -> bool:
    """Whether text of a colour cannot be told from what is behind it; both opaque."""
    if max(abs(a - b) for a, b in zip(colour[:3], behind[:3], strict=True)) > _SAME:
        return False
    light, dark = sorted((_luminance(colour), _luminance(behind)), reverse=True)
    return (light + 0.05) / (dark + 0.05) < _CONTRAST


def lay_over(colour: Colour, behind: Colour | None) -> Colour | None:
    """A colour as it looks over another one; None where that is not known and shines through."""
    alpha = colour[3]
    if alpha >= 1:
        return colour
    if behind is None:
        return None
    red, green, blue = (alpha * a + (1 - alpha) * b for a, b in zip(colour[:3], behind[:3], strict=True))
    return red, green, blue, 1.0


def _luminance(colour: Colour) -> float:
    """Relative luminance, as WCAG defines it."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
