from collections.abc import Sequence

import pytest

from gouji.document import Fragment, Gap
from gouji.forms import APPLICATIONS, REVIEW_LITIGATION
from gouji.pieces import Piece, PieceKind, count_strange, document_to_pieces, fragment_to_piece, is_prose, is_torn
from gouji.readers.text.reader import text_to_document


def pieces_of(text: str) -> list[Piece]:
    return document_to_pieces(text_to_document(text))


def texts(pieces: Sequence[Piece]) -> list[str]:
    return [piece.fragment.text for piece in pieces]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0", PieceKind.NUMBER),
        ("1,113", PieceKind.NUMBER),
        ("减4", PieceKind.NUMBER),
        ("/", PieceKind.MARK),
        ("—", PieceKind.MARK),
        ("无", PieceKind.MARK),
        ("", PieceKind.EMPTY),
        ("1***", PieceKind.UNREAD),
        ("规章", PieceKind.TEXT),
        ("2023年", PieceKind.TEXT),
    ],
)
def test_kinds(text: str, kind: PieceKind) -> None:
    piece = fragment_to_piece(Fragment(text, 0, len(text)))
    assert piece.kind is kind
    assert piece.is_value is (kind is not PieceKind.TEXT)
    assert bool(piece.label) is (kind is PieceKind.TEXT)


def test_ink_without_characters_is_unread() -> None:
    assert fragment_to_piece(Fragment("", 0, 0, unread=True)).kind is PieceKind.UNREAD


def test_words_of_one_label_are_joined_and_keep_their_blanks() -> None:
    text = "规章 | 0 |\n社会公 益组织 | 3 4 |\n法律 服务\n机构 | 1 |"
    pieces = pieces_of(text)
    assert texts(pieces)[:6] == ["规章", "0", "社会公 益组织", "3", "4", "法律 服务"]
    assert pieces[2].label == "社会公益组织"
    for piece in pieces:
        assert text[piece.fragment.start : piece.fragment.end] == piece.fragment.text


def test_pages_and_long_texts_are_not_joined() -> None:
    word = "长" * 50
    assert texts(pieces_of(f"甲乙丙\n{word} {word}\n丁 | 戊"))[1:3] == [word, word]
    assert texts(pieces_of("甲 乙\f丙\n丁 | 戊"))[:2] == ["甲 乙", "丙"]


def test_a_single_paragraph_is_left_in_words() -> None:
    assert texts(pieces_of("规章 0 0 1 行政规范性文件 1 0 2 行政 许可")) == (
        ["规章", "0", "0", "1", "行政规范性文件", "1", "0", "2", "行政", "许可"]
    )


def test_a_total_above_its_row_goes_back() -> None:
    row = "(一)予以公开 | 1 | 2 | 0 | 0 | 0 | 0 | 3 |"
    assert texts(pieces_of(f"{row}\n7\n7.属于行政执法案卷 | 0 | 0 | 0 | 0 | 7 | 0 | |\n{row}"))[8:16] == [
        "7.属于行政执法案卷", "0", "0", "0", "0", "7", "0", "7",
    ]  # fmt: skip


def test_a_total_above_its_row_goes_before_its_padding() -> None:
    lines = "5.属于三类\n2\n| 0 | 0 | 0 | 0 | 0 | 2 |  |  |\n|---|---|---|---|---|---|---|---|\n8.属于行政查询事项\n"
    assert texts(pieces_of(lines)) == ["5.属于三类", "0", "0", "0", "0", "0", "2", "2", "", "8.属于行政查询事项"]


