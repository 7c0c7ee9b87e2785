import pytest

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, FORMS, REVIEW_LITIGATION, TABLES, template
from gouji.text.labels import (
    anchors,
    canonical,
    find_anchor,
    header_characters,
    is_column,
    is_group,
    label_set,
    match_rows,
    share_characters,
    without_explanation,
)


@pytest.mark.parametrize(
    ("printed", "same"),
    [
        ("社会公 益组织", "社会公益组织"),
        ("（一）予以公开", "(一)予以公开"),
        ("三、本年度辦理結果", "三、本年度办理结果"),
        ("行政複議", "行政复议"),
        ("務(wù)", "务"),
        ("政府資訊", "政府信息"),
        ("规范性檔案", "规范性文件"),
        ("1．属于国家秘密", "1.属于国家秘密"),
        ("行攻许可", "行政许可"),
        ("夏议", "复议"),
    ],
)
def test_canonical_texts_agree(printed: str, same: str) -> None:
    assert canonical(printed) == canonical(same)


@pytest.mark.parametrize(("table", "form"), [(t, f) for t in TABLES for f in FORMS])
def test_every_official_label_finds_its_row(table: str, form: str) -> None:
    rows = template(table, form).rows
    for r, row in enumerate(rows):
        nats = match_rows(canonical(row.label), table, form)
        assert nats.shape == (len(rows), 2)
        same = [k for k, other in enumerate(rows) if canonical(other.label) == canonical(row.label)]
        assert r in same
        assert nats[r, 1] == nats[:, 1].max() > 2


def test_groups_speak_for_the_row_that_they_open() -> None:
    nats = match_rows(canonical("(三)不予公开"), APPLICATIONS, "2021")
    rows = template(APPLICATIONS, "2021").rows
    assert rows[int(nats[:, 0].argmax())].label == "1.属于国家秘密"
    assert nats[:, 0].max() > nats[:, 1].max()


def test_scores_are_shared_and_read_only() -> None:
    nats = match_rows(canonical("规章"), ACTIVE_DISCLOSURE, "2021")
    with pytest.raises(ValueError, match="read-only"):
        nats[0, 0] = 1.0


def test_share_of_characters() -> None:
    assert share_characters("", "规章") == 0
    assert share_characters("规章", "规章制度") == 1
    assert share_characters("规定", "规章制度") == 0.5


@pytest.mark.parametrize(
    ("label", "table"),
    [
        ("行政规范性文件", ACTIVE_DISCLOSURE),
        ("第二十条第(八)项", ACTIVE_DISCLOSURE),
        ("法律服务机构", APPLICATIONS),
        ("二、上年结转政府信息公开申请数量", APPLICATIONS),
        ("未经复议直接起诉", REVIEW_LITIGATION),
        ("結果糾正", REVIEW_LITIGATION),
    ],
)
def test_anchors_name_their_table(label: str, table: str) -> None:
    found = find_anchor(canonical(label))
    assert found is not None
    assert found[0] == table
    assert found[1] > 0


@pytest.mark.parametrize("text", ["", "索引号", "总计", "其他", "发布日期", "全年召开会议研究部署工作", "x" * 200])
def test_other_texts_are_no_anchors(text: str) -> None:
    assert find_anchor(canonical(text)) is None


def test_no_label_speaks_for_two_tables() -> None:
    told = anchors()
    assert set(told) == set(TABLES)
    assert "总计" not in set().union(*told.values())
    assert all(weight > 0 for weights in told.values() for weight in weights.values())


def test_characters_of_headers_and_labels_of_a_table() -> None:
    assert set("商业企业") <= header_characters(APPLICATIONS)
    assert "秘" not in header_characters(APPLICATIONS)
    assert len(label_set(APPLICATIONS)) == len(template(APPLICATIONS, FORMS[0]).rows)
    assert len(label_set(REVIEW_LITIGATION)) == 15


def test_a_label_is_known_without_one_of_its_words() -> None:
    label = canonical("一、本年新收政府信息公开申请数量")
    for word in ("彩票平台", "娱乐官网", "博彩"):
        nats = match_rows(label.replace("政府", word), APPLICATIONS, "2021")[:, 1]
        assert nats.argmax() == 0
        assert nats[0] > 5
        assert max(nats[1:]) < 3
    assert match_rows(canonical("一、本年度全区收到各类信访举报数量"), APPLICATIONS, "2021").max() < 5


def test_groups_and_columns() -> None:
    assert is_group(canonical("三、本年办理结果"))
    assert is_group(canonical("(三)不予公开"))
    assert not is_group(canonical("(一)予以公开"))
    assert is_column("其他")
    assert not is_column(canonical("3.其他"))


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("规章（设区的市、自治州人民政府应提供相关数据）", "规章"),
        ("規範性檔案(行政機關制定發布的決定、公告)", "規範性檔案"),
        ("上一年项目数量(指2019年事项数)", "上一年项目数量"),
        ("行政许可①", "行政许可"),
        ("行政处罚[1]", "行政处罚"),
        ("行政强制*", "行政强制"),
        ("其中：行政许可", "行政许可"),
        ("本年收费金额(单位:万元)", "本年收费金额(单位:万元)"),
        ("（一）予以公开", "（一）予以公开"),
        (
            "其他主动公开文件（含以本单位名义正式签发的、除规范性文件以外的主动公开文件，可参考本单位平台数据）",
            "其他主动公开文件",
        ),
        ("一、新收（注）二、结转（注）三、办理", "一、新收（注）二、结转（注）三、办理"),
        ("会议（第3次）", "会议（第3次）"),
    ],
)
def test_what_was_added_to_a_label_is_told_apart(text: str, bare: str) -> None:
    assert canonical(without_explanation(text)) == canonical(bare)
