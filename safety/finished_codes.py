"""What keeps a packed batch from being closed, and what must be told of it (DOSE-0250 to 0269, 0275 to 0283)."""

from typing import Final

from safety.findings import Code, Overriding, Severity
from safety.finished_lot_codes import FINISHED_LOT_CODES

_Texts = tuple[str, str]
_STOP: Final = (
    "Udlevér ikke rullen. Find årsagen, og pak den igen.",
    "Do not hand the roll out. Find the cause, and pack it again.",
)
_TELL: Final = (
    "Udlevér ikke rullen, og meld fejlen: det, der er gemt, stemmer ikke med sig selv.",
    "Do not hand the roll out, and report the fault: what is stored contradicts itself.",
)
_TWO: Final = (
    "Afslut kun med en anden person som vidne og en begrundelse, og giv borgeren det, der mangler.",
    "Close it only with another person and a reason, and give the citizen what is missing.",
)


def _code(number: str, texts: _Texts, fixes: _Texts, source: str) -> Code:
    return Code(f"DOSE-{number}", Severity.REFUSE, *texts, *fixes, source)


def _two(number: str, texts: _Texts, source: str, fixes: _Texts = _TWO) -> Code:
    return Code(f"DOSE-{number}", Severity.HOLD, *texts, *fixes, source, Overriding.TWO_PERSONS)


def _told(number: str, texts: _Texts, fixes: _Texts, source: str) -> Code:
    return Code(f"DOSE-{number}", Severity.WARN, *texts, *fixes, source)


