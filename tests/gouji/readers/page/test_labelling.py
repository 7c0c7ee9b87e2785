from gouji.forms import APPLICATIONS, REVIEW_LITIGATION
from gouji.readers.page.ink import Chunk
from gouji.readers.page.labelling import cut_headers


def cut(text: str, table: str, score: float | None = 0.9) -> list[str]:
    return [chunk.text for chunk in cut_headers(Chunk(text, (0, 0, 60, 10), score), table)]


def test_headers_of_narrow_columns_that_ran_together_are_cut() -> None:
    assert cut("其他结尚未审", REVIEW_LITIGATION) == ["其他结", "尚未审"]
    assert cut("尚未审结总计", REVIEW_LITIGATION) == ["尚未审结", "总计"]
    assert cut("商业企科研机", APPLICATIONS) == ["商业企", "科研机"]


def test_one_header_and_other_words_stay_whole() -> None:
    for text in ("结果维持", "行政复议", "其他问题", "总计"):
        assert cut(text, REVIEW_LITIGATION) == [text]


def test_a_digital_page_knows_its_own_gaps() -> None:
    assert cut("尚未审结总计", REVIEW_LITIGATION, None) == ["尚未审结总计"]


def test_the_parts_share_the_width() -> None:
    first, second = cut_headers(Chunk("尚未审结总计", (0, 0, 60, 10), 0.9), REVIEW_LITIGATION)
    assert (first.box, second.box) == ((0, 0, 40, 10), (40, 0, 60, 10))
