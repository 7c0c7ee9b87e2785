import re
import string

import pytest

from gouji.missing.absence import REVIEWED
from gouji.notices import NOTICES, explain
from gouji_service import cli, problems, wording
from gouji_service.problems import Problem
from gouji_service.wording import PURPOSES_ZH, Said, say, say_code
from tests.gouji_service.conftest import ROOT

CHINESE = re.compile("[\u4e00-\u9fff]")


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("key", wording._SENTENCES)
def test_both_languages_tell_the_same_values(key: str) -> None:
    en, zh = wording._SENTENCES[key]
    assert names(en) == names(zh)
    assert CHINESE.search(zh)
    assert not CHINESE.search(en)


def test_every_code_of_a_problem_and_every_command_has_its_chinese() -> None:
    assert wording.CODES.keys() == problems.CODES.keys()
    assert all(CHINESE.search(say_code(code).zh) for code in problems.CODES)
    assert cli.COMMANDS.keys() <= PURPOSES_ZH.keys()


def test_no_sentence_is_without_use() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "service" / "gouji_service").rglob("*.py"))
    assert [key for key in wording._SENTENCES if code.count(f'"{key}"') + code.count(f"'{key}'") < 2] == []


def test_a_problem_speaks_both_languages() -> None:
    told = Problem("too_large", say("source_too_large", limit=5)).to_json()
    assert (told["detail"], told["detail_zh"]) == ("The source is larger than 5 bytes.", "来源超过 5 字节。")
    of_a_reader = Problem("unreadable", "no text").to_json()
    assert (of_a_reader["detail"], of_a_reader["detail_zh"]) == ("no text", say_code("unreadable").zh + "。")


def test_a_sentence_within_a_sentence_is_told_in_its_own_language() -> None:
    said = say("parameter_unknown", name="x", known=Said("none", "无"))
    assert said.endswith("there are: none.")
    assert said.zh.endswith("可用参数:无。")


def test_every_warning_that_the_library_gives_is_explained() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "models" / "gouji").rglob("*.py"))
    given = set(re.findall(r'Notice\(\s*"(\w+)"', code)) | set(re.findall(r'yield "(\w+)", ', code))
    assert given | REVIEWED == NOTICES.keys()
    assert all(CHINESE.search(zh) and not CHINESE.search(en) for en, zh in NOTICES.values())
    assert explain("of_an_earlier_version") == ("of_an_earlier_version", "of_an_earlier_version")
