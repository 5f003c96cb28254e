"""Words of the wire and what each means here: code systems, times of day, units, administration instructions."""

from typing import Final

from dispenser.core.dosage import PartOfDay

DRUG_ID_SYSTEM: Final = "https://laegemiddelstyrelsen.dk/drugid"
"""Our name for the code system of Danish drug ids (Medicinpriser LMS01 DrugID, 11 digits)."""
CPR_SYSTEM: Final = "urn:oid:1.2.208.176.1.2"
"""Danish civil registration numbers (HL7 Denmark core)."""
UCUM_SYSTEM: Final = "http://unitsofmeasure.org"
EDQM_SYSTEM: Final = "http://standardterms.edqm.eu"
SNOMED_SYSTEM: Final = "http://snomed.info/sct"
DRUG_FORM_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm"
ORAL_ROUTES: Final = frozenset({"26643006", "20053000"})
"""SNOMED CT "oral route" and EDQM "oral use"."""

WITH_MEAL: Final = "Med måltid"
BEFORE_MEAL: Final = "Før måltid"
AFTER_MEAL: Final = "Efter måltid"

WHEN_SLOTS: Final[dict[str, tuple[PartOfDay, str]]] = {
    "MORN": (PartOfDay.MORNING, ""),
    "NOON": (PartOfDay.NOON, ""),
    "EVE": (PartOfDay.EVENING, ""),
    "NIGHT": (PartOfDay.NIGHT, ""),
    "HS": (PartOfDay.NIGHT, ""),
    "CM": (PartOfDay.MORNING, WITH_MEAL),
    "CD": (PartOfDay.NOON, WITH_MEAL),
    "CV": (PartOfDay.EVENING, WITH_MEAL),
    "ACM": (PartOfDay.MORNING, BEFORE_MEAL),
    "ACD": (PartOfDay.NOON, BEFORE_MEAL),
    "ACV": (PartOfDay.EVENING, BEFORE_MEAL),
    "PCM": (PartOfDay.MORNING, AFTER_MEAL),
    "PCD": (PartOfDay.NOON, AFTER_MEAL),
    "PCV": (PartOfDay.EVENING, AFTER_MEAL),
}
"""FHIR `when` code -> slot, and the administration instruction that the code stands for; every other code is parked."""

PACKABLE_INSTRUCTIONS: Final = (
    "Synkes hele",
    "Tygges",
    "Knuses",
    "Opløses i vand",
    WITH_MEAL,
    BEFORE_MEAL,
    AFTER_MEAL,
    "Ikke ifm måltid",
    "Før sengetid",
)
"""FMK administration instructions that a pouch can print."""
AS_NEEDED_INSTRUCTIONS: Final = ("Ved behov", "Ved smerter", "Ved anfald", "Før anstrengelse", "Før virkning ønskes")
"""FMK administration instructions that make a dosage an as-needed one."""

TABLET: Final = "tablet"
CAPSULE: Final = "kapsel"
PIECE: Final = "stk"

COUNTED_UNITS: Final[dict[str, str]] = {
    "tablet": TABLET,
    "tabletter": TABLET,
    "tablets": TABLET,
    "tab": TABLET,
    "kapsel": CAPSULE,
    "kapsler": CAPSULE,
    "capsule": CAPSULE,
    "capsules": CAPSULE,
    "cap": CAPSULE,
    "stk": PIECE,
    "stk.": PIECE,
}
"""Unit word, in small letters -> the counted unit."""
COUNTED_CODES: Final[dict[str, str]] = {
    "{tbl}": TABLET,
    "{tablet}": TABLET,
    "{capsule}": CAPSULE,
    "1": PIECE,
    "15054000": TABLET,
    "15012000": CAPSULE,
    "732936001": TABLET,
    "732937005": CAPSULE,
    "tab": TABLET,
    "cap": CAPSULE,
}
"""Unit code, in small letters -> the counted unit."""
CODE_SYSTEMS: Final[dict[str, str]] = {
    "15054000": EDQM_SYSTEM,
    "15012000": EDQM_SYSTEM,
    "732936001": SNOMED_SYSTEM,
    "732937005": SNOMED_SYSTEM,
    "tab": DRUG_FORM_SYSTEM,
    "cap": DRUG_FORM_SYSTEM,
}
"""Code system of each counted unit code that is not of UCUM: units of presentation, and the drug forms of HL7."""
OTHER_UNITS: Final = frozenset(
    {
        "ml", "l", "cl", "dl", "dråbe", "dråber", "gtt", "[drp]", "{drop}", "mg", "g", "mikrogram", "ug", "mcg", "mmol",
        "ie", "iu", "[iu]", "pust", "sug", "{puff}", "dosis", "doser", "{dose}", "plaster", "plastre", "brev", "breve",
        "stikpille", "stikpiller", "suppositorie", "suppositorier", "injektion", "injektioner", "måleske", "cm", "%",
        "inhalation", "inhalationer", "ampul", "ampuller", "sprøjte", "sprøjter", "pensling", "skylning", "påsmøring",
    }
)  # fmt: skip
"""Unit words and codes, in small letters, that are understood but counted neither in tablets nor in capsules."""
