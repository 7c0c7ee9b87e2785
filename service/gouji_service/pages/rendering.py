"""Templates into HTML: everything that is put into one is escaped, unless it is JSON for a script."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gouji_service.pages.phrases import PHRASES, Language, phrase
from gouji_service.version import VERSION

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def words(language: Language) -> Mapping[str, str]:
    """Every phrase in one language, for the scripts."""
    return {key: phrase(key, language) for key in PHRASES}


def render_page(template: str, language: Language, **values: Any) -> str:
    """The HTML of a template; `t` in it gives a phrase in the language."""
    page = _environment().get_template(template)
    return page.render(
        t=lambda key, **put: phrase(key, language, **put),
        lang=language,
        words=words(language),
        version=VERSION,
        **values,
    )
