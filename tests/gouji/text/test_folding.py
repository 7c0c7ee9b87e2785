import pytest

from gouji.text.folding import fold, plain, script_of, squash, strip_readings


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("規範性檔案", "规范性文件"),
        ("政府資訊公開", "政府信息公开"),
        ("行政複議", "行政复议"),
        ("行政覆議", "行政复议"),
        ("行政復議", "行政复议"),
        ("本年新製作數量", "本年新制作数量"),
        ("屬於國家秘密", "属于国家秘密"),
        ("屬于國家秘密", "属于国家秘密"),
        ("入口網站", "门户网站"),
        ("民眾", "群众"),
        ("上一年專案數量", "上一年项目数量"),
        ("答覆", "答复"),
        ("採購總金額", "采购总金额"),
        ("⺠营 ⻓期 ⻔户 ⻅面 ⻋辆", "民营 长期 门户 见面 车辆"),
        ("⼀、⼆", "一、二"),
        ("第二十条第（五）项", "第二十条第(五)项"),
        ("１２３，４５６．７", "123,456.7"),
        ("服務(wù)機構", "服务机构"),
        ("國(guo)家(jiā)", "国家"),
        ("務（wù）（wù）", "务"),
        ("申請(qǐng)數量", "申请数量"),
        ("\ufeff规\u200b章", "规章"),
        ("总\u3000计\u00a0", "总 计 "),
        ("—— －－", "-- --"),
        ("plain (abc) 12", "plain (abc) 12"),
        ("", ""),
    ],
)
def test_fold(source: str, folded: str) -> None:
    assert fold(source) == folded


def test_fold_is_stable() -> None:
    text = "盤錦市雙臺子區人民政府辦公室2023年政府資訊公開工作年度報告（務(wù)）⻔ "
    assert fold(fold(text)) == fold(text)


def test_fold_of_long_text_equals_that_of_its_parts() -> None:
    parts = ["屬於國家秘密", "檔案", "１２"] * 40
    assert fold("\n".join(parts)) == "\n".join(fold(part) for part in parts)


def test_brackets_that_are_no_reading_stay() -> None:
    assert strip_readings("本机关(以下简称)APP(APP)") == "本机关(以下简称)APP(APP)"
    assert strip_readings("(一)予以公开") == "(一)予以公开"


def test_squash_removes_every_blank() -> None:
    assert squash(" 自然\u3000 人\n總 計 ") == "自然人总计"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("政府信息公开工作年度报告", "hans"),
        ("政府信息公開工作年度報告", "hant"),
        ("規範性檔案總計后里", "hant"),
        ("2023", "hans"),
        ("", "hans"),
    ],
)
def test_script_of(text: str, script: str) -> None:
    assert script_of(text) == script


def test_plain_keeps_script_and_words() -> None:
    assert plain("某 市檔案局（務(wù)）\n⺠政\u200b局 ") == "某市檔案局(務)民政局"
