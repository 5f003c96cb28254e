"""Problems of packs that are poured into a canister or opened as hand stock (DOSE-09xx); none lets the fill be used."""

from typing import Final

from safety.findings import Code, Severity

_POUR: Final = "EDQM Automated Dose Dispensing, best practice (2018): refill; C8"
_FMD: Final = "DR (EU) 2016/161 art. 23, 28; C8"
_LIMITS: Final = "C14; R6; DKMA: 42 days outside the pack"
_TRACE: Final = "C15; EDQM: traceability"
_TWO: Final = "R14; EDQM: second check"


def _code(
    number: str,
    texts: tuple[str, str],
    fixes: tuple[str, str],
    source: str,
    severity: Severity = Severity.REFUSE,
) -> Code:
    return Code(f"DOSE-{number}", severity, *texts, *fixes, source)


_SCAN_AGAIN: Final = ("Scan pakken igen, eller kassér den.", "Scan the pack again, or discard it.")
_OTHER_PACK: Final = ("Læg pakken til side, og tag en anden.", "Put the pack aside and take another.")
NO_PACKS: Final = _code(
    "0901",
    ("Ingen pakke er scannet.", "No pack is scanned."),
    ("Scan hver pakke, der hældes i.", "Scan every pack that is poured in."),
    _POUR,
)
SCAN_UNREADABLE: Final = _code(
    "0902",
    ("Pakkens kode kan ikke læses: {why}.", "The pack's code cannot be read: {why}."),
    (
        "Scan pakkens DataMatrix igen. En pakke uden læsbar kode hældes ikke i.",
        "Scan the pack's DataMatrix again. A pack without a readable code is not poured in.",
    ),
    _POUR,
)
GTIN_UNKNOWN: Final = _code(
    "0903",
    ("Ingen ved, hvilket lægemiddel GTIN {gtin} er.", "Nobody knows which product GTIN {gtin} is."),
    (
        "Lad to personer registrere det: dispenser refill gtin GTIN LÆGEMIDDEL --units ANTAL --who NAVN --second NAVN.",
        "Have two people register it: dispenser refill gtin GTIN PRODUCT --units COUNT --who NAME --second NAME.",
    ),
    _POUR,
)
OTHER_PRODUCT: Final = _code(
    "0904",
    (
        "Pakken med GTIN {gtin} er {scanned}, ikke {product}.",
        "The pack with GTIN {gtin} is {scanned}, not {product}.",
    ),
    (
        "Stop. Er noget af den hældt i, så tøm kassetten.",
        "Stop. If any of it was poured in, empty the canister.",
    ),
    _POUR,
)
LOT_MISSING: Final = _code("0905", ("En pakke har intet batchnummer.", "A pack has no lot number."), _SCAN_AGAIN, _POUR)
EXPIRED: Final = _code(
    "0906",
    ("Batch {lot} udløb {expiry}.", "Lot {lot} expired on {expiry}."),
    ("Kassér pakken.", "Discard the pack."),
    _LIMITS,
)
SERIAL_USED: Final = _code(
    "0907",
    (
        "Pakken {serial} med GTIN {gtin} er brugt før, i fyldning {fill}.",
        "Pack {serial} with GTIN {gtin} was used before, in fill {fill}.",
    ),
    (
        "En pakke afmeldes og åbnes én gang. Find ud af, hvor denne kommer fra.",
        "A pack is decommissioned and opened once. Find out where this one comes from.",
    ),
    _FMD,
)
POURED_RECALLED: Final = _code("0908", ("Batch {lot} er tilbagekaldt.", "Lot {lot} is recalled."), _OTHER_PACK, "C14")
POURED_QUARANTINED: Final = _code(
    "0909", ("Batch {lot} er i karantæne.", "Lot {lot} is in quarantine."), _OTHER_PACK, "C14"
)
NO_NAME: Final = _code(
    "0910",
    ("Et navn mangler.", "A name is missing."),
    ("Angiv, hvem der gjorde det, og hvem der kontrollerede det.", "Say who did it and who checked it."),
    _TWO,
)
SAME_PERSON: Final = _code(
    "0911",
    ("{who} kan ikke kontrollere sig selv.", "{who} cannot check their own work."),
    ("Lad en anden kontrollere det.", "Have somebody else check it."),
    _TWO,
)
UNKNOWN_PRODUCT: Final = _code(
    "0912",
    ("Lægemiddel {product} findes ikke i kataloget.", "Product {product} is not in the catalogue."),
    ("Ret lægemidlets nummer.", "Correct the product's number."),
    "R3; C8",
)
UNSUITABLE: Final = _code(
    "0913",
    ("{product} må ikke {what}.", "{product} must not be {what}."),
    ("Hæld det ikke i.", "Do not pour it in."),
    "BEK 827/2024 §§ 111-112; C11",
)
CODE_USED: Final = _code(
    "0914",
    ("Fyldning {fill} er registreret før.", "Fill {fill} is registered already."),
    (
        "En ny fyldning har en ny kode, og kassetten tømmes først. Rester blandes ikke med nyt.",
        "A new fill has a new code, and the canister is emptied first. Leftovers are not mixed with new ones.",
    ),
    "C15; R14",
)
NO_UNITS: Final = _code(
    "0915",
    ("En pakke rummer {units} stk.", "A pack holds {units} units."),
    ("Angiv, hvor mange hele stk. pakken rummer.", "Say how many whole units the pack holds."),
    _POUR,
)
NOT_OPENED_YET: Final = _code(
    "0916",
    ("Pakkerne åbnes {opened}, og i dag er {today}.", "The packs are opened on {opened}; today is {today}."),
    ("Registrér fyldningen den dag, den fyldes.", "Register the fill on the day it is filled."),
    _LIMITS,
)
OPENED_LONG_AGO: Final = _code(
    "0917",
    (
        "Pakkerne er åbnet {opened} og må kun bruges til og med {until}; i dag er {today}.",
        "The packs were opened on {opened} and may be used until {until} only; today is {today}.",
    ),
    ("Kassér indholdet.", "Discard the contents."),
    _LIMITS,
)
DAYS_IMPOSSIBLE: Final = _code(
    "0918",
    ("{days} dage uden for pakningen er ikke 1 til {most}.", "{days} days outside the pack are not 1 to {most}."),
    ("Angiv færre dage, hvor lægemidlet kræver det.", "Give fewer days where the product demands it."),
    _LIMITS,
)
SECOND_SCAN_MISSING: Final = _code(
    "0919",
    ("{product} ligner {others} og kræver en scanning til.", "{product} looks like {others} and needs a second scan."),
    (
        "Lad den, der kontrollerer, scanne en af pakkerne selv (--second-scan).",
        "Have whoever checks scan one of the packs too (--second-scan).",
    ),
    _TWO,
)
SECOND_SCAN_DIFFERS: Final = _code(
    "0920",
    (
        "Den anden scanning, GTIN {gtin}, er ikke en af de scannede pakker af {product}.",
        "The second scan, GTIN {gtin}, is not one of the scanned packs of {product}.",
    ),
    (
        "Stop. Sammenlign pakkerne; er noget forkert hældt i, så tøm kassetten.",
        "Stop. Compare the packs; if anything wrong was poured in, empty the canister.",
    ),
    _TWO,
)
NO_CONTAINER: Final = _code(
    "0921",
    ("Kassettens navn eller fyldningens kode mangler.", "The canister's id or the fill's code is missing."),
    ("Scan kassetten.", "Scan the canister."),
    _POUR,
)
LOTS_MIXED: Final = _code(
    "0922",
    ("Fyldning {fill} blander {count} batcher.", "Fill {fill} mixes {count} lots."),
    (
        "Hver pose fra den spores til dem alle. Hold batcher adskilt, hvor det kan lade sig gøre.",
        "Every pouch of it is traced to all of them. Keep lots apart where you can.",
    ),
    _TRACE,
    Severity.WARN,
)
NO_SERIAL: Final = _code(
    "0923",
    ("En pakke af batch {lot} har intet serienummer.", "A pack of lot {lot} has no serial number."),
    (
        "Ingen kan se, om den er brugt før. Kontrollér, at pakken ikke skal have et.",
        "Nobody can see whether it was used before. Make sure that the pack needs none.",
    ),
    _FMD,
    Severity.WARN,
)
GTIN_WRONG: Final = _code(
    "0924",
    ("Ikke et GTIN: {why}.", "Not a GTIN: {why}."),
    ("Scan pakken.", "Scan the pack."),
    _POUR,
)
GTIN_KNOWN: Final = _code(
    "0925",
    ("GTIN {gtin} er registreret som {product} allerede.", "GTIN {gtin} is registered as {product} already."),
    ("Der er ikke mere at gøre.", "There is nothing more to do."),
    _POUR,
)

FILL_CODES: Final = (
    NO_PACKS,
    SCAN_UNREADABLE,
    GTIN_UNKNOWN,
    OTHER_PRODUCT,
    LOT_MISSING,
    EXPIRED,
    SERIAL_USED,
    POURED_RECALLED,
    POURED_QUARANTINED,
    NO_NAME,
    SAME_PERSON,
    UNKNOWN_PRODUCT,
    UNSUITABLE,
    CODE_USED,
    NO_UNITS,
    NOT_OPENED_YET,
    OPENED_LONG_AGO,
    DAYS_IMPOSSIBLE,
    SECOND_SCAN_MISSING,
    SECOND_SCAN_DIFFERS,
    NO_CONTAINER,
    LOTS_MIXED,
    NO_SERIAL,
    GTIN_WRONG,
    GTIN_KNOWN,
)
