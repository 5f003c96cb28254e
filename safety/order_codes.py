"""Problems of a packing order against its roll (DOSE-03xx). Any of them keeps the order from being sent."""

from typing import Final

from safety.findings import Code, Severity

_NOT_SENT_DA: Final = "Ordren er ikke sendt. Dan den igen; meld fejlen, hvis den kommer igen."
_NOT_SENT_EN: Final = "The order was not sent. Make it again; report the fault if it comes back."


def _code(number: str, danish: str, english: str, source: str) -> Code:
    return Code(f"DOSE-{number}", Severity.REFUSE, danish, english, _NOT_SENT_DA, _NOT_SENT_EN, source)


NOT_IN_ROLL: Final = _code("0301", "Pose {pouch} findes ikke i rullen.", "Pouch {pouch} is not in the roll.", "C2")
OUT_OF_ORDER: Final = _code(
    "0302",
    "Pose {pouch} er bestilt to gange eller i forkert rækkefølge.",
    "Pouch {pouch} is ordered twice or out of order.",
    "C2",
)
PICKS_DIFFER: Final = _code(
    "0303",
    "Pose {pouch}, {product}: {ordered} stk. bestilt, {planned} planlagt.",
    "Pouch {pouch}, {product}: {ordered} units ordered, {planned} planned.",
    "C1, C2",
)
WRONG_CANISTER: Final = _code(
    "0304",
    "Pose {pouch}: bås {bay} indeholder ikke {product} fra kassette {canister}, fyldning {fill}.",
    "Pouch {pouch}: bay {bay} does not hold {product} of canister {canister}, fill {fill}.",
    "C8",
)
UNKNOWN_CELL: Final = _code(
    "0305", "Pose {pouch}: bakken har ingen celle {cell}.", "Pouch {pouch}: the tray has no cell {cell}.", "C8"
)
CELL_TWICE: Final = _code(
    "0306", "Pose {pouch}: celle {cell} er brugt to gange.", "Pouch {pouch}: cell {cell} is used twice.", "C2"
)
HEADER_NOT_EMPTY: Final = _code(
    "0307", "Rullens hovedpose må intet indeholde.", "The roll's header pouch must hold nothing.", "C2"
)
LABEL_EMPTY: Final = _code(
    "0308", "Pose {pouch} har en tom etiket eller kode.", "Pouch {pouch} has an empty label or symbol.", "C16"
)
SYMBOL_TWICE: Final = _code(
    "0309", "Pose {pouch} har samme kode som en anden.", "Pouch {pouch} has the same symbol as another.", "C3"
)
NOT_POSITIVE: Final = _code(
    "0310",
    "Pose {pouch}: et træk på {product} er ikke positivt.",
    "Pouch {pouch}: a pick of {product} is not positive.",
    "C12",
)
OVERDRAWN: Final = _code(
    "0311",
    "Bås {bay}: {ordered} stk. bestilt, {units} i kassetten.",
    "Bay {bay}: {ordered} units ordered, {units} in the canister.",
    "C13",
)
TOO_FULL: Final = _code(
    "0312",
    "Pose {pouch} rummer ikke sit indhold: {what}.",
    "Pouch {pouch} cannot hold its contents: {what}.",
    "C13",
)
TRAY_ONLY: Final = _code(
    "0313",
    "Pose {pouch}: {product} må kun lægges i bakken.",
    "Pouch {pouch}: {product} may only be filled into the tray.",
    "BEK 827/2024 § 112; R3",
)
NOTHING_ORDERED: Final = _code("0314", "Ordren har ingen poser.", "The order has no pouches.", "C2")
UNKNOWN_PRODUCT_ORDERED: Final = _code(
    "0315",
    "Pose {pouch}: lægemiddel {product} findes ikke i kataloget.",
    "Pouch {pouch}: product {product} is not in the catalogue.",
    "R3, C8",
)
OTHER_SYMBOL: Final = _code(
    "0316",
    "Pose {pouch}: koden er ikke den, der hører til posen i rulle {roll}.",
    "Pouch {pouch}: the symbol is not the one of this pouch of roll {roll}.",
    "C3, C16",
)
OTHER_CIVIL_NUMBER: Final = _code(
    "0317",
    "Pose {pouch}: etiketten har ikke borgerens CPR-nummer.",
    "Pouch {pouch}: the label does not have the citizen's civil registration number.",
    "C3; BEK 827/2024 § 109",
)
OTHER_NAME: Final = _code(
    "0318",
    "Pose {pouch}: etiketten har ikke borgerens fulde navn.",
    "Pouch {pouch}: the label does not have the citizen's full name.",
    "C3; BEK 827/2024 § 109",
)

ORDER_CODES: Final = (
    NOT_IN_ROLL,
    OUT_OF_ORDER,
    PICKS_DIFFER,
    WRONG_CANISTER,
    UNKNOWN_CELL,
    CELL_TWICE,
    HEADER_NOT_EMPTY,
    LABEL_EMPTY,
    SYMBOL_TWICE,
    NOT_POSITIVE,
    OVERDRAWN,
    TOO_FULL,
    TRAY_ONLY,
    NOTHING_ORDERED,
    UNKNOWN_PRODUCT_ORDERED,
    OTHER_SYMBOL,
    OTHER_CIVIL_NUMBER,
    OTHER_NAME,
)
