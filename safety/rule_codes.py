"""Problems that clinical rules find in a plan, line by line (DOSE-0150 to 0179), and providers that cannot be asked."""

from typing import Final

from safety.findings import Code, Overriding, Severity

_BY_HAND: Final = ("Giv medicinen uden for doserullen.", "Give the medicine outside the roll.")
_CONFIRM: Final = (
    "Afklar med lægen. En farmaceut kan tilsidesætte advarslen med en begrundelse.",
    "Settle it with the prescriber. A pharmacist may override the alert and say why.",
)
_CONFIRM_TWO: Final = (
    "Afklar med lægen. To personer, heraf en farmaceut, kan tilsidesætte advarslen med en begrundelse.",
    "Settle it with the prescriber. Two persons, one of them a pharmacist, may override the alert and say why.",
)
_RULE: Final = " {text} (regel {rule}, {pack})"
_RULE_EN: Final = " {text} (rule {rule}, {pack})"


def _park(
    number: str, texts: tuple[str, str], fixes: tuple[str, str], source: str, overriding: Overriding = Overriding.NEVER
) -> Code:
    return Code(f"DOSE-{number}", Severity.PARK, *texts, *fixes, source, overriding)


def _told(number: str, severity: Severity, texts: tuple[str, str], fixes: tuple[str, str], source: str) -> Code:
    return Code(f"DOSE-{number}", severity, *texts, *fixes, source)


