"""Problems of a pushed plan, line by line (DOSE-01xx). PARK sends one line to a human; REFUSE never packs it."""

from typing import Final

from dispenser.core import expansion
from safety.findings import Code, Severity

_ASK_DA: Final = "Ret doseringen hos lægen, eller giv medicinen uden for doserullen."
_ASK_EN: Final = "Have the prescriber correct the dosage, or give the medicine outside the roll."
_BY_HAND_DA: Final = "Giv medicinen uden for doserullen."
_BY_HAND_EN: Final = "Give the medicine outside the roll."
_FMK: Final = "FMK structured dosage; R2"


def _park(number: str, danish: str, english: str, source: str = _FMK) -> Code:
    return Code(f"DOSE-{number}", Severity.PARK, danish, english, _ASK_DA, _ASK_EN, source)


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

PARK_CODES: Final[dict[str, Code]] = {
    expansion.FREE_TEXT: _park("0120", "Doseringen er kun fritekst.", "The dosage is free text only.", "R2"),
    expansion.LOCAL_SCHEMA: _park(
        "0121", "Doseringen følger et skema i et lokalt system.", "The dosage follows a schema in a local system.", "R2"
    ),
    expansion.AS_NEEDED: _park(
        "0122",
        "Doseringen er efter behov; det pakker en maskine aldrig.",
        "As needed: a machine never packs that.",
        "R2",
    ),
    expansion.RANGE: _park("0123", "Doseringen er et interval (fra-til).", "The dosage is a range (from-to).", "R2"),
    expansion.DAY_NOT_FIXED: _park(
        "0124", "Doseringen er ikke knyttet til en dag.", "The dosage is not tied to a day."
    ),
    expansion.DAY_OUTSIDE_CYCLE: _park(
        "0125", "En dag ligger efter cyklussens sidste dag.", "A day lies after the last day of the cycle."
    ),
    expansion.DAY_TWICE: _park("0126", "En dag står to gange i doseringen.", "A day is in the dosage twice."),
    expansion.DAY_WITHOUT_DOSE: _park("0127", "En dag er uden dosis.", "A day has no dose."),
    expansion.NOT_QUARTERS: _park(
        "0128",
        "En mængde er ikke et helt antal kvarte enheder.",
        "A quantity is not a whole number of quarter units.",
        "C12",
    ),
    expansion.PLAIN_UNMAPPED: _park(
        "0129",
        "Stedet har ikke fastlagt tidspunkter for så mange doser om dagen.",
        "This site has not set times for so many doses a day.",
        "FMK planned administration",
    ),
    expansion.NO_STRUCTURE: _park("0130", "Doseringen er tom.", "The dosage is empty."),
    expansion.INTERVAL_NEGATIVE: _park("0131", "Cyklussen er negativ.", "The cycle length is negative."),
    expansion.ENDS_BEFORE_START: _park(
        "0132", "En doseringsperiode slutter, før den starter.", "A dosage period ends before it starts."
    ),
    expansion.OVERLAPPING_STRUCTURES: _park("0133", "To doseringsperioder overlapper.", "Two dosage periods overlap."),
    expansion.GAP_BETWEEN_STRUCTURES: _park(
        "0134",
        "Der er dage uden dosering mellem to perioder, og pausen er ikke angivet.",
        "There are days without dosage between two periods, and no pause is declared.",
    ),
}
"""The code of each park reason of `dispenser.core.expansion`."""

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
    *PARK_CODES.values(),
)
