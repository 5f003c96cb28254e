"""Problems of a pushed plan, line by line (DOSE-01xx). PARK sends one line to a human; REFUSE never packs it."""

from typing import Final

from dispenser.core import reasons
from safety.findings import Code, Overriding, Severity

_ASK_DA: Final = "Ret doseringen hos lægen, eller giv medicinen uden for doserullen."
_ASK_EN: Final = "Have the prescriber correct the dosage, or give the medicine outside the roll."
_BY_HAND_DA: Final = "Giv medicinen uden for doserullen."
_BY_HAND_EN: Final = "Give the medicine outside the roll."
_FMK: Final = "FMK structured dosage; R2"


def _park(number: str, danish: str, english: str, source: str = _FMK) -> Code:
    return Code(f"DOSE-{number}", Severity.PARK, danish, english, _ASK_DA, _ASK_EN, source)


def _refuse(number: str, danish: str, english: str, source: str = _FMK) -> Code:
    fix = ("Ret doseringen hos afsenderen.", "Have the sender correct the dosage.")
    return Code(f"DOSE-{number}", Severity.REFUSE, danish, english, *fix, source)


UNKNOWN_PRODUCT: Final = Code(
    "DOSE-0101",
    Severity.REFUSE,
    "Lægemiddel {product} findes ikke i kataloget.",
    "Product {product} is not in the catalogue.",
    "Opdatér kataloget, eller ret lægemiddel-id'et hos afsenderen.",
    "Update the catalogue, or have the sender correct the drug id.",
    "R3",
)
NOT_DISPENSABLE: Final = Code(
    "DOSE-0102",
    Severity.PARK,
    "{product} er ikke mærket egnet til maskinel dosisdispensering.",
    "{product} is not marked suitable for machine dispensing.",
    _BY_HAND_DA,
    _BY_HAND_EN,
    "BEK 827/2024 § 111; R3, C11",
)
NOT_SOLID_ORAL: Final = Code(
    "DOSE-0103",
    Severity.PARK,
    "{product} er ikke en tablet eller kapsel, der må pakkes ({form}).",
    "{product} is not a tablet or capsule that may be packed ({form}).",
    _BY_HAND_DA,
    _BY_HAND_EN,
    "BEK 827/2024 § 112; R3, C11",
)
FRACTION_NOT_ALLOWED: Final = Code(
    "DOSE-0104",
    Severity.PARK,
    "{amount} stk. af {product}: tabletten må ikke deles sådan.",
    "{amount} units of {product}: the tablet must not be divided like that.",
    "Vælg en styrke, der giver hele enheder, eller ret doseringen hos lægen.",
    "Choose a strength that gives whole units, or have the prescriber correct the dosage.",
    "FMK DrugCatalogEntry Partable; R9, C12",
)
TOO_MANY_UNITS: Final = Code(
    "DOSE-0106",
    Severity.PARK,
    "{amount} stk. af {product} på én gang er over grænsen på {limit}.",
    "{amount} units of {product} at one time is over the limit of {limit}.",
    "Bekræft doseringen med lægen, eller vælg en højere styrke.",
    "Confirm the dosage with the prescriber, or choose a higher strength.",
    "C12",
    Overriding.PHARMACIST,
)
TREATMENT_ENDS_BEFORE_START: Final = _park(
    "0107",
    "Behandlingen slutter {last}, før den starter {first}.",
    "The treatment ends {last} before it starts {first}.",
)
DOSAGE_OUTSIDE_TREATMENT: Final = _park(
    "0108",
    "Doseringens datoer ({dosage}) ligger uden for behandlingens ({treatment}).",
    "The dates of the dosage ({dosage}) lie outside those of the treatment ({treatment}).",
    "FMK planned administration: treatment dates differ from dosage dates",
)
DOSAGE_ENDS_EARLY: Final = Code(
    "DOSE-0109",
    Severity.WARN,
    "Doseringen slutter {end}, men behandlingen først {last}; der pakkes intet efter {end}.",
    "The dosage ends {end} but the treatment only {last}; nothing is packed after {end}.",
    "Bekræft, at doseringen skal stoppe før behandlingen.",
    "Confirm that the dosage is meant to stop before the treatment.",
    "FMK planned administration: treatment dates differ from dosage dates",
)
INSTRUCTION_TOO_LONG: Final = _park(
    "0110",
    "Anvisningen er på {length} tegn; der er plads til {limit}.",
    "The instruction has {length} characters; there is room for {limit}.",
    "FMK AdministrationInstruction",
)
ORDINATION_TWICE: Final = Code(
    "DOSE-0111",
    Severity.REFUSE,
    "Ordinationen står to gange i planen.",
    "The ordination is in the plan twice.",
    "Bed afsenderen sende hver ordination én gang.",
    "Ask the sender to send each ordination once.",
    "C2",
)
SAME_SUBSTANCE: Final = Code(
    "DOSE-0112",
    Severity.WARN,
    "Samme stof ({atc}) i flere ordinationer, enheder pr. døgn: {ordinations}.",
    "The same substance ({atc}) in several ordinations, units a day: {ordinations}.",
    "Bekræft, at begge ordinationer gælder.",
    "Confirm that both ordinations are meant.",
    "C9",
)

