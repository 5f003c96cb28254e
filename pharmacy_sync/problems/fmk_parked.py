"""DOSE-175x-177x: an FMK dosage that only a human can judge, and text that a human should see."""

from safety.findings import Code, Severity

TEXT_ALTERS = Code(
    "DOSE-1750",
    Severity.PARK,
    "Teksten '{text}' indeholder '{value}' og kan ændre den strukturerede dosering.",
    "The text '{text}' holds '{value}' and may alter the structured dosage.",
    "Læs teksten, og bed om at få det ind i den strukturerede dosering.",
    "Read the text and ask for it to be put into the structured dosage.",
    "C24",
)
TEXT_DIFFERS = Code(
    "DOSE-1773",
    Severity.WARN,
    "Teksten '{text}' nævner {numbers}, som den strukturerede dosering ikke har.",
    "The text '{text}' names {numbers}, which the structured dosage does not have.",
    "Sammenhold tekst og dosering, og spørg lægen, hvis de er uenige.",
    "Compare text and dosage, and ask the prescriber where they disagree.",
    "C19",
)
TEXT_NOT_PRINTED = Code(
    "DOSE-1751",
    Severity.WARN,
    "Teksten '{text}' trykkes ikke på posen.",
    "The text '{text}' is not printed on the pouch.",
    "Læs teksten; skal den på posen, så vælg en anvisning fra FMK's liste.",
    "Read the text; if the pouch must have it, choose an instruction of FMK's list.",
    "FMK AdministrationInstruction, at most 22 characters; C24",
)
INSTRUCTIONS_DIFFER = Code(
    "DOSE-1752",
    Severity.PARK,
    "Doseringens dele har forskellige anvisninger: {values}.",
    "The parts of the dosage have different instructions: {values}.",
    "Del ordinationen, så hver del har én anvisning.",
    "Split the medicine so that every part has one instruction.",
    "R8",
)
TIME_IN_DATE = Code(
    "DOSE-1753",
    Severity.PARK,
    "Doseringen begynder eller slutter midt på en dag ({value}).",
    "The dosage begins or ends within a day ({value}).",
    "Bed om hele datoer.",
    "Ask for whole dates.",
    "FMK: both dates are inclusive civil dates",
)
OUTSIDE_TREATMENT = Code(
    "DOSE-1754",
    Severity.PARK,
    "Doseringen går ud over behandlingen, der varer fra {first} til {last}.",
    "The dosage reaches beyond the treatment, which lasts from {first} to {last}.",
    "Afgør, hvilke datoer der gælder.",
    "Decide which dates hold.",
    "R5",
)
ONLY_PAUSES = Code(
    "DOSE-1755",
    Severity.PARK,
    "En af doseringens to lister har kun pauser.",
    "One of the two lists of the dosage has only pauses.",
    "Bed om en dosering uden den tomme liste.",
    "Ask for a dosage without the empty list.",
    "FMK 1.4.6 DosageStructuresType",
)
START_MOVES = Code(
    "DOSE-1760",
    Severity.PARK,
    "Startdatoen flyttes ved udlevering (UpdateValidFromUponHandover).",
    "The start date moves with the handover (UpdateValidFromUponHandover).",
    "Bed om en fast startdato.",
    "Ask for a fixed start date.",
    "FMK 1.6.0 Precondition",
)
START_UNKNOWN = Code(
    "DOSE-1761",
    Severity.PARK,
    "Doseringen har ingen startdato at regne fra.",
    "The dosage has no start date to count from.",
    "Bed om en fast startdato.",
    "Ask for a fixed start date.",
    "FMK 1.6.0 Precondition",
)
LENGTH_IS_TEXT = Code(
    "DOSE-1762",
    Severity.PARK,
    "Periodens længde er tekst: '{text}'.",
    "The length of the period is text: '{text}'.",
    "Bed om længden i dage.",
    "Ask for the length in days.",
    "FMK 1.6.0 DosagePeriodLengthTextType",
)
LENGTH_MISSING = Code(
    "DOSE-1763",
    Severity.PARK,
    "Perioden har ingen længde, men en periode følger efter den.",
    "The period has no length, but a period follows it.",
    "Bed om længden i dage.",
    "Ask for the length in days.",
    "FMK 1.6.0 DosagePeriodType",
)
PERIOD_UNSPECIFIED = Code(
    "DOSE-1764",
    Severity.PARK,
    "Periodens dosering er endnu ikke fastlagt.",
    "The dosage of the period is yet to be specified.",
    "Bed om doseringen.",
    "Ask for the dosage.",
    "FMK 1.6.0 UnspecifiedDosagePeriodType",
)
TIME_BETWEEN_DOSES = Code(
    "DOSE-1765",
    Severity.PARK,
    "Der skal gå mindst {minutes} minutter mellem doserne.",
    "At least {minutes} minutes must pass between doses.",
    "Farmaceuten afgør, om tidspunkterne holder afstanden.",
    "The pharmacist decides whether the times keep the distance.",
    "FMK 1.6.0 MinimumDurationBetweenDoses",
)
UNLIMITED_DAY = Code(
    "DOSE-1766",
    Severity.PARK,
    "Antallet af doser pr. dag er ikke fastlagt.",
    "The number of doses a day is not fixed.",
    "Bed om et antal gange pr. dag.",
    "Ask for a number of times a day.",
    "FMK 1.6.0 UnlimitedDosageType",
)
MAXIMUM_DAILY_DOSE = Code(
    "DOSE-1767",
    Severity.PARK,
    "Doseringen har en øvre grænse pr. dag: {value}.",
    "The dosage has an upper limit a day: {value}.",
    "Bed om en fast dosering, der holder grænsen af sig selv.",
    "Ask for a fixed dosage that keeps the limit by itself.",
    "FMK 1.6.0 MaximumDailyDoseType",
)
PARAMETER_SCHEMA = Code(
    "DOSE-1768",
    Severity.PARK,
    "Mængden følger et parameterskema.",
    "The quantity follows a parameter schema.",
    "Farmaceuten afgør, hvordan lægemidlet gives uden for rullen.",
    "The pharmacist decides how the medicine is given outside the roll.",
    "FMK 1.6.0 AccordingToParameterSchemaType",
)
INFUSION = Code(
    "DOSE-1769",
    Severity.PARK,
    "Dosis gives som infusion.",
    "The dose is given as an infusion.",
    "Farmaceuten afgør, hvordan lægemidlet gives uden for rullen.",
    "The pharmacist decides how the medicine is given outside the roll.",
    "FMK 1.6.0 InfusionDoseType; BEK 827/2024 § 112",
)
WEEK_PHASE = Code(
    "DOSE-1770",
    Severity.PARK,
    "Perioden starter midt i en uge, så det er uklart, hvilken uge dagene hører til.",
    "The period starts in the middle of a week, so it is unclear to which week the days belong.",
    "Bed om en start på en mandag.",
    "Ask for a start on a Monday.",
    "C6; FMK 1.6.0 WeekType",
)
EPISODIC = Code(
    "DOSE-1771",
    Severity.PARK,
    "Doseringen er en PN-kur, som først begynder når: '{text}'.",
    "The dosage is a cure as needed that begins only when: '{text}'.",
    "Farmaceuten afgør, hvordan lægemidlet gives uden for rullen.",
    "The pharmacist decides how the medicine is given outside the roll.",
    "FMK 1.6.0 EpisodicTreatmentType",
)
TRIGGER = Code(
    "DOSE-1772",
    Severity.PARK,
    "Doseringen gælder kun ved: '{text}'.",
    "The dosage holds only on: '{text}'.",
    "Farmaceuten afgør, hvordan lægemidlet gives uden for rullen.",
    "The pharmacist decides how the medicine is given outside the roll.",
    "FMK 1.6.0 PRNTrigger",
)

CODES = (
    TEXT_ALTERS,
    TEXT_DIFFERS,
    TEXT_NOT_PRINTED,
    INSTRUCTIONS_DIFFER,
    TIME_IN_DATE,
    OUTSIDE_TREATMENT,
    ONLY_PAUSES,
    START_MOVES,
    START_UNKNOWN,
    LENGTH_IS_TEXT,
    LENGTH_MISSING,
    PERIOD_UNSPECIFIED,
    TIME_BETWEEN_DOSES,
    UNLIMITED_DAY,
    MAXIMUM_DAILY_DOSE,
    PARAMETER_SCHEMA,
    INFUSION,
    WEEK_PHASE,
    EPISODIC,
    TRIGGER,
)