ACCOUNTS_DIFFER: Final = _code(
    "0250",
    (
        "{date} {slot}, {product}: planen siger {expected}, poserne {pouch}, etiketterne {label}, maskinen {machine}.",
        "{date} {slot}, {product}: plan says {expected}, pouches {pouch}, labels {label}, machine {machine}.",
    ),
    _STOP,
    "C1",
)
TOTALS_DIFFER: Final = _code(
    "0251",
    (
        "I alt: planen siger {expected} stk., poserne {pouch}, etiketterne {label}, maskinen {machine}.",
        "In all: the plan says {expected} units, the pouches {pouch}, the labels {label}, the machine {machine}.",
    ),
    _STOP,
    "C1",
)
PACKED_TWICE: Final = _code(
    "0252",
    ("Pose {pouch} er pakket {times} gange: {where}.", "Pouch {pouch} is packed {times} times: {where}."),
    _STOP,
    "C2",
)
NEVER_PACKED: Final = _two(
    "0253",
    ("Pose {pouch} ({what}) er aldrig pakket.", "Pouch {pouch} ({what}) was never packed."),
    "C2",
)
NOT_SETTLED: Final = _code(
    "0254",
    ("Pose {pouch}: ingen ved, om den er pakket.", "Pouch {pouch}: nobody knows whether it is packed."),
    ("Vent, til maskinens journal er læst.", "Wait until the machine's journal has been read."),
    "C17",
)
ORDER_CHANGED: Final = _code(
    "0255",
    (
        "Ordre {order} er ikke den, der blev sendt: {why}.",
        "Order {order} is not the one that was sent: {why}.",
    ),
    _TELL,
    "C16, C17",
)
PACKED_UNORDERED: Final = _code(
    "0256",
    (
        "Pose {pouch} står som pakket i ordre {order}, som ikke har bestilt den til rullen.",
        "Pouch {pouch} is on record as packed in order {order}, which did not order it for the roll.",
    ),
    _STOP,
    "C2",
)
EVENTS_DIFFER: Final = _code(
    "0257",
    (
        "Ordre {order}: maskinen melder poserne {machine} pakket, hos os står {record}.",
        "Order {order}: the machine reports pouches {machine} packed, our record has {record}.",
    ),
    _STOP,
    "C17",
)
EVIDENCE_LACKS: Final = _code(
    "0258",
    (
        "Pose {pouch}: maskinens journal beviser den ikke: {why}",
        "Pouch {pouch}: the machine's journal does not prove it: {why}",
    ),
    _STOP,
    "C17",
)
PRINT_UNPROVEN: Final = _code(
    "0259",
    (
        "Pose {pouch}: maskinen har trykt {machine}, etiketten er {label}.",
        "Pouch {pouch}: the machine printed {machine}, the label is {label}.",
    ),
    _STOP,
    "C16",
)
SNAPSHOT_CHANGED: Final = _code(
    "0260",
    (
        "Batchens indhold er ikke det, der blev frigivet: {now} i stedet for {released}.",
        "The batch's content is not what was released: {now} in place of {released}.",
    ),
    _TELL,
    "C18",
)
NO_PLAN_IN_FORCE: Final = _code(
    "0261",
    ("Borgeren har ingen gældende plan.", "The citizen has no plan in force."),
    ("Udlevér ikke rullen. Kassér den.", "Do not hand the roll out. Discard it."),
    "C18",
)
NOT_COMPUTABLE: Final = _code(
    "0262",
    ("{ordination} kan ikke efterregnes: {why}.", "{ordination} cannot be verified: {why}."),
    _STOP,
    "C1; a check that cannot run has failed",
)
PLAN_ASKS_MORE: Final = _told(
    "0263",
    (
        "Plan {plan} har {doses} doser i perioden, som ingen rulle har; rullen følger plan {roll}.",
        "Plan {plan} has {doses} doses in the period that are in no roll; the roll follows plan {roll}.",
    ),
    ("Planlæg perioden igen.", "Plan the period again."),
    "C18",
)
INSTRUCTION_CHANGED: Final = _code(
    "0264",
    (
        "Pose {pouch}, {product}: på posen står “{label}”, i planen “{expected}”.",
        "Pouch {pouch}, {product}: the pouch says “{label}”, the plan “{expected}”.",
    ),
    _STOP,
    "R8, C18",
)
OTHER_CATALOGUE: Final = _told(
    "0265",
    (
        "Batchen er pakket efter katalog {batch}; nu gælder {now}.",
        "The batch was packed with catalogue {batch}; {now} is in force now.",
    ),
    (
        "Kan en etiket ikke genkendes, så afslut med det katalog, der blev pakket efter.",
        "Where a label is not recognised, close with the catalogue that was packed with.",
    ),
    "C18",
)
DISCARDED: Final = _told(
    "0266",
    (
        "Poserne {pouches} tæller ikke: de er kasseret ({why}).",
        "Pouches {pouches} do not count: they are discarded ({why}).",
    ),
    ("Find og destruér dem.", "Find and destroy them."),
    "C25",
)
DISCARDED_IN_USE: Final = _two(
    "0267",
    (
        "Pose {pouch} ({what}) er kasseret ({why}), og rullen er i brug uden den.",
        "Pouch {pouch} ({what}) is discarded ({why}), and the roll is in use without it.",
    ),
    "C25",
)
FILM_TWICE: Final = _code(
    "0269",
    (
        "Ordre {order}: maskinen melder film {film} lukket {times} gange.",
        "Order {order}: the machine reports film {film} closed {times} times.",
    ),
    _STOP,
    "C17",
)
VOID_ROLL: Final = _told(
    "0268",
    (
        "Rullen er taget ud af brug ({why}); {pouches} af dens poser er stadig i brug.",
        "The roll is out of use ({why}); {pouches} of its pouches are still in use.",
    ),
    ("Se rullens side.", "See the page of the roll."),
    "C25",
)
NOT_PACKED: Final = _code(
    "0275",
    ("Batchen er ikke pakket: den er {state}.", "The batch is not packed: it is {state}."),
    ("Vent, til alle ruller er pakket.", "Wait until every roll is packed."),
    "C17",
)
CLOSER_UNNAMED: Final = _code(
    "0276",
    ("Der mangler et navn.", "A name is missing."),
    ("Skriv, hvem der afslutter batchen.", "Write who closes the batch."),
    "BEK 827/2024 § 109",
)
SECOND_NEEDED: Final = _code(
    "0277",
    (
        "Fundene {codes} kræver en anden person end {who} og en begrundelse på mindst {least} tegn.",
        "Findings {codes} need another person than {who}, and a reason of at least {least} characters.",
    ),
    ("Lad en anden se på det, og skriv hvorfor batchen må afsluttes.", "Let another look, and write why it may close."),
    "C2, C25",
)
CHANGED_MEANWHILE: Final = _code(
    "0278",
    ("Noget ændrede sig, mens batchen blev kontrolleret.", "Something changed while the batch was being verified."),
    ("Prøv igen.", "Try again."),
    "C18",
)

CLOSER_RELEASED: Final = _code(
    "0279",
    (
        "{who} frigav batchen til pakning og kan ikke også afslutte den.",
        "{who} released the batch for packing and cannot close it too.",
    ),
    ("Lad en anden farmaceut afslutte batchen.", "Let another pharmacist close the batch."),
    "R14",
)

FINISHED_CODES: Final = (
    ACCOUNTS_DIFFER,
    TOTALS_DIFFER,
    PACKED_TWICE,
    NEVER_PACKED,
    NOT_SETTLED,
    ORDER_CHANGED,
    PACKED_UNORDERED,
    EVENTS_DIFFER,
    EVIDENCE_LACKS,
    PRINT_UNPROVEN,
    SNAPSHOT_CHANGED,
    NO_PLAN_IN_FORCE,
    NOT_COMPUTABLE,
    PLAN_ASKS_MORE,
    INSTRUCTION_CHANGED,
    OTHER_CATALOGUE,
    DISCARDED,
    DISCARDED_IN_USE,
    VOID_ROLL,
    FILM_TWICE,
    *FINISHED_LOT_CODES,
    NOT_PACKED,
    CLOSER_UNNAMED,
    SECOND_NEEDED,
    CHANGED_MEANWHILE,
    CLOSER_RELEASED,
)
