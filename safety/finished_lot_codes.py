"""What the lots in its pouches have against the closing of a packed batch (DOSE-0280 to 0283)."""

from typing import Final

from safety.findings import Code, Overriding, Severity


def _two(number: str, texts: tuple[str, str], source: str, fixes: tuple[str, str]) -> Code:
    return Code(f"DOSE-{number}", Severity.HOLD, *texts, *fixes, source, Overriding.TWO_PERSONS)


LOT_QUARANTINED_IN_USE: Final = _two(
    "0280",
    (
        "Poserne {pouches} kan indeholde batch {lot} ({gtin}), som er i karantæne.",
        "Pouches {pouches} may hold lot {lot} ({gtin}), which is in quarantine.",
    ),
    "C14",
    (
        "Vent, til batchen er frigivet (dispenser lot clear), eller afslut med en anden person og en begrundelse.",
        "Wait until the lot is cleared (dispenser lot clear), or close with another person and a reason.",
    ),
)
LOT_RECALLED_IN_USE: Final = Code(
    "DOSE-0281",
    Severity.REFUSE,
    "Poserne {pouches} kan indeholde batch {lot} ({gtin}), som er tilbagekaldt, og er ikke kasseret.",
    "Pouches {pouches} may hold lot {lot} ({gtin}), which is recalled, and are not discarded.",
    "Udlevér ikke rullen. Find årsagen, og pak den igen.",
    "Do not hand the roll out. Find the cause, and pack it again.",
    "C14",
)
LOT_RECALLED_TAKEN: Final = _two(
    "0283",
    (
        "Poserne {pouches} kan indeholde batch {lot} ({gtin}), som er tilbagekaldt; de skulle være taget.",
        "Pouches {pouches} may hold lot {lot} ({gtin}), which is recalled; they were to be taken by now.",
    ),
    "C14",
    (
        "Find ud af, om borgeren har taget dem, og afslut med en anden person og en begrundelse.",
        "Find out whether the citizen has taken them, and close with another person and a reason.",
    ),
)
LOTS_UNKNOWN: Final = _two(
    "0282",
    ("Ingen ved, hvilke batchnumre poserne {pouches} indeholder.", "Nobody knows which lots pouches {pouches} hold."),
    "C15; EDQM: traceability",
    (
        "Se efter, at ingen batch er stoppet, der kan være brugt, og afslut med en anden person og en begrundelse.",
        "See that no lot is stopped that may have been used, and close with another person and a reason.",
    ),
)

FINISHED_LOT_CODES: Final = (LOT_QUARANTINED_IN_USE, LOT_RECALLED_IN_USE, LOT_RECALLED_TAKEN, LOTS_UNKNOWN)
