"""What a machine's own evidence lacks for a pouch to count as packed (DOSE-04xx)."""

from typing import Final

from safety.findings import Code, Severity

_DISCARD_DA: Final = "Kassér posen; den pakkes igen."
_DISCARD_EN: Final = "Discard the pouch; it is packed again."


def _code(number: str, danish: str, english: str, source: str = "C17") -> Code:
    return Code(f"DOSE-{number}", Severity.HOLD, danish, english, _DISCARD_DA, _DISCARD_EN, source)


NOT_COUNTED: Final = _code(
    "0401", "{source}: {product} er ikke talt i posen.", "{source}: {product} was not counted into the pouch."
)
MISCOUNT: Final = _code(
    "0402",
    "{source}: {counted} talt af {product}, {ordered} bestilt.",
    "{source}: {counted} of {product} counted, {ordered} ordered.",
)
NOT_ORDERED: Final = _code(
    "0403", "{source}: {product} faldt uden at være bestilt.", "{source}: {product} fell without being ordered."
)
DROPPED_AFTER_SEAL: Final = _code(
    "0404", "Noget faldt, efter at posen var lukket.", "Something fell after the pouch was sealed."
)
NOT_SEALED: Final = _code("0405", "Posen er ikke svejset.", "The pouch was not sealed.")
SEAL_TEMPERATURE: Final = _code(
    "0406",
    "Svejsetemperatur {celsius} °C er uden for {low}-{high} °C.",
    "Seal temperature {celsius} °C is outside {low}-{high} °C.",
)
NOT_PRINTED: Final = _code("0407", "Posen er ikke trykt.", "The pouch was not printed.", "C16")
PRINT_DIFFERS: Final = _code(
    "0408", "Der er trykt noget andet end bestilt.", "Something other than ordered was printed.", "C16"
)
NOT_INSPECTED: Final = _code("0409", "Posen er ikke kontrolleret af kameraet.", "The pouch was not inspected.")
REJECTED: Final = _code("0410", "Kontrollen afviste posen.", "Inspection rejected the pouch.")
NOT_CLOSED: Final = _code("0411", "Posen er ikke meldt færdig.", "The pouch was not reported closed.")
CLOSED_VOID: Final = _code("0412", "Maskinen har kasseret posen.", "The machine voided the pouch.", "C25")
FOREIGN_EVIDENCE: Final = _code(
    "0413", "Hændelserne hører til flere poser.", "The events belong to more than one pouch."
)
READ_DIFFERS: Final = _code(
    "0414",
    'Kameraet læste "{read}" på posen, ikke den bestilte kode "{ordered}".',
    'The camera read "{read}" from the pouch, not the symbol "{ordered}" that was ordered.',
    "C16",
)
IMPLAUSIBLE_DROP: Final = _code(
    "0415",
    "{source}: {counted} af {product} på {ms} ms er flere, end der kan falde.",
    "{source}: {counted} of {product} in {ms} ms are more than can fall.",
)

POUCH_CODES: Final = (
    NOT_COUNTED,
    MISCOUNT,
    NOT_ORDERED,
    DROPPED_AFTER_SEAL,
    NOT_SEALED,
    SEAL_TEMPERATURE,
    NOT_PRINTED,
    PRINT_DIFFERS,
    NOT_INSPECTED,
    REJECTED,
    NOT_CLOSED,
    CLOSED_VOID,
    FOREIGN_EVIDENCE,
    READ_DIFFERS,
    IMPLAUSIBLE_DROP,
)