UNSUITABLE: Final = _park(
    "0150",
    ("{product} må ikke pakkes maskinelt." + _RULE, "{product} must not be packed by machine." + _RULE_EN),
    _BY_HAND,
    "BEK 827/2024 §§ 111-112; C11",
)
NOT_SEPARATE: Final = _park(
    "0151",
    (
        "{product} skal ligge alene i posen, men er ikke mærket sådan i kataloget." + _RULE,
        "{product} must be alone in its pouch, but the catalogue does not say so." + _RULE_EN,
    ),
    ("Mærk produktet i kataloget.", "Mark the product in the catalogue."),
    "Danish Medicines Agency's remarks; R10, C11",
)
SHORT_LIFE: Final = _told(
    "0152",
    Severity.INFO,
    (
        "{product} må højst være {days} dage uden for pakningen." + _RULE,
        "{product} may be outside its pack for {days} days at most." + _RULE_EN,
    ),
    ("Overhold grænsen, når kassetter og bakker fyldes.", "Keep to the limit when canisters and trays are filled."),
    "R6, C14",
)
OVER_CAP: Final = _park(
    "0153",
    (
        "{total} {unit} i døgnet fra {since} er over grænsen på {most} {unit}; {lines}." + _RULE,
        "{total} {unit} a day from {since} is over the limit of {most} {unit}; {lines}." + _RULE_EN,
    ),
    _CONFIRM,
    "C22",
    Overriding.PHARMACIST,
)
CAP_NOT_CHECKABLE: Final = _park(
    "0154",
    (
        "Døgndosis kan ikke beregnes mod grænsen på {most} {unit}: {lines}." + _RULE,
        "The amount a day cannot be computed against the limit of {most} {unit}: {lines}." + _RULE_EN,
    ),
    (
        "Regn døgndosis efter. En farmaceut kan tilsidesætte advarslen med en begrundelse.",
        "Work the amount a day out by hand. A pharmacist may override the alert and say why.",
    ),
    "C22",
    Overriding.PHARMACIST,
)
TOO_OFTEN: Final = _park(
    "0155",
    (
        "Der er {shortest} dage mellem to doser; der skal være mindst {least}: {lines}." + _RULE,
        "Two doses are {shortest} days apart; it must be {least} at least: {lines}." + _RULE_EN,
    ),
    (
        "Ret doseringen hos lægen; den kan ikke tilsidesættes.",
        "Have the prescriber correct the dosage; this cannot be overridden.",
    ),
    "C10",
)
SEVERAL_A_DAY: Final = _park(
    "0156",
    (
        "Der er {doses} doser på samme dag: {lines}." + _RULE,
        "There are {doses} doses on one day: {lines}." + _RULE_EN,
    ),
    _CONFIRM,
    "C10",
    Overriding.PHARMACIST,
)
RHYTHM_NOT_CHECKABLE: Final = _park(
    "0157",
    (
        "Det kan ikke ses, hvor mange dage der er mellem doserne: {lines}." + _RULE,
        "It cannot be seen how many days are between the doses: {lines}." + _RULE_EN,
    ),
    ("Ret doseringen hos lægen.", "Have the prescriber correct the dosage."),
    "C10",
)
HIGH_RISK: Final = _park(
    "0158",
    ("{product} er et risikolægemiddel; dosering: {dosage}." + _RULE, "{product} is high-risk: {dosage}." + _RULE_EN),
    _CONFIRM_TWO,
    "C10",
    Overriding.TWO_PERSONS,
)
OTHER_INTERVAL: Final = _park(
    "0159",
    (
        "{product} gives hver {found}. dag; tilladt er hver {allowed}. dag." + _RULE,
        "{product} is given every {found} days; allowed is every {allowed} days." + _RULE_EN,
    ),
    (
        "Ret doseringen hos lægen; den kan ikke tilsidesættes.",
        "Have the prescriber correct the dosage; this cannot be overridden.",
    ),
    "C10",
)
ALLERGY: Final = _park(
    "0160",
    (
        "Borgeren tåler ikke {allergy} ({atc}), og {product} er {substance}.",
        "The citizen does not tolerate {allergy} ({atc}), and {product} is {substance}.",
    ),
    _CONFIRM_TWO,
    "R19",
    Overriding.TWO_PERSONS,
)
ALLERGY_CLASS: Final = _park(
    "0161",
    (
        "Borgeren tåler ikke {allergy} ({atc}); {product} hører til samme klasse, {name}." + _RULE,
        "The citizen does not tolerate {allergy} ({atc}); {product} is of the same class, {name}." + _RULE_EN,
    ),
    _CONFIRM,
    "R19",
    Overriding.PHARMACIST,
)
ALLERGY_NOT_CODED: Final = _park(
    "0162",
    (
        'Borgerens overfølsomhed "{allergy}" har ingen ATC-kode, så intet kan holdes op mod den.',
        'The citizen\'s intolerance "{allergy}" has no ATC code, so nothing can be held against it.',
    ),
    ("Lad en farmaceut give den en ATC-kode.", "Have a pharmacist give it an ATC code."),
    "R19",
)
CONTRAINDICATED: Final = _park(
    "0163",
    (
        "{product} og {other} må ikke gives sammen; {dosages}." + _RULE,
        "{product} and {other} must not be given together; {dosages}." + _RULE_EN,
    ),
    _CONFIRM_TWO,
    "R20",
    Overriding.TWO_PERSONS,
)
DISCOURAGED: Final = _park(
    "0164",
    (
        "{product} og {other} bør ikke gives sammen; {dosages}." + _RULE,
        "{product} and {other} should not be given together; {dosages}." + _RULE_EN,
    ),
    _CONFIRM,
    "R20",
    Overriding.PHARMACIST,
)
CAUTION: Final = _told(
    "0165",
    Severity.WARN,
    (
        "{product} og {other} gives sammen: vær opmærksom." + _RULE,
        "{product} and {other} are given together: be aware." + _RULE_EN,
    ),
    ("Følg borgeren som reglen siger.", "Monitor the citizen as the rule says."),
    "R20",
)
DUPLICATE: Final = _park(
    "0166",
    (
        "{product} og {other} er to af samme slags; {dosages}." + _RULE,
        "{product} and {other} are two of a kind; {dosages}." + _RULE_EN,
    ),
    _CONFIRM,
    "C9",
    Overriding.PHARMACIST,
)
LOOK_ALIKE: Final = _told(
    "0167",
    Severity.WARN,
    ("{product} kan forveksles med {other}." + _RULE, "{product} can be mistaken for {other}." + _RULE_EN),
    ("Skan begge en gang til ved fyldning.", "Scan both once more when filling."),
    "C8",
)
NOT_CLASSIFIED: Final = _park(
    "0168",
    (
        "{product} har ingen fuld ATC-kode i kataloget, så reglerne kan ikke bruges på det ({pack}).",
        "{product} has no full ATC code in the catalogue, so the rules cannot be used on it ({pack}).",
    ),
    (
        "Ret kataloget. En farmaceut kan tilsidesætte advarslen efter egen gennemgang.",
        "Correct the catalogue. A pharmacist may override the alert after looking for himself.",
    ),
    "R21",
    Overriding.PHARMACIST,
)
BESIDE_NOT_CLASSIFIED: Final = _park(
    "0169",
    (
        "Borgeren får også {other}, som reglerne ikke kan bruges på: uden fuld ATC-kode ({pack}).",
        "The citizen also takes {other}, which the rules cannot be used on: no full ATC code ({pack}).",
    ),
    (
        "Ret kataloget. En farmaceut kan tilsidesætte advarslen efter egen gennemgang.",
        "Correct the catalogue. A pharmacist may override the alert after looking for himself.",
    ),
    "R21",
    Overriding.PHARMACIST,
)
RULES_MISSING: Final = _park(
    "0170",
    ("Ingen kliniske regler er i kraft.", "No clinical rules are in force."),
    ("Foreslå og underskriv en regelpakke.", "Propose and sign a rule pack."),
    "R21",
)
RULES_EXPIRED: Final = _park(
    "0171",
    (
        "Regelpakken {pack} gælder {valid_from} - {valid_to}, ikke {day}.",
        "The rule pack {pack} holds {valid_from} - {valid_to}, not {day}.",
    ),
    ("Foreslå og underskriv en ny udgave.", "Propose and sign a new version."),
    "R21",
)
PROVIDER_FAILED: Final = _park(
    "0172",
    ("De kliniske regler {provider} svarede ikke: {why}.", "The clinical rules {provider} gave no answer: {why}."),
    ("Ret eller fjern udvidelsen; intet pakkes uden svar.", "Repair or remove the plug-in; nothing is packed without."),
    "R21",
)
BESIDE_UNKNOWN: Final = _told(
    "0173",
    Severity.WARN,
    (
        "Borgeren får også {other}, som ingen regel kan bruges på: uden lægemiddel-id.",
        "The citizen also takes {other}, which no rule can be used on: it has no drug id.",
    ),
    ("Se selv, om de to kan gives sammen.", "See for yourself whether the two may be given together."),
    "R21",
)

RULE_CODES: Final = (
    UNSUITABLE,
    NOT_SEPARATE,
    SHORT_LIFE,
    OVER_CAP,
    CAP_NOT_CHECKABLE,
    TOO_OFTEN,
    SEVERAL_A_DAY,
    RHYTHM_NOT_CHECKABLE,
    HIGH_RISK,
    OTHER_INTERVAL,
    ALLERGY,
    ALLERGY_CLASS,
    ALLERGY_NOT_CODED,
    CONTRAINDICATED,
    DISCOURAGED,
    CAUTION,
    DUPLICATE,
    LOOK_ALIKE,
    NOT_CLASSIFIED,
    BESIDE_NOT_CLASSIFIED,
    RULES_MISSING,
    RULES_EXPIRED,
    PROVIDER_FAILED,
    BESIDE_UNKNOWN,
)
