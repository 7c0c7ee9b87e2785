"""The styles of a page that can make text unseen: its own sheets, inline styles and attributes, by the cascade.

No sheet is fetched. Sheets are parsed by tinycss2, selectors translated by cssselect; what neither understands is left
out. The work is bounded by the size of the sheets, the number of rules and of elements that they match.
"""

import re
from collections.abc import Iterator
from typing import cast

from cssselect import HTMLTranslator, SelectorError, parse
from lxml import etree
from tinycss2 import ast, parse_blocks_contents, parse_rule_list, parse_stylesheet, serialize  # type: ignore[import-untyped]

from gouji.readers.html.colours import WHITE, first_colour, is_same, read_colour
from gouji.text.remembering import remember

Styles = dict[str, str]  # property -> value, both in lower case

MAX_SHEETS = 1_000_000  # characters of all sheets of a page
MAX_SELECTORS = 3_000
MAX_WORK = 8_000_000  # selectors times elements
MAX_MATCHES = 300_000  # elements matched by all selectors
# fmt: off
PROPERTIES = frozenset((
    "display", "visibility", "opacity", "font-size", "font", "color", "background", "background-color",
    "background-image", "position", "left", "top", "right", "bottom", "margin-left", "margin-top", "text-indent",
    "clip", "clip-path", "width", "height", "max-width", "max-height", "overflow", "overflow-x", "overflow-y",
    "transform", "text-shadow", "-webkit-text-fill-color", "content-visibility", "filter",
))
# fmt: on
_ATTRIBUTES = {"bgcolor": "background-color", "background": "background-image", "color": "color", "text": "color"}
_SCREEN = re.compile(
    r"^\s*(?:(?:only\s+)?(?:screen|all)\b[^,]*)?\s*$|\b(?:screen|all)\b|^\s*\((?:min|max)-", re.IGNORECASE
)
_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*[hc]|content-visibility|opacity\s*:\s*\.?0|font(?:-size)?\s*:[^;}]{0,60}?(?<![.\w#])0(?![1-9]|\.0*[1-9])"
    r"|clip|transform|transparent|text-indent\s*:\s*-|(?:left|top|right|bottom)\s*:\s*-[0-9.]{2,}|overflow[-xy]*\s*:\s*[hc]|rgba|hsla",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"(?<![-\w])(?:-webkit-text-fill-)?color\s*:\s*([^;}!\n]{1,60})", re.IGNORECASE)
_GROUND = re.compile(r"background(?:-color)?\s*:\s*([^;}!\n]{1,100})", re.IGNORECASE)
_Priority = tuple[bool, int, tuple[int, int, int], int]  # important, origin, specificity, order


def may_hide(root: etree._Element) -> bool:
    """Whether any style of a page may make text unseen. Cheap: for most pages there is nothing more to do."""
    attributes = cast(list[str], root.xpath("//@style | //@color | //@bgcolor | //@text"))
    if root.xpath("boolean(//@hidden)"):
        return True
    written = "\n".join({*attributes, *(str(style.xpath("string()")) for style in root.iter("style"))})[:MAX_SHEETS]
    if _HIDES.search(written):
        return True
    # Colours are only of interest where one of a text is also one of what may be behind it.
    texts = {colour for found in _COLOUR.finditer(written) if (colour := read_colour(found[1]))}
    texts |= {colour for value in cast(list[str], root.xpath("//@color | //@text")) if (colour := read_colour(value))}
    grounds = {colour for found in _GROUND.finditer(written) if (colour := first_colour(found[1]))}
    grounds |= {colour for value in cast(list[str], root.xpath("//@bgcolor")) if (colour := read_colour(value))}
    return any(is_same(text, ground) for text in texts for ground in grounds | {WHITE})


def read_styles(root: etree._Element) -> dict[etree._Element, Styles]:
    """The declared styles of every element that has any of PROPERTIES (not those that it inherits)."""
    found: dict[etree._Element, dict[str, tuple[_Priority, str]]] = {}

    def declare(element: etree._Element, name: str, value: str, priority: _Priority) -> None:
        declared = found.setdefault(element, {})
        if name not in declared or declared[name][0] <= priority:
            declared[name] = priority, value

    for element in cast(list[etree._Element], root.xpath("//*[@bgcolor or @color or @text or @background]")):
        for attribute, name in _ATTRIBUTES.items():
            if value := element.get(attribute):
                value = f"url({value})" if attribute == "background" else value
                declare(element, name, value.lower(), (False, 0, (0, 0, 0), 0))
    for element in cast(list[etree._Element], root.xpath("//*[@hidden]")):
        declare(element, "display", "none", (False, 0, (0, 0, 0), 0))
    left = MAX_MATCHES
    for order, (selector, declarations) in enumerate(_rules(root)):
        for element in _matching(root, selector)[: max(left, 0)]:
            left -= 1
            for name, value, important in declarations:
                declare(element, name, value, (important, 1, selector[1], order))
    for element in cast(list[etree._Element], root.xpath("//*[@style]")):
        for name, value, important in _inline(element.get("style", "")):
            declare(element, name, value, (important, 2, (0, 0, 0), 0))
    return {element: {name: value for name, (_, value) in own.items()} for element, own in found.items()}


_Declaration = tuple[str, str, bool]
_Selector = tuple[str, tuple[int, int, int]]  # XPath, specificity


def _rules(root: etree._Element) -> list[tuple[_Selector, list[_Declaration]]]:
    """The rules of all sheets that declare anything of interest, by selectors; none where they are too many."""
    sheets = [str(style.xpath("string()")) for style in root.iter("style") if _is_for_screens(style.get("media", ""))]
    most = min(MAX_SELECTORS, MAX_WORK // max(1, sum(1 for _ in root.iter())))
    found: list[tuple[_Selector, list[_Declaration]]] = []
    for rule in _qualified(parse_stylesheet("\n".join(sheets)[:MAX_SHEETS], skip_comments=True, skip_whitespace=True)):
        if declarations := _declarations(rule.content):
            found += [(selector, declarations) for selector in _selectors(_written(rule.prelude))]
        if len(found) > most:
            return []  # half of a cascade says nothing
    return found


def _written(nodes: list[ast.Node]) -> str:
    """Nodes as CSS again; nothing where they are nested too deeply."""
    try:
        return str(serialize(nodes))
    except RecursionError:
        return ""


def has_far_sheets(root: etree._Element) -> bool:
    """Whether a page links sheets that are not at hand."""
    return bool(root.xpath("boolean(//link[contains(@rel, 'stylesheet')])"))


def _is_for_screens(media: str) -> bool:
    return _SCREEN.search(media) is not None


def _qualified(rules: list[ast.Node], depth: int = 3) -> Iterator[ast.QualifiedRule]:
    for rule in rules:
        if rule.type == "qualified-rule":
            yield rule
        elif rule.type == "at-rule" and rule.content and depth and _is_in_force(rule):
            yield from _qualified(parse_rule_list(rule.content, True, True), depth - 1)


def _is_in_force(rule: ast.AtRule) -> bool:
    if rule.lower_at_keyword == "media":
        return _is_for_screens(_written(rule.prelude))
    return rule.lower_at_keyword in ("supports", "layer")


def _selectors(text: str) -> list[_Selector]:
    try:
        translator = HTMLTranslator()
        return [
            (translator.selector_to_xpath(selector), selector.specificity())
            for selector in parse(text)
            if selector.pseudo_element is None
        ]
    except (SelectorError, ValueError, RecursionError):
        return []


def _matching(root: etree._Element, selector: _Selector) -> list[etree._Element]:
    try:
        return cast(list[etree._Element], root.xpath(selector[0]))
    except etree.XPathError:
        return []


@remember(4096)
def _inline(style: str) -> tuple[_Declaration, ...]:
    """The declarations of a style attribute: the cells of a table repeat it."""
    return tuple(_declarations(style))


def _declarations(content: str | list[ast.Node]) -> list[_Declaration]:
    found = []
    for declaration in parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if declaration.type == "declaration" and declaration.lower_name in PROPERTIES:
            value = _written(declaration.value).strip().lower()
            found.append((declaration.lower_name, value, declaration.important))
    return found
