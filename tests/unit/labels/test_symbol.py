import pytest

from dispenser.core.ids import RollId
from labels.barcode import Bitmap, read_bitmap, symbol_bitmap
from labels.content import LabelSite
from labels.errors import SymbolError
from labels.symbol import parse_symbol, symbol_for

SITE = LabelSite("Testapoteket", "70102030", "05712345678909")
ROLL = RollId("0000420007")


@pytest.mark.parametrize(
    "data",
    [
        "(01)05712345678909(21)0000420007012",
        "]d20105712345678909210000420007012",
        "0105712345678909210000420007012",
    ],
)
def test_a_pouch_is_known_in_every_form_a_scanner_sends(data: str) -> None:
    assert parse_symbol(data, SITE) == (ROLL, 12)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "]d2",
        "hello",
        "(01)05712345678909",
        "(21)0000420007012(01)05712345678909",
        "(01)05712345678908(21)0000420007012",
        "]d20105712345678908210000420007012",
        "(01)05712345678909(17)271231(21)0000420007012",
        "(01)05712345678909(21)000042000701",
        "(01)05712345678909(21)00004200070122",
        "(01)05712345678909(21)000042000701A",
        "]C10105712345678909210000420007012",
        "]d10105712345678909210000420007012",
        "https://id.gs1.org/01/05712345678909/21/0000420007012",
        "(01)05712345678909(21)٠٠٠٠٤٢٠٠٠٧٠١٢",
        "(01",
    ],
)
def test_anything_else_is_no_pouch(data: str) -> None:
    with pytest.raises(SymbolError):
        parse_symbol(data)


def test_the_pouch_of_another_pharmacy_is_refused() -> None:
    other = LabelSite("Andet", "1", "05700000000004")
    with pytest.raises(SymbolError, match="another GTIN"):
        parse_symbol(symbol_for(other, ROLL, 1), SITE)
    assert parse_symbol(symbol_for(other, ROLL, 1)) == (ROLL, 1)


@pytest.mark.parametrize("number", [-1, 1000])
def test_a_number_beyond_three_digits_is_refused(number: int) -> None:
    with pytest.raises(SymbolError):
        symbol_for(SITE, ROLL, number)


@pytest.mark.parametrize("number", [0, 1, 999])
def test_a_symbol_reads_back_from_its_own_bits(number: int) -> None:
    payload = symbol_for(SITE, ROLL, number)
    assert read_bitmap(symbol_bitmap(payload)) == payload


def test_no_symbol_is_drawn_for_a_wrong_check_digit() -> None:
    with pytest.raises(SymbolError):
        symbol_bitmap("(01)05712345678901(21)0000420007012")


def test_a_symbol_that_cannot_be_read_is_an_error() -> None:
    blank = Bitmap(18, b"\xff" * 18 * 3)
    with pytest.raises(SymbolError, match="read back"):
        read_bitmap(blank)
