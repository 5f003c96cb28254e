"""A finished page says what was to be printed, line by line, or there is no document."""

import threading
from dataclasses import replace

import pytest

from labels import layout
from labels.content import LabelContent
from labels.errors import LabelError, ReadbackError
from labels.layout import Covers, LabelLayout, Measure
from labels.pdf import print_labels
from labels.readback import read_text, require_lines

SYMBOL = "(01)05712345678909(21)0000420007001"
LINES = (
    "Åse Bjørnæs-Østergård",
    "CPR 010203-1234",
    "Søndag 29.11.2026 Morgen kl. 08:00",
    "1,5 tabletter Metoprololsuccinat 50 mg, som er et navn, der går over to linjer",
    "I alt 1,5 stk.",
)
LONG = "x" * 60 + "-" + "y" * 60
"""No line of a page is that long, and it may be broken after its hyphen."""


def label(*lines: str, symbol: str = SYMBOL) -> LabelContent:
    return LabelContent(lines, symbol)


def test_a_page_says_its_lines_however_they_are_wrapped() -> None:
    pdf = print_labels([label(*LINES), label(LONG, "Bo", symbol=SYMBOL[:-1] + "2")])
    first, second = read_text(pdf)
    assert len(first) > len(LINES)
    assert (first[0], first[-1]) == (LINES[0], LINES[-1])
    assert " ".join(first) == " ".join(LINES)
    assert ("".join(second[:-1]), second[-1]) == (LONG, "Bo")
    require_lines(pdf, [LINES, (LONG, "Bo")])


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        (("Åse Bjørnæs-Østergaard", *LINES[1:]), "line 1 of page 1"),
        ((*LINES[:3], LINES[3].replace("1,5", "15"), LINES[4]), "line 4 of page 1"),
        ((*LINES[:3], *LINES[4:]), "line 4 of page 1"),
        ((*LINES, "Del 1 af 2"), "line 6 of page 1"),
        (LINES[:4], "line 5 of page 1"),
        ((LINES[1], LINES[0], *LINES[2:]), "line 1 of page 1"),
    ],
)
def test_whatever_else_a_page_says_is_found(lines: tuple[str, ...], where: str) -> None:
    pdf = print_labels([label(*LINES)])
    with pytest.raises(ReadbackError, match=f"^{where} does not read back"):
        require_lines(pdf, [lines])


def test_two_lines_that_became_one_are_found() -> None:
    pdf = print_labels([label("Bo Holm", "CPR 1")])
    with pytest.raises(ReadbackError, match=r"^line 1 of page 1 "):
        require_lines(pdf, [("Bo", "Holm", "CPR 1")])


def test_the_page_is_named() -> None:
    pdf = print_labels([label(*LINES), label("Bo", symbol=SYMBOL[:-1] + "2")])
    with pytest.raises(ReadbackError, match=r"^line 1 of page 2 "):
        require_lines(pdf, [LINES, ("Ib",)])
    for pages in ([LINES], [LINES, ("Bo",), ("Bo",)]):
        with pytest.raises(ReadbackError, match=rf"^2 pages instead of {len(pages)}$"):
            require_lines(pdf, pages)


def test_what_is_no_document_cannot_be_read() -> None:
    with pytest.raises(ReadbackError, match=r"^the document cannot be read back: "):
        read_text(b"%PDF-1.4 broken")
    assert issubclass(ReadbackError, LabelError)


def test_nothing_is_handed_out_that_says_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = layout.lay_out

    def forgetful(content: LabelContent, measure: Measure, covers: Covers) -> LabelLayout:
        placed = honest(content, measure, covers)
        return replace(placed, texts=placed.texts[:-1])

    monkeypatch.setattr(layout, "lay_out", forgetful)
    with pytest.raises(ReadbackError, match=r"^line 5 of page 1 "):
        print_labels([label(*LINES)])


def test_many_read_at_once() -> None:
    pdf = print_labels([label(*LINES)])
    read: list[object] = []
    readers = [threading.Thread(target=lambda: read.append(read_text(pdf))) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert read == [read_text(pdf)] * 8
