"""DOSE-12xx: a medicine that contradicts itself or cannot be read; the whole message is refused."""

from safety.findings import Code, Severity

STATUS_NOT_AN_ORDER = Code(
    "DOSE-1201",
    Severity.REFUSE,
    "Status '{value}' siger ikke, om borgeren skal have lægemidlet.",
    "The status '{value}' does not say whether the citizen is to have the medicine.",
    "Send active, on-hold, stopped, cancelled, completed eller entered-in-error.",
    "Send active, on-hold, stopped, cancelled, completed or entered-in-error.",
    "FHIR R4 MedicationRequest.status is a modifier",
)
INTENT_NOT_AN_ORDER = Code(
    "DOSE-1202",
    Severity.REFUSE,
    "Hensigten '{value}' er ikke en ordination.",
    "The intent '{value}' is not an order.",
    "Send kun ordinationer: order, original-order, reflex-order, filler-order eller instance-order.",
    "Send only orders: order, original-order, reflex-order, filler-order or instance-order.",
    "FHIR R4 MedicationRequest.intent is a modifier",
)
DO_NOT_PERFORM = Code(
    "DOSE-1203",
    Severity.REFUSE,
    "Meddelelsen siger, at lægemidlet ikke må gives (doNotPerform).",
    "The message says that the medicine must not be given (doNotPerform).",
    "Stop lægemidlet med status stopped.",
    "Stop the medicine with status stopped.",
    "FHIR R4 MedicationRequest.doNotPerform is a modifier",
)
PRODUCT_ID_INVALID = Code(
    "DOSE-1204",
    Severity.REFUSE,
    "'{value}' er ikke et lægemiddel-id på 11 cifre.",
    "'{value}' is not a drug id of 11 digits.",
    "Send DrugID fra Medicinpriser.",
    "Send the DrugID of Medicinpriser.",
    "Medicinpriser LMS01 DrugID",
)
PRODUCT_AMBIGUOUS = Code(
    "DOSE-1205",
    Severity.REFUSE,
    "Lægemidlet har flere forskellige lægemiddel-id'er.",
    "The medicine has several different drug ids.",
    "Send præcis ét lægemiddel-id.",
    "Send exactly one drug id.",
    "C8",
)
MEDICATION_MISSING = Code(
    "DOSE-1206",
    Severity.REFUSE,
    "Lægemidlet er hverken angivet med kode eller tekst.",
    "The medicine is given neither by code nor by text.",
    "Send medicationCodeableConcept med lægemiddel-id.",
    "Send medicationCodeableConcept with the drug id.",
    "FHIR R4 MedicationRequest.medication[x]",
)
CHOICE_TWICE = Code(
    "DOSE-1207",
    Severity.REFUSE,
    "Kun ét af elementerne må være der: {names}.",
    "Only one of these elements may be there: {names}.",
    "Fjern det overflødige element.",
    "Remove the superfluous element.",
    "FHIR R4 choice elements",
)
UNIT_UNKNOWN = Code(
    "DOSE-1210",
    Severity.REFUSE,
    "Enheden '{value}' er ukendt.",
    "The unit '{value}' is unknown.",
    "Brug tablet, kapsel eller stk, eller EDQM-koden for dem.",
    "Use tablet, kapsel or stk, or their EDQM code.",
    "closed list of units",
)
UNIT_MISSING = Code(
    "DOSE-1211",
    Severity.REFUSE,
    "Mængden har ingen enhed.",
    "The quantity has no unit.",
    "Send doseQuantity.unit eller doseQuantity.code.",
    "Send doseQuantity.unit or doseQuantity.code.",
    "FMK: unit text is required",
)
UNIT_CONTRADICTION = Code(
    "DOSE-1212",
    Severity.REFUSE,
    "Enhederne '{first}' og '{second}' modsiger hinanden.",
    "The units '{first}' and '{second}' contradict each other.",
    "Brug samme enhed i hele doseringen.",
    "Use one unit in the whole dosage.",
    "FMK: one unit per dosage",
)
QUANTITY_IMPOSSIBLE = Code(
    "DOSE-1213",
    Severity.REFUSE,
    "Mængden {value} {unit} er ikke mulig: højst {limit}, og tabletter og kapsler i kvarte fra 1/4.",
    "The quantity {value} {unit} is not possible: at most {limit}, and tablets and capsules in quarters from 1/4.",
    "Ret mængden. En pause skrives som en dosering uden den dag, ikke som 0.",
    "Correct the quantity. A pause is written as a dosage without that day, not as 0.",
    "R9, C12",
)
FREQUENCY_CONTRADICTS = Code(
    "DOSE-1214",
    Severity.REFUSE,
    "frequency = {frequency}, men tidspunkter og dage giver {entries}.",
    "frequency = {frequency}, but times and days give {entries}.",
    "Udelad frequency, eller ret den. Hvert tidspunkt i when eller timeOfDay er én dosis.",
    "Leave frequency out or correct it. Every entry of when or timeOfDay is one dose.",
    "FHIR R4 Timing.repeat; R1",
)
WHEN_AND_TIME = Code(
    "DOSE-1215",
    Severity.REFUSE,
    "Både when og timeOfDay er angivet.",
    "Both when and timeOfDay are given.",
    "Brug enten when eller timeOfDay.",
    "Use either when or timeOfDay.",
    "FHIR R4 invariant tim-10",
)
REPEATED_ENTRY = Code(
    "DOSE-1216",
    Severity.REFUSE,
    "'{value}' står to gange.",
    "'{value}' stands twice.",
    "Skriv hvert tidspunkt og hver ugedag én gang; to tabletter er en mængde på 2.",
    "Write every time and weekday once; two tablets are a quantity of 2.",
    "one dose per entry (R1)",
)
PERIOD_INCOMPLETE = Code(
    "DOSE-1217",
    Severity.REFUSE,
    "period og periodUnit hører sammen, og period skal være over 0.",
    "period and periodUnit belong together, and period must be above 0.",
    "Send begge, for eksempel period = 1 og periodUnit = d.",
    "Send both, for example period = 1 and periodUnit = d.",
    "FHIR R4 invariants tim-2, tim-5",
)
DATES_CONTRADICT = Code(
    "DOSE-1218",
    Severity.REFUSE,
    "Doseringen slutter {last}, før den begynder {first}.",
    "The dosage ends {last} before it begins {first}.",
    "Ret datoerne.",
    "Correct the dates.",
    "FHIR R4 invariant per-1; FMK: end is inclusive",
)
DATE_OUT_OF_RANGE = Code(
    "DOSE-1219",
    Severity.REFUSE,
    "Datoen {value} ligger uden for 2000-2126.",
    "The date {value} lies outside of 2000-2126.",
    "Ret datoen. En dosering uden slut har ingen end.",
    "Correct the date. A dosage without an end has no end.",
    "FMK: start not before 2000-01-01",
)
DATE_INVALID = Code(
    "DOSE-1220",
    Severity.REFUSE,
    "'{value}' er ikke en hel dato.",
    "'{value}' is not a whole date.",
    "Skriv datoen som ÅÅÅÅ-MM-DD.",
    "Write the date as YYYY-MM-DD.",
    "FHIR R4 date, dateTime",
)
TIME_INVALID = Code(
    "DOSE-1221",
    Severity.REFUSE,
    "'{value}' er ikke et klokkeslæt på hele minutter.",
    "'{value}' is not a clock time of whole minutes.",
    "Skriv klokkeslættet som TT:MM:00, fra 00:00:00 til 23:59:00.",
    "Write the time as HH:MM:00, from 00:00:00 to 23:59:00.",
    "FHIR R4 time",
)
DAYS_CONTRADICT = Code(
    "DOSE-1222",
    Severity.REFUSE,
    "dayOfWeek passer ikke sammen med hver {period} {unit}.",
    "dayOfWeek does not fit together with every {period} {unit}.",
    "Brug dayOfWeek sammen med period = 1 og periodUnit = wk.",
    "Use dayOfWeek together with period = 1 and periodUnit = wk.",
    "FHIR R4 Timing.repeat",
)
RANGE_REVERSED = Code(
    "DOSE-1223",
    Severity.REFUSE,
    "Mængden går fra {low} til {high}.",
    "The quantity goes from {low} to {high}.",
    "Skriv den mindste mængde i low og den største i high.",
    "Write the smallest quantity in low and the largest in high.",
    "FHIR R4 invariant rng-2",
)
LIMIT_EXCEEDED = Code(
    "DOSE-1224",
    Severity.REFUSE,
    "Doseringen giver {amount}, men højst {limit} er tilladt.",
    "The dosage gives {amount}, but at most {limit} is allowed.",
    "Ret mængden, hyppigheden eller den øvre grænse.",
    "Correct the quantity, the frequency or the upper limit.",
    "FHIR R4 Dosage.maxDosePerPeriod, maxDosePerAdministration",
)
TOO_OFTEN = Code(
    "DOSE-1225",
    Severity.REFUSE,
    "{count} doser på en dag; højst {limit} er mulige.",
    "{count} doses in one day; at most {limit} are possible.",
    "Ret frequency eller tidspunkterne.",
    "Correct frequency or the times.",
    "one dose an hour is the most",
)
TIMING_CODE_CONTRADICTS = Code(
    "DOSE-1226",
    Severity.REFUSE,
    "Tidskoden '{value}' siger noget andet end timing.repeat.",
    "The timing code '{value}' says something else than timing.repeat.",
    "Udelad timing.code, eller ret timing.repeat.",
    "Leave timing.code out or correct timing.repeat.",
    "FHIR R4 Timing.code is a complete statement of Timing.repeat",
)
TOO_MANY_DATES = Code(
    "DOSE-1227",
    Severity.REFUSE,
    "Doseringen nævner {count} datoer; højst {limit} er mulige.",
    "The dosage names {count} dates; at most {limit} are possible.",
    "Skriv doseringen som en gentagelse (timing.repeat).",
    "Write the dosage as a repetition (timing.repeat).",
    "a year of days in one structure",
)
INTERVAL_TOO_LONG = Code(
    "DOSE-1228",
    Severity.REFUSE,
    "Gentagelse hver {period} {unit} er længere end {limit} dage.",
    "Repetition every {period} {unit} is longer than {limit} days.",
    "Ret perioden, eller nævn datoerne (timing.event).",
    "Correct the period, or name the dates (timing.event).",
    "FMK: iteration interval 1..365 days",
)

CODES = (
    STATUS_NOT_AN_ORDER,
    INTENT_NOT_AN_ORDER,
    DO_NOT_PERFORM,
    PRODUCT_ID_INVALID,
    PRODUCT_AMBIGUOUS,
    MEDICATION_MISSING,
    CHOICE_TWICE,
    UNIT_UNKNOWN,
    UNIT_MISSING,
    UNIT_CONTRADICTION,
    QUANTITY_IMPOSSIBLE,
    FREQUENCY_CONTRADICTS,
    WHEN_AND_TIME,
    REPEATED_ENTRY,
    PERIOD_INCOMPLETE,
    DATES_CONTRADICT,
    DATE_OUT_OF_RANGE,
    DATE_INVALID,
    TIME_INVALID,
    DAYS_CONTRADICT,
    RANGE_REVERSED,
    LIMIT_EXCEEDED,
    TOO_OFTEN,
    TIMING_CODE_CONTRADICTS,
    TOO_MANY_DATES,
    INTERVAL_TOO_LONG,
)
