"""The bar of long commands is for terminals alone."""

import io

import pytest

from gouji_service.commands.bar import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(Terminal, True), (io.StringIO, False)])
def test_it_is_drawn_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], shown: bool
) -> None:
    written = stream()
    monkeypatch.setattr("sys.stderr", written)
    with progress_bar(4, "file", 1) as bar:
        bar.update()
    assert ("2/4" in written.getvalue()) is shown
