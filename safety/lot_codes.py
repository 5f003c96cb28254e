"""Problems of what is drawn from fills: before an order (DOSE-032x), in a packed pouch and with lots (DOSE-093x)."""

from typing import Final

from safety.findings import Code, Severity

_LIMITS: Final = "C14; R6; DKMA: 42 days outside the pack"


def _code(number: str, texts: tuple[str, str], fixes: tuple[str, str], source: str) -> Code:
    return Code(f"DOSE-{number}", Severity.REFUSE, *texts, *fixes, source)


# -- Before an order is sent ---------------------------------------------------------------------------------------
_REFILL: Final = (
    "Tag fyldningen ud af brug (dispenser refill close), fyld igen fra andre pakker, og registrér den nye fyldning.",
    "Take the fill out of use (dispenser refill close), fill again from other packs, and register the new fill.",
)
FILL_UNKNOWN: Final = _code(
    "0320",
    (
        "Pose {pouch}: ingen har registreret fyldning {fill} med {product}.",
        "Pouch {pouch}: nobody has registered fill {fill} with {product}.",
    ),
    (
        "Scan hver pakke i den, og registrér fyldningen (dispenser refill register).",
        "Scan every pack in it and register the fill (dispenser refill register).",
    ),
    "C8, C14, C15",
)
FILL_OF_OTHER: Final = _code(
    "0321",
    (
        "Pose {pouch}: fyldning {fill} er registreret med {registered}, ikke {product}.",
        "Pouch {pouch}: fill {fill} is registered with {registered}, not {product}.",
    ),
    _REFILL,
    "C8",
)
LOT_EXPIRED: Final = _code(
    "0322",
    (
        "Pose {pouch}: batch {lot} i fyldning {fill} udløber {expiry}, posen er til {date}.",
        "Pouch {pouch}: lot {lot} in fill {fill} expires on {expiry}, the pouch is for {date}.",
    ),
    _REFILL,
    _LIMITS,
)
LOT_RECALLED: Final = _code(
    "0323",
    (
        "Pose {pouch}: batch {lot} i fyldning {fill} er tilbagekaldt.",
        "Pouch {pouch}: lot {lot} in fill {fill} is recalled.",
    ),
    _REFILL,
    "C14",
)
LOT_QUARANTINED: Final = _code(
    "0324",
    (
        "Pose {pouch}: batch {lot} i fyldning {fill} er i karantæne.",
        "Pouch {pouch}: lot {lot} in fill {fill} is in quarantine.",
    ),
    (
        "Vent, til batchen er frigivet (dispenser lot clear), eller fyld igen fra en anden.",
        "Wait until the lot is cleared (dispenser lot clear), or fill again from another.",
    ),
    "C14",
)
OPEN_TOO_LONG: Final = _code(
    "0325",
    (
        "Pose {pouch}: fyldning {fill} er åbnet {opened} og må bruges til og med {until}, posen er til {date}.",
        "Pouch {pouch}: fill {fill} was opened on {opened} and may be used until {until}, the pouch is for {date}.",
    ),
    _REFILL,
    _LIMITS,
)
NO_HAND_STOCK: Final = _code(
    "0326",
    (
        "Pose {pouch}: {product} skal i bakken, og ingen løs beholdning af det er åben.",
        "Pouch {pouch}: {product} goes into the tray, and no hand stock of it is open.",
    ),
    (
        "Scan pakken, som bakken fyldes fra (dispenser refill hand).",
        "Scan the pack that the tray is filled from (dispenser refill hand).",
    ),
    "C8, C14, C15",
)
MORE_THAN_SCANNED: Final = _code(
    "0327",
    (
        "Fyldning {fill}: maskinen tæller {counted} stk., de scannede pakker rummer {scanned}.",
        "Fill {fill}: the machine counts {counted} units, the scanned packs hold {scanned}.",
    ),
    (
        "Der er hældt en uscannet pakke i. Tøm kassetten, og fyld igen under en ny fyldningskode.",
        "A pack was poured in without a scan. Empty the canister and fill again under a new fill code.",
    ),
    "C8",
)
FILL_ENDED: Final = _code(
    "0328",
    (
        "Pose {pouch}: fyldning {fill} er taget ud af brug.",
        "Pouch {pouch}: fill {fill} is out of use.",
    ),
    _REFILL,
    "C14",
)
FILL_EMPTY: Final = _code(
    "0329",
    (
        "Pose {pouch}: fyldning {fill} er registreret uden pakker.",
        "Pouch {pouch}: fill {fill} is registered without packs.",
    ),
    _REFILL,
    "C8, C15",
)

# -- When a pouch comes out, and when a lot is decided about --------------------------------------------------------
NOT_TRACED: Final = _code(
    "0930",
    (
        "Pose {pouch}: {product} kom fra {fill}, som ingen har registreret.",
        "Pouch {pouch}: {product} came from {fill}, which nobody has registered.",
    ),
    (
        "Posen kasseres. Registrér fyldningen, eller tag den ud af maskinen.",
        "The pouch is discarded. Register the fill, or take it out of the machine.",
    ),
    "C15; EDQM: traceability",
)
UNKNOWN_LOT: Final = _code(
    "0931",
    ("Batch {lot} er ikke i karantæne.", "Lot {lot} is not in quarantine."),
    ("Ret batchnummer eller GTIN.", "Correct the lot number or the GTIN."),
    "C14",
)
RECALL_STAYS: Final = _code(
    "0932",
    ("Batch {lot} er tilbagekaldt.", "Lot {lot} is recalled."),
    ("En tilbagekaldelse ophæves ikke.", "A recall is not lifted."),
    "C14",
)
NO_REASON: Final = _code(
    "0933",
    ("Begrundelsen mangler.", "The reason is missing."),
    ("Angiv hvorfor.", "Say why."),
    "R14",
)
ALREADY_ENDED: Final = _code(
    "0934",
    ("Fyldning {fill} er taget ud af brug allerede.", "Fill {fill} is out of use already."),
    ("Der er ikke mere at gøre.", "There is nothing more to do."),
    "C14",
)

LOT_CODES: Final = (
    FILL_UNKNOWN,
    FILL_OF_OTHER,
    LOT_EXPIRED,
    LOT_RECALLED,
    LOT_QUARANTINED,
    OPEN_TOO_LONG,
    NO_HAND_STOCK,
    MORE_THAN_SCANNED,
    FILL_ENDED,
    FILL_EMPTY,
    NOT_TRACED,
    UNKNOWN_LOT,
    RECALL_STAYS,
    NO_REASON,
    ALREADY_ENDED,
)
