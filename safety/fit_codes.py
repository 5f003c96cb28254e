"""Problems of rolls that no machine can pack (DOSE-024x); each machine tells its own."""

from collections.abc import Mapping
from typing import Final

from hal.refusals import REFUSALS
from hal.wire import words
from safety.findings import Code, Severity

NO_LABEL: Final = "NO_LABEL"
"""Reason when a roll's labels cannot be made at all, whoever prints them."""
UNKNOWN_PRODUCT: Final = "UNKNOWN_PRODUCT"
"""Reason when a product is not in the catalogue, whatever machine is asked."""


def _code(number: str, danish: str, english: str, fix_danish: str, fix_english: str) -> Code:
    return Code(
        f"DOSE-{number}",
        Severity.HOLD,
        f"{{machine}} kan ikke pakke rullen, og ingen anden kan: {danish} ({{what}}).",
        f"{{machine}} cannot pack the roll, and no other can: {english} ({{what}}).",
        f"{fix_danish} Planlæg derefter batchen igen.",
        f"{fix_english} Then plan the batch again.",
        "machine contract; C13",
    )


def _refused(number: str, refusal: str) -> Code:
    """Return the code of what machines refuse with `refusal`, told in the words of the contract."""
    meaning = REFUSALS[refusal]
    titles = (meaning.title_da, meaning.title_en)
    danish, english = (f"{title[0].lower()}{title[1:]}" for title in titles)
    return _code(number, danish, english, meaning.fix_da, meaning.fix_en)


FITS_NO_MACHINE: Final[Mapping[str, Code]] = {
    words.UNKNOWN_CELL: _refused("0241", words.UNKNOWN_CELL),
    words.TOO_MANY_UNITS: _refused("0242", words.TOO_MANY_UNITS),
    words.WRONG_FRACTION: _refused("0243", words.WRONG_FRACTION),
    words.LABEL_TOO_LARGE: _refused("0244", words.LABEL_TOO_LARGE),
    words.SYMBOL_TOO_LONG: _refused("0245", words.SYMBOL_TOO_LONG),
    words.UNPRINTABLE: _refused("0246", words.UNPRINTABLE),
    NO_LABEL: _code(
        "0247",
        "etiketterne kan ikke laves",
        "its labels cannot be made",
        "Ret det, der nævnes, hos borgeren eller i kataloget.",
        "Put right what is named, in the citizen's data or the catalogue.",
    ),
    UNKNOWN_PRODUCT: _code(
        "0248",
        "varen er ukendt",
        "the product is unknown",
        "Sæt et katalog i kraft, som har varen.",
        "Put a catalogue in force that has the product.",
    ),
}
"""By the machine's reason."""
NO_MACHINE: Final = Code(
    "DOSE-0249",
    Severity.HOLD,
    "Ingen maskine har nogensinde svaret, så ingen kan pakke rullen.",
    "No machine has ever answered, so none can pack the roll.",
    "Forbind en maskine, og frigiv batchen igen.",
    "Connect a machine, and release the batch again.",
    "machine contract; C13",
)

FIT_CODES: Final = (*FITS_NO_MACHINE.values(), NO_MACHINE)
