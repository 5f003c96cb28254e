"""A pack's code is read as the scanner sends it, and what is not wholly a pack's code is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.app.pack_scan import PackScanError, read_pack
from dispenser.core.fills import Pack

GTIN = "07046260281004"
PACK = Pack(GTIN, "AB12", date(2028, 6, 30), "S1", 100)
UNITS = {GTIN: 100}


@pytest.mark.parametrize(
    "code",
    [
        "(01)07046260281004(17)280630(10)AB12(21)S1",
        "(01)07046260281004(17)280600(10)AB12(21)S1",
        "(21)S1(10)AB12(17)280630(01)07046260281004",
        "010704626028100417280630" + "10AB12\x1d21S1",
        "]d2010704626028100421S1\x1d17280630" + "10AB12",
        "  (01)07046260281004(17)280630(10)AB12(21)S1\n",
    ],
)
def test_a_pack_is_read_from_a_scan_and_from_the_readable_form(code: str) -> None:
    assert read_pack(code, UNITS) == PACK


@pytest.mark.parametrize("end", ["", "\x1d", "\n"])
def test_a_lot_that_may_have_run_into_the_serial_number_is_refused(end: str) -> None:
    """A scanner that leaves out the separator makes one lot of both, and no recall would ever find it."""
    with pytest.raises(
        PackScanError, match=r"^lot AB1221S200 may have run into the serial number: let the .* brackets$"
    ):
        read_pack(f"01{GTIN}17280630" + f"10AB1221S200{end}", UNITS)


@pytest.mark.parametrize("lot", ["AB1221S200", "21AB", "AB21", "A2B1"])
def test_a_lot_whose_end_is_told_may_hold_the_sign_of_a_serial_number(lot: str) -> None:
    if lot != "AB1221S200":
        assert read_pack(f"01{GTIN}17280630" + f"10{lot}", UNITS).lot == lot
    assert read_pack(f"(01){GTIN}(17)280630(10){lot}", UNITS).lot == lot
    assert read_pack(f"01{GTIN}17280630" + f"10{lot}\x1d21S1", UNITS) == Pack(GTIN, lot, date(2028, 6, 30), "S1", 100)
    assert read_pack(f"01{GTIN}10{lot}\x1d17280630", UNITS).lot == lot


def test_units_are_the_packs_own_else_the_gtins_else_nobody_knows() -> None:
    code = "(01)07046260281004(17)280630(10)AB12"
    assert [read_pack(code, UNITS, units).units for units in (None, 30, 0)] == [100, 30, 0]
    assert (read_pack(code, {}).units, read_pack(code, {}).serial) == (0, "")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", r"GTIN \(01\), expiry \(17\), lot \(10\) is missing"),
        ("(", "Application Identifiers"),
        ("28100020455", "."),
        ("https://example.dk/pakke", "."),
        ("]Q3(01)07046260281004", "not a GS1 DataMatrix"),
        ("(01)07046260281005(17)280630(10)AB12", "check digit is 4"),
        ("(01)07046260281004(10)AB12", r"^expiry \(17\) is missing$"),
        ("(01)07046260281004(17)280630", r"^lot \(10\) is missing$"),
        ("(01)07046260281004(17)280630(10)", r"lot \(10\) is missing"),
        ("(17)280630(10)AB12", r"^GTIN \(01\) is missing$"),
        ("(01)07046260281004(17)281399(10)AB12", "17"),
        ("(01)07046260281004(17)280231(10)AB12", "."),
        ("(01)07046260281004(17)280630(10)AB12(10)CD34", r"^\(10\) stands twice$"),
        ("(01)07046260281004(17)280630(10)" + "A" * 21, "."),
        ("(01)07046260281004" * 12, "^216 characters are no pack$"),
    ],
)
def test_what_is_no_packs_code_is_refused(code: str, why: str) -> None:
    with pytest.raises(PackScanError, match=why):
        read_pack(code, UNITS)


@given(st.text() | st.text("0123456789()]d2\x1dAB"))
def test_any_text_is_a_pack_or_refused(text: str) -> None:
    try:
        pack = read_pack(text, UNITS)
    except PackScanError:
        return
    assert len(pack.gtin) == 14
    assert pack.lot.strip()
