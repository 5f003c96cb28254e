"""Labels that do not say what falls into their pouches (DOSE-0270 to 0274)."""

from typing import Final

from safety.findings import Code, Severity

_FIX: Final = (
    "Ordren er ikke sendt, og rullen må ikke udleveres. Meld fejlen.",
    "The order was not sent, and the roll must not be handed out. Report the fault.",
)


def _code(number: str, texts: tuple[str, str], source: str) -> Code:
    return Code(f"DOSE-{number}", Severity.REFUSE, *texts, *_FIX, source)


LABEL_UNREADABLE: Final = _code(
    "0270",
    (
        "Pose {pouch}: etiketten kan ikke læses ved “{line}”.",
        "Pouch {pouch}: the label cannot be read at “{line}”.",
    ),
    "C16; BEK 827/2024 § 109; a check that cannot run has failed",
)
LABEL_DIFFERS: Final = _code(
    "0271",
    (
        "Pose {pouch}, {what}: på etiketten står “{label}”, det rigtige er “{expected}”.",
        "Pouch {pouch}, {what}: the label says “{label}”, right is “{expected}”.",
    ),
    "C16; BEK 827/2024 § 109",
)
LABEL_AMOUNT: Final = _code(
    "0272",
    (
        "Pose {pouch}, {product}: {label} på etiketten, {pouched} i posen, {machine} bestilt af maskinen.",
        "Pouch {pouch}, {product}: {label} on the label, {pouched} in the pouch, {machine} asked of the machine.",
    ),
    "C16",
)
LABEL_STRANGE: Final = _code(
    "0273",
    (
        "Pose {pouch}: “{label}” på etiketten er ikke ét af lægemidlerne i posen ({expected}).",
        "Pouch {pouch}: “{label}” on the label is not one of the medicines in the pouch ({expected}).",
    ),
    "C16",
)
LABEL_TOTAL: Final = _code(
    "0274",
    (
        "Pose {pouch}: etiketten siger {label} stk. i alt, dens linjer {lines}, maskinen får {machine}.",
        "Pouch {pouch}: the label says {label} units in all, its lines {lines}, the machine is told {machine}.",
    ),
    "C16",
)

LABEL_CODES: Final = (
    LABEL_UNREADABLE,
    LABEL_DIFFERS,
    LABEL_AMOUNT,
    LABEL_STRANGE,
    LABEL_TOTAL,
)
