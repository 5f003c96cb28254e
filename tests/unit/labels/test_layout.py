import pytest

from labels.content import LabelContent
from labels.errors import GlyphError, LayoutError
from labels.layout import PAGE_WIDTH, SIZES, SMALLEST_POINTS, LabelLayout, chunks, lay_out

SYMBOL = "(01)05712345678909(21)0000420007012"
HEAD = ("Ole Jensen", "CPR 010203-1234", "Mandag 23.11.2026")


def half_square(text: str, bold: bool) -> float:  # noqa: FBT001 - the shape of Measure
    """Every letter is half as wide as it is high, bold a little more."""
    return len(text) * (0.6 if bold else 0.5)


def everything(character: str, bold: bool) -> bool:  # noqa: FBT001 - the shape of Covers
    return len(character) == 1 and bold in {True, False}


def place(*lines: str) -> LabelLayout:
    return lay_out(LabelContent((*HEAD, *lines), SYMBOL), half_square, everything)


def test_short_lines_are_placed_one_each_at_the_largest_size() -> None:
    layout = place("1 tablet A 5 mg", "I alt 1 stk.")
    assert [text.text for text in layout.texts] == [*HEAD, "1 tablet A 5 mg", "I alt 1 stk."]
    assert {text.points for text in layout.texts} == {SIZES[0]}
    assert [text.bold for text in layout.texts] == [True, True, True, False, False]
    assert [text.y for text in layout.texts] == sorted((text.y for text in layout.texts), reverse=True)


def test_a_long_line_goes_on_set_in() -> None:
    layout = place("ord " * 30 + "slut")
    parts = [text for text in layout.texts if not text.bold]
    assert len(parts) > 1
    assert " ".join(part.text for part in parts) == "ord " * 30 + "slut"
    assert parts[0].x < parts[1].x == parts[-1].x


def test_a_number_is_never_parted_from_its_unit() -> None:
    assert chunks("1,5 tabletter Metoprolol 50 mg") == ["1,5 tabletter", "Metoprolol", "50 mg"]
    assert chunks("nr. 12 af 56") == ["nr.", "12 af", "56"]


def test_a_word_wider_than_the_page_goes_on_in_the_next_line() -> None:
    word = "Langtnavn" * 12
    layout = place(word)
    assert "".join(text.text for text in layout.texts if not text.bold) == word


def test_a_number_wider_than_the_page_is_an_error_and_never_broken() -> None:
    with pytest.raises(LayoutError):
        place("1" * 200)


def test_more_lines_than_the_page_holds_are_an_error_that_names_nobody() -> None:
    with pytest.raises(LayoutError) as caught:
        place(*(f"1 tablet {number}" for number in range(40)))
    assert "Ole" not in str(caught.value)


def test_many_lines_are_set_smaller_but_never_below_the_limit() -> None:
    layout = place(*(f"1 tablet {number}" for number in range(20)))
    assert SMALLEST_POINTS <= layout.texts[0].points < SIZES[0]


def test_no_text_reaches_into_the_symbol_or_over_the_edge() -> None:
    layout = place(*("1 tablet " + "bogstav " * 6 for _ in range(9)))
    for text in layout.texts:
        right = text.x + half_square(text.text, text.bold) * text.points * 25.4 / 72
        assert right <= PAGE_WIDTH
        below = text.y < layout.symbol.y + layout.symbol.height
        assert right <= layout.symbol.x or not below


def test_a_missing_glyph_is_named() -> None:
    with pytest.raises(GlyphError, match="U\\+0645 ARABIC LETTER MEEM") as caught:
        lay_out(LabelContent(("محمد",), SYMBOL), half_square, lambda character, _bold: character.isascii())
    assert caught.value.character == "م"
