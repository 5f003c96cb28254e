"""The GS1 element string that names a pouch: company GTIN (01) and serial (21); no person in it.

The serial is the roll's production id, ten digits, and the pouch number, three digits (000 is the header).
"""

from typing import Protocol

from biip import ParseError, parse
from biip.checksums import gs1_standard_check_digit
from biip.gs1_messages import GS1Message

from dispenser.core.ids import RollId
from labels.errors import SymbolError

GTIN_DIGITS = 14
ROLL_DIGITS = 10
NUMBER_DIGITS = 3
LARGEST_NUMBER = 10**NUMBER_DIGITS - 1
SYMBOLOGY = "]d2"
"""Symbology identifier of GS1 DataMatrix (ISO/IEC 15424)."""
_ELEMENTS = ["01", "21"]


class Issuer(Protocol):
    """Whoever has a GTIN to put on its pouches."""

    @property
    def company_gtin(self) -> str:
        """The GTIN, 14 digits with a right check digit."""
        ...


def require_gtin(gtin: str) -> None:
    """Refuse a GTIN that is not 14 digits with a right check digit.

    Raises:
        SymbolError: it is not.
    """
    if not _digits(gtin, GTIN_DIGITS):
        message = f"GTIN {gtin!r} is not {GTIN_DIGITS} digits"
        raise SymbolError(message)
    expected = gs1_standard_check_digit(gtin[:-1])
    if int(gtin[-1]) != expected:
        message = f"GTIN {gtin} has check digit {gtin[-1]}, expected {expected}"
        raise SymbolError(message)


def symbol_for(site: Issuer, roll_id: RollId, number: int) -> str:
    """Return `(01)GTIN(21)SERIAL` of pouch `number` (0 is the header) of a roll.

    Raises:
        SymbolError: the GTIN is wrong, the roll id is not ten digits, or the number is not 0 to 999.
    """
    require_gtin(site.company_gtin)
    if not _digits(roll_id, ROLL_DIGITS):
        message = f"roll id {roll_id!r} is not {ROLL_DIGITS} digits"
        raise SymbolError(message)
    if not 0 <= number <= LARGEST_NUMBER:
        message = f"pouch number {number} is not 0 to {LARGEST_NUMBER}"
        raise SymbolError(message)
    return f"(01){site.company_gtin}(21){roll_id}{number:0{NUMBER_DIGITS}d}"


def parse_symbol(data: str, site: Issuer | None = None) -> tuple[RollId, int]:
    """Return roll id and pouch number of a scanned symbol.

    `data` is what a scanner sends (`]d2` may lead) or the readable form with brackets. With `site`, only that
    site's own GTIN is taken.

    Raises:
        SymbolError: no GS1 element string, a wrong check digit, other elements than (01) and (21), a serial that is
            not 13 digits, or another site's GTIN.
    """
    message = _message_of(data)
    if [element.ai.ai for element in message.element_strings] != _ELEMENTS:
        raise SymbolError("not a pouch: the code must hold exactly (01) and (21)")
    gtin, serial = (element.value for element in message.element_strings)
    require_gtin(gtin)
    if any(element.gtin_error for element in message.element_strings):
        raise SymbolError("not a pouch: the GTIN is not valid")
    if site is not None and gtin != site.company_gtin:
        raise SymbolError("not a pouch of this pharmacy: another GTIN")
    if not _digits(serial, ROLL_DIGITS + NUMBER_DIGITS):
        text = f"not a pouch: serial {serial!r} is not {ROLL_DIGITS + NUMBER_DIGITS} digits"
        raise SymbolError(text)
    return RollId(serial[:ROLL_DIGITS]), int(serial[ROLL_DIGITS:])


def _message_of(data: str) -> GS1Message:
    try:
        if data.startswith("("):
            return GS1Message.parse_hri(data)
        if data.startswith("]") and not data.startswith(SYMBOLOGY):
            raise SymbolError("not a pouch: not a GS1 DataMatrix")
        result = parse(data if data.startswith("]") else SYMBOLOGY + data)
    except ParseError as error:
        message = f"not a GS1 element string: {error}"
        raise SymbolError(message) from error
    # biip reports what is wrong beside the result instead of raising.
    if result.gs1_message is None or result.gs1_message_error is not None:
        message = f"not a GS1 element string: {result.gs1_message_error}"
        raise SymbolError(message)
    return result.gs1_message


def _digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()
