"""DOSE-130x-131x: a dose or medicine that only a human can judge; the line is parked and the rest goes on."""

from safety.findings import Code, Overriding, Severity

_DECIDE = "Farmaceuten afgør, hvordan lægemidlet gives uden for rullen."
_DECIDE_EN = "The pharmacist decides how the medicine is given outside the roll."

AS_NEEDED = Code(
    "DOSE-1301",
    Severity.PARK,
    "Efter behov: ingen ved, hvornår det tages.",
    "As needed: nobody knows when it is taken.",
    _DECIDE,
    _DECIDE_EN,
    "R2",
)
DOSE_RANGE = Code(
    "DOSE-1302",
    Severity.PARK,
    "Mængden er et interval.",
    "The quantity is a range.",
    "Bed om én mængde, eller giv lægemidlet uden for rullen.",
    "Ask for one quantity, or give the medicine outside the roll.",
    "R2",
)
RATE = Code(
    "DOSE-1303",
    Severity.PARK,
    "Doseringen er en hastighed.",
    "The dosage is a rate.",
    _DECIDE,
    _DECIDE_EN,
    "R2",
)
DOSE_LIMIT = Code(
    "DOSE-1304",
    Severity.PARK,
    "Doseringen har en øvre grænse, som ikke med sikkerhed er overholdt.",
    "The dosage has an upper limit that is not certain to be kept.",
    "Bed om en fast dosering, der holder grænsen af sig selv.",
    "Ask for a fixed dosage that keeps the limit by itself.",
    "R2",
)
FREE_TEXT = Code(
    "DOSE-1305",
    Severity.PARK,
    "Doseringen er kun fri tekst.",
    "The dosage is free text only.",
    "Bed om en struktureret dosering.",
    "Ask for a structured dosage.",
    "R2; BEK 827/2024 § 18",
)
NO_DOSAGE = Code(
    "DOSE-1306",
    Severity.PARK,
    "Lægemidlet har ingen dosering.",
    "The medicine has no dosage.",
    "Bed om en struktureret dosering.",
    "Ask for a structured dosage.",
    "R2; BEK 827/2024 § 18",
)
NOT_COUNTED = Code(
    "DOSE-1307",
    Severity.PARK,
    "'{unit}' tælles ikke i tabletter eller kapsler.",
    "'{unit}' is not counted in tablets or capsules.",
    _DECIDE,
    _DECIDE_EN,
    "BEK 827/2024 § 112: only tablets and capsules",
)
SEVERAL_DOSES = Code(
    "DOSE-1308",
    Severity.PARK,
    "Doseringen angiver flere mængder, eller en mængde med '{value}' foran.",
    "The dosage gives several quantities, or one with '{value}' before it.",
    "Bed om én mængde.",
    "Ask for one quantity.",
    "FHIR R4 Dosage.doseAndRate; Quantity.comparator is a modifier",
)
INSTRUCTION_UNKNOWN = Code(
    "DOSE-1309",
    Severity.PARK,
    "Anvisningen '{value}' står ikke på listen over anvisninger til poser.",
    "The instruction '{value}' is not on the list of instructions for pouches.",
    "Vælg en anvisning fra listen, eller giv lægemidlet uden for rullen.",
    "Choose an instruction from the list, or give the medicine outside the roll.",
    "FMK AdministrationInstruction, at most 22 characters",
    Overriding.PHARMACIST,
)
INSTRUCTIONS_DIFFER = Code(
    "DOSE-1310",
    Severity.PARK,
    "Lægemidlet har flere forskellige anvisninger: {values}.",
    "The medicine has several different instructions: {values}.",
    "Del ordinationen, så hver del har én anvisning.",
    "Split the medicine so that every part has one instruction.",
    "R8",
)
TEXT_ALTERS = Code(
    "DOSE-1311",
    Severity.PARK,
    "Teksten indeholder '{value}' og kan ændre den strukturerede dosering.",
    "The text holds '{value}' and may alter the structured dosage.",
    "Læs teksten, og bed om at få det ind i den strukturerede dosering.",
    "Read the text and ask for it to be put into the structured dosage.",
    "C24",
    Overriding.PHARMACIST,
)
TEXT_DIFFERS = Code(
    "DOSE-1318",
    Severity.WARN,
    "Teksten nævner {numbers}, som den strukturerede dosering ikke har: '{text}'.",
    "The text names {numbers}, which the structured dosage does not have: '{text}'.",
    "Sammenhold tekst og dosering, og spørg lægen, hvis de er uenige.",
    "Compare text and dosage, and ask the prescriber where they disagree.",
    "C19",
)
TEXT_CONTRADICTS = Code(
    "DOSE-1319",
    Severity.PARK,
    "Teksten siger {numbers}, og det er hverken en mængde eller et antal i den strukturerede dosering: '{text}'.",
    "The text says {numbers}, which is neither an amount nor a count of the structured dosage: '{text}'.",
    "Sammenhold tekst og dosering, og spørg lægen, hvad der gælder.",
    "Compare text and dosage, and ask the prescriber which of them holds.",
    "C19",
    Overriding.PHARMACIST,
)
NOTE = Code(
    "DOSE-1312",
    Severity.PARK,
    "Ordinationen har en note, som et menneske skal læse.",
    "The medicine has a note that a human must read.",
    "Læs noten, og afgør, om doseringen gælder uændret.",
    "Read the note and decide whether the dosage stands unchanged.",
    "C24",
    Overriding.PHARMACIST,
)
ROUTE_OR_METHOD = Code(
    "DOSE-1313",
    Severity.PARK,
    "Lægemidlet gives ikke bare gennem munden (route, site eller method).",
    "The medicine is not simply taken by mouth (route, site or method).",
    _DECIDE,
    _DECIDE_EN,
    "BEK 827/2024 § 112",
)
NO_CODE = Code(
    "DOSE-1314",
    Severity.PARK,
    "Lægemidlet har intet lægemiddel-id.",
    "The medicine has no drug id.",
    "Find lægemidlet i kataloget, og bed om at få id'et med.",
    "Find the medicine in the catalogue and ask for its id.",
    "C8",
)
ON_HOLD = Code(
    "DOSE-1315",
    Severity.PARK,
    "Lægemidlet er sat på pause af afsenderen.",
    "The medicine is put on hold by the sender.",
    "Pakkes igen, når det sendes som active.",
    "It is packed again when it is sent as active.",
    "R12",
)
EXTENSION = Code(
    "DOSE-1316",
    Severity.PARK,
    "Doseringen har en udvidelse, der ikke forstås her.",
    "The dosage has an extension that is not understood here.",
    "Bed om en dosering uden udvidelser.",
    "Ask for a dosage without extensions.",
    "an unknown timing is never taken as daily",
)
DOSE_TYPE = Code(
    "DOSE-1317",
    Severity.PARK,
    "Mængdens art (doseAndRate.type) er hverken ordered eller calculated.",
    "The kind of quantity (doseAndRate.type) is neither ordered nor calculated.",
    "Bed om den ordinerede mængde.",
    "Ask for the ordered quantity.",
    "FHIR R4 Dosage.doseAndRate.type",
)

CODES = (
    AS_NEEDED,
    DOSE_RANGE,
    RATE,
    DOSE_LIMIT,
    FREE_TEXT,
    NO_DOSAGE,
    NOT_COUNTED,
    SEVERAL_DOSES,
    INSTRUCTION_UNKNOWN,
    INSTRUCTIONS_DIFFER,
    TEXT_ALTERS,
    TEXT_DIFFERS,
    TEXT_CONTRADICTS,
    NOTE,
    ROUTE_OR_METHOD,
    NO_CODE,
    ON_HOLD,
    EXTENSION,
    DOSE_TYPE,
)
