"""What words beside a structured dosage do to it: alter it, ask for a printed instruction, or neither."""

import re
from typing import Final

from pharmacy_sync.fhir.vocabulary import AS_NEEDED_INSTRUCTIONS, PACKABLE_INSTRUCTIONS

_ALTERING: Final = re.compile(
    r"\b(dog|kun|ikke|undtagen|behov|p\.?n\.?|højst|maks\.?|maksimalt|max\.?|pause|eller|hvis|først|derefter|stop)(?!\w)",
    re.IGNORECASE,
)
_PRINTED: Final = {text.casefold(): text for text in PACKABLE_INSTRUCTIONS}
_AS_NEEDED: Final = frozenset(text.casefold() for text in AS_NEEDED_INSTRUCTIONS)


def altering_word(text: str) -> str:
    """Return the first word of `text` that may say more than the structure beside it can; empty without one."""
    found = _ALTERING.search(text)
    return found.group() if found else ""


def printed_instruction(text: str) -> str:
    """Return the FMK administration instruction that `text` is, as a pouch prints it; empty if it is none of them."""
    return _PRINTED.get(_key(text), "")


def makes_as_needed(text: str) -> bool:
    """Return whether `text` is an FMK administration instruction that makes a dosage one as needed."""
    return _key(text) in _AS_NEEDED


def _key(text: str) -> str:
    return text.strip().rstrip(".").casefold()