REASON_CODES: Final[dict[str, Code]] = {
    reasons.FREE_TEXT: _park("0120", "Doseringen er kun fritekst.", "The dosage is free text only.", "R2"),
    reasons.LOCAL_SCHEMA: _park(
        "0121", "Doseringen følger et skema i et lokalt system.", "The dosage follows a schema in a local system.", "R2"
    ),
    reasons.AS_NEEDED: _park(
        "0122",
        "Doseringen er efter behov; det pakker en maskine aldrig.",
        "As needed: a machine never packs that.",
        "R2",
    ),
    reasons.RANGE: _park("0123", "Doseringen er et interval (fra-til).", "The dosage is a range (from-to).", "R2"),
    reasons.DAY_NOT_FIXED: _park("0124", "Doseringen er ikke knyttet til en dag.", "The dosage is not tied to a day."),
    reasons.DAY_OUTSIDE_CYCLE: _refuse(
        "0125", "En dag ligger efter cyklussens sidste dag.", "A day lies after the last day of the cycle."
    ),
    reasons.DAY_TWICE: _refuse("0126", "En dag står to gange i doseringen.", "A day is in the dosage twice."),
    reasons.DAY_WITHOUT_DOSE: _refuse("0127", "En dag er uden dosis.", "A day has no dose."),
    reasons.NOT_QUARTERS: _park(
        "0128",
        "En mængde er ikke et helt antal kvarte enheder.",
        "A quantity is not a whole number of quarter units.",
        "C12",
    ),
    reasons.PLAIN_UNMAPPED: _park(
        "0129",
        "Stedet har ikke fastlagt tidspunkter for så mange doser om dagen.",
        "This site has not set times for so many doses a day.",
        "FMK planned administration",
    ),
    reasons.NO_STRUCTURE: _refuse("0130", "Doseringen er tom.", "The dosage is empty."),
    reasons.INTERVAL_OUT_OF_RANGE: _refuse(
        "0131", "Cyklussen er ikke på 1 til 365 dage.", "The cycle does not have 1 to 365 days."
    ),
    reasons.ENDS_BEFORE_START: _refuse(
        "0132", "En doseringsperiode slutter, før den starter.", "A dosage period ends before it starts."
    ),
    reasons.OVERLAPPING_STRUCTURES: _refuse("0133", "To doseringsperioder overlapper.", "Two dosage periods overlap."),
    reasons.GAP_BETWEEN_STRUCTURES: _park(
        "0134",
        "Der er dage uden dosering mellem to perioder, og pausen er ikke angivet.",
        "There are days without dosage between two periods, and no pause is declared.",
    ),
    reasons.TOO_MANY_STRUCTURES: _refuse(
        "0135", "Doseringen har mere end 10 perioder.", "The dosage has more than 10 periods."
    ),
    reasons.DATE_OUT_OF_RANGE: _refuse(
        "0136",
        "En dato ligger før 2000 eller mere end hundrede år ude i fremtiden.",
        "A date lies before 2000 or more than a hundred years ahead.",
    ),
    reasons.TOO_MANY_DAYS: _refuse(
        "0137", "En periode opregner mere end 366 dage.", "A period lists more than 366 days."
    ),
    reasons.DAY_NEGATIVE: _refuse("0138", "Et dagnummer er negativt.", "A day number is negative."),
    reasons.TOO_MANY_DOSES: _refuse("0139", "En dag har mere end 24 doser.", "A day has more than 24 doses."),
    reasons.NOT_A_QUANTITY: _refuse(
        "0140",
        "En mængde er negativ, uendelig eller har flere end 9 decimaler eller 18 cifre.",
        "A quantity is negative, not finite, or has more than 9 decimals or 18 digits.",
        "FMK quantity",
    ),
    reasons.RANGE_REVERSED: _refuse(
        "0141", "En fra-mængde er større end til-mængden.", "A lowest quantity is larger than the highest."
    ),
    reasons.QUANTITY_ABSURD: _refuse(
        "0142",
        "En mængde er urimelig: over 99 tabletter eller kapsler, eller 99.999 af andet.",
        "A quantity is absurd: over 99 tablets or capsules, or 99,999 of anything else.",
        "C12",
    ),
    reasons.NOTHING_ORDERED: _refuse(
        "0143", "Alle mængder i doseringen er nul.", "Every quantity of the dosage is zero."
    ),
    reasons.NOT_COUNTED: _park(
        "0144",
        "Enheden kan en maskine ikke tælle.",
        "No machine can count this unit.",
        "R3",
    ),
}
"""The code of each reason of `dispenser.core.reasons`."""

PLAN_CODES: Final = (
    UNKNOWN_PRODUCT,
    NOT_DISPENSABLE,
    NOT_SOLID_ORAL,
    FRACTION_NOT_ALLOWED,
    TOO_MANY_UNITS,
    TREATMENT_ENDS_BEFORE_START,
    DOSAGE_OUTSIDE_TREATMENT,
    DOSAGE_ENDS_EARLY,
    INSTRUCTION_TOO_LONG,
    ORDINATION_TWICE,
    SAME_SUBSTANCE,
    *REASON_CODES.values(),
)
