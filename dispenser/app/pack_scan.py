"""The code on a medicine pack, as a scanner sends it: GS1 element string with GTIN, expiry, lot and serial number."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from biip import ParseError, parse
from biip.gs1_messages import GS1Message

from dispenser.core.fills import Pack, gtin_of

_GTIN: Final = "01"
_LOT: Final = "10"
_EXPIRY: Final = "17"
_SERIAL: Final = "21"
_NEEDED: Final = {_GTIN: "GTIN (01)", _EXPIRY: "expiry (17)", _LOT: "lot (10)"}
_SYMBOLOGY: Final = "]d2"
"""Symbology identifier of GS1 DataMatrix (ISO/IEC 15424)."""
_SEPARATOR: Final = "\x1d"
"""FNC1 as scanners send it: the end of an element of no fixed length."""
_RUN_TOGETHER: Final = re.compile(r".+21.+")
_LONGEST: Final = 200
"""Far more characters than the elements of a pack have; what is longer is no pack."""


class PackScanError(ValueError):
    """The code is not that of a medicine pack."""


def read_pack(text: str, units_of: Mapping[str, int], units: int | None = None) -> Pack:
    """Return the pack that `text` names: what a scanner sends (`]d2` may lead), or the readable form with brackets.

    `units_of` are the units in a pack by GTIN; `units` says it for this pack alone; 0 where neither does. An expiry
    without a day is the last of its month (GS1 General Specifications 3.4.2).

    Raises:
        PackScanError: no GS1 element string, GTIN, expiry or lot is missing, an element stands twice, a date or
            check digit is wrong, or a lot may hold a serial number too.
    """
    if len(text) > _LONGEST:
        message = f"{len(text)} characters are no pack"
        raise PackScanError(message)
    text = text.strip()
    message_of_pack = _message_of(text)
    values: dict[str, str] = {}
    expiry: date | None = None
    for element in message_of_pack.element_strings:
        if element.ai.ai in values:
            message = f"({element.ai.ai}) stands twice"
            raise PackScanError(message)
        values[element.ai.ai] = element.value
        if element.ai.ai == _EXPIRY:
            expiry = element.date
    missing = [name for ai, name in _NEEDED.items() if not values.get(ai, "").strip()]
    if missing or expiry is None:
        message = f"{', '.join(missing) or _NEEDED[_EXPIRY]} is missing"
        raise PackScanError(message)
    try:
        gtin = gtin_of(values[_GTIN])
    except ValueError as error:
        raise PackScanError(str(error)) from error
    if _SERIAL not in values and _RUN_TOGETHER.fullmatch(values[_LOT]) and not _is_parted(text):
        message = (
            f"lot {values[_LOT]} may have run into the serial number: let the scanner send the separator (FNC1), "
            "or type the code with brackets"
        )
        raise PackScanError(message)
    held = units_of.get(gtin, 0) if units is None else units
    return Pack(gtin, values[_LOT], expiry, values.get(_SERIAL, ""), held)


def _is_parted(text: str) -> bool:
    """Return whether `text` says where its elements end: by brackets or separators."""
    return text.startswith("(") or _SEPARATOR in text


def _message_of(text: str) -> GS1Message:
    try:
        if text.startswith("("):
            return GS1Message.parse_hri(text)
        if text.startswith("]") and not text.startswith(_SYMBOLOGY):
            raise PackScanError("not a GS1 DataMatrix")
        result = parse(text if text.startswith("]") else _SYMBOLOGY + text)
    except ParseError as error:
        raise PackScanError(str(error)) from error
    # biip reports what is wrong beside the result instead of raising.
    if result.gs1_message is None or result.gs1_message_error is not None:
        message = f"not a GS1 element string: {result.gs1_message_error}"
        raise PackScanError(message)
    return result.gs1_message
