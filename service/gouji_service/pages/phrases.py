"""The phrases of the pages, of phrases.json: Chinese first, English beside it, `{n}` and the like to be filled in."""

import json
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]

PHRASES: dict[str, tuple[str, str]] = {
    key: (zh, en)
    for key, (zh, en) in json.loads(Path(__file__).with_name("phrases.json").read_text(encoding="utf-8")).items()
}


def phrase(key: str, language: Language, **values: object) -> str:
    """A phrase in a language. Without values its places are left as they are, for a script to fill."""
    zh, en = PHRASES[key]
    told = zh if language == "zh" else en
    return told.format(**values) if values else told