@pytest.mark.parametrize(
    "text",
    [
        "规章 | 1 | 2 |\n7\n许可 | 0 | 0 | 7 |\n",  # the row is whole
        "规章 | 1 | 2 |\n7 8\n许可 | 0 | 0 | |\n",  # not alone on its line
        "规章 | 1 | 2 |\n7\n许可 | 0 | | 0 | |\n",  # a row with blanks of its own
        "规章 | 1 | 2 |\n7\n许可\n",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    document = text_to_document(text)
    assert texts(document_to_pieces(document)) == [f.text for f in document.fragments]


def test_no_piece_is_lost_or_doubled() -> None:
    text = "规章 | 1 | 2 |\n7\n许可 | 0 | 0 | |\n- 2 -\n9\n"
    assert sorted(t for t in texts(pieces_of(text)) if t) == sorted(["规章", "1", "2", "7", "许可", "0", "0", "9"])


def test_torn_headers_and_prose() -> None:
    assert is_torn(fragment_to_piece(Fragment("商业", 0, 2)), APPLICATIONS)
    assert not is_torn(fragment_to_piece(Fragment("秘密", 0, 2)), APPLICATIONS)
    assert is_torn(fragment_to_piece(Fragment("结果", 0, 2)), REVIEW_LITIGATION)
    sentence = "全年共收到申请三件，均已按期答复，没有发生因政府信息公开引起的行政复议和诉讼案件。"
    assert is_prose(fragment_to_piece(Fragment(sentence, 0, len(sentence), gap=Gap.LINE)))
    assert not is_prose(fragment_to_piece(Fragment(sentence[:20], 0, 20)))
    longest = "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"
    assert not is_prose(fragment_to_piece(Fragment(longest, 0, len(longest))))


def test_the_numbers_of_columns_say_nothing() -> None:
    header = "商业企业\n\n总计\n\n"
    assert texts(pieces_of(f"{header}栏次\n\n1\n\n2\n\n3\n\n规章\n\n1\n\n2\n\n3")) == [
        *("商业企业", "总计", "栏次", "规章", "1", "2", "3")
    ]
    assert texts(pieces_of(f"{header}1\n\n2\n\n3\n\n4\n\n5\n\n规章\n\n7")) == ["商业企业", "总计", "规章", "7"]
    assert texts(pieces_of(f"{header}1\n\n2\n\n3\n\n4\n\n5\n\n五、其他事项"))[2:7] == ["1", "2", "3", "4", "5"]
    # Behind the label of a row they are its values.
    assert texts(pieces_of("规章\n\n1\n\n2\n\n3\n\n4\n\n5\n\n许可")) == ["规章", "1", "2", "3", "4", "5", "许可"]


def test_the_numbers_of_rows_say_nothing() -> None:
    rows = [f"{n} | 事项 | {n} | 0 |" for n in range(1, 9)]
    counted = [t for n in range(1, 9) for t in ("事项", str(n), "0")]
    assert texts(pieces_of("\n" + "\n".join(rows))) == counted
    mixed = [f"{n} | 事项 | 0 |" for n in (7, 3, 9, 1, 4, 2, 8)]  # no order: values, whatever they count
    assert [t for t in texts(pieces_of("\n" + "\n".join(mixed))) if t not in ("事项", "0")] == list("7391428")


def test_a_numeral_of_an_upright_label_is_no_number() -> None:
    assert [p.kind for p in pieces_of("三\n、\n本\n年")] == [PieceKind.TEXT] * 4
    assert pieces_of("三")[0].kind is PieceKind.NUMBER


def test_a_label_behind_its_group_is_a_piece_of_its_own() -> None:
    lines = "三、本年度办理结果 (一)予以公开\n5\n6"
    assert texts(pieces_of(lines)) == ["三、本年度办理结果", "(一)予以公开", "5", "6"]
    assert texts(pieces_of("社会公 益组织\n5\n6")) == ["社会公 益组织", "5", "6"]


def test_numbers_inside_texts_are_counted() -> None:
    assert count_strange(pieces_of("自然人:3;商业企业:0\n规章\n12")) == 2
    assert count_strange(pieces_of("3.危及“三安全一稳定”\n(1)属于国家秘密\n全年收到申请12件。")) == 0


def test_a_sign_and_its_number_are_one_value() -> None:
    pieces = pieces_of("行政事业性收费\n1\n减 1\n增加 12")
    assert [piece.numeral.value for piece in pieces if piece.numeral is not None] == [1, -1, 12]
    assert texts(pieces) == ["行政事业性收费", "1", "减 1", "增加 12"]


def test_a_rule_under_the_heading_of_a_table_is_no_mark_for_nothing() -> None:
    assert texts(pieces_of("第二十条第(一)项\n---\n信息内容 | 本年制发件数\n规章 | 0")) == [
        "第二十条第(一)项", "信息内容", "本年制发件数", "规章", "0",
    ]  # fmt: skip
    assert texts(pieces_of("行政许可\n---\n行政处罚\n---\n0")) == ["行政许可", "---", "行政处罚", "---", "0"]
