"""DOSE-133x-134x: a timing that gives no certain dates and slots; the line is parked and the rest goes on."""

from safety.findings import Code, Severity

_ASK = "Bed om faste dage og tidspunkter."
_ASK_EN = "Ask for fixed days and times."

TIMING_INCOMPLETE = Code(
    "DOSE-1330",
    Severity.PARK,
    "Doseringen siger ikke, hvor tit lægemidlet tages.",
    "The dosage does not say how often the medicine is taken.",
    _ASK,
    _ASK_EN,
    "an unknown timing is never taken as daily",
)
LIMITED_COUNT = Code(
    "DOSE-1331",
    Severity.PARK,
    "Antallet af doser (count) giver ingen sikker sidste dag.",
    "The number of doses (count) gives no certain last day.",
    "Bed om en slutdato.",
    "Ask for an end date.",
    "FHIR R4 Timing.repeat.count",
)
EVENT = Code(
    "DOSE-1332",
    Severity.PARK,
    "Doseringen er enkelte datoer (event) og samtidig en gentagelse.",
    "The dosage is single dates (event) and a repetition at the same time.",
    _ASK,
    _ASK_EN,
    "FHIR R4 Timing.event",
)
FREQUENCY_RANGE = Code(
    "DOSE-1333",
    Severity.PARK,
    "Hyppigheden er et interval (frequencyMax eller periodMax).",
    "The frequency is a range (frequencyMax or periodMax).",
    _ASK,
    _ASK_EN,
    "FHIR R4 Timing.repeat",
)
DURATION = Code(
    "DOSE-1334",
    Severity.PARK,
    "Doseringen varer et stykke tid hver gang (duration).",
    "The dosage lasts a while each time (duration).",
    _ASK,
    _ASK_EN,
    "FHIR R4 Timing.repeat.duration",
)
WHEN_NOT_FIXED = Code(
    "DOSE-1335",
    Severity.PARK,
    "Tidspunktet '{value}' svarer ikke til morgen, middag, aften eller nat.",
    "The time '{value}' is none of morning, noon, evening or night.",
    "Bed om MORN, NOON, EVE, NIGHT eller et klokkeslæt.",
    "Ask for MORN, NOON, EVE, NIGHT or a clock time.",
    "FHIR R4 event-timing",
)
OFFSET = Code(
    "DOSE-1336",
    Severity.PARK,
    "Tidspunktet er forskudt i minutter (offset).",
    "The time is shifted by minutes (offset).",
    "Bed om et klokkeslæt.",
    "Ask for a clock time.",
    "FHIR R4 Timing.repeat.offset",
)
UNIT_OF_TIME = Code(
    "DOSE-1337",
    Severity.PARK,
    "Gentagelse pr. '{unit}' giver ikke faste dage.",
    "Repetition per '{unit}' gives no fixed days.",
    _ASK,
    _ASK_EN,
    "FMK: iteration interval is in days",
)
HOURLY = Code(
    "DOSE-1338",
    Severity.PARK,
    "Hver {period}. time giver ikke klokkeslæt.",
    "Every {period} hours gives no clock times.",
    "Bed om klokkeslættene.",
    "Ask for the clock times.",
    "R1: no 24-hour arithmetic",
)
DAY_NOT_FIXED = Code(
    "DOSE-1339",
    Severity.PARK,
    "{frequency} gange på {days} dage, men ikke hvilke dage.",
    "{frequency} times in {days} days, but not which days.",
    "Bed om ugedagene.",
    "Ask for the weekdays.",
    "FMK: a day that is not fixed is never packed",
)
WEEK_PHASE = Code(
    "DOSE-1340",
    Severity.PARK,
    "Med start midt i ugen er det uklart, hvilke uger der menes.",
    "With a start in the middle of the week it is unclear which weeks are meant.",
    "Bed om en start på en mandag.",
    "Ask for a start on a Monday.",
    "C6",
)
START_MISSING = Code(
    "DOSE-1341",
    Severity.PARK,
    "Doseringen har ingen startdato at regne fra.",
    "The dosage has no start date to count from.",
    "Bed om boundsPeriod.start.",
    "Ask for boundsPeriod.start.",
    "R1, C6",
)
BOUNDS_UNCERTAIN = Code(
    "DOSE-1342",
    Severity.PARK,
    "Behandlingens længde er ikke et fast antal dage.",
    "The length of the treatment is no fixed number of days.",
    "Bed om en slutdato.",
    "Ask for an end date.",
    "R5",
)
TIME_IN_BOUNDS = Code(
    "DOSE-1343",
    Severity.PARK,
    "Doseringen begynder eller slutter midt på en dag ({value}).",
    "The dosage begins or ends within a day ({value}).",
    "Bed om hele datoer.",
    "Ask for whole dates.",
    "FMK: both dates are inclusive civil dates",
)
SAME_SLOT_TWICE = Code(
    "DOSE-1344",
    Severity.PARK,
    "Lægemidlet skal gives to gange på samme tidspunkt ({slot}).",
    "The medicine is to be given twice at the same time ({slot}).",
    "Bed om én mængde pr. tidspunkt.",
    "Ask for one quantity per time.",
    "C2, C9",
)
MIXED_PLAIN = Code(
    "DOSE-1345",
    Severity.PARK,
    "Doser med og uden tidspunkt, eller forskellige mængder uden tidspunkt, er blandet på samme dag.",
    "Doses with and without a time, or different quantities without a time, are mixed on one day.",
    "Bed om et tidspunkt for hver dosis.",
    "Ask for a time for every dose.",
    "C23",
)
OVERLAPPING = Code(
    "DOSE-1346",
    Severity.PARK,
    "Doseringens dele overlapper hinanden i tid.",
    "The parts of the dosage overlap in time.",
    "Bed om dele, der følger efter hinanden.",
    "Ask for parts that follow each other.",
    "FMK: no parallel fixed structures",
)
SEQUENCE = Code(
    "DOSE-1347",
    Severity.PARK,
    "Doseringens dele skal følge efter hinanden (sequence), men det gør deres datoer ikke.",
    "The parts of the dosage follow each other (sequence), but their dates do not.",
    "Bed om start- og slutdato for hver del.",
    "Ask for start and end dates of every part.",
    "FHIR R4 Dosage.sequence",
)
TOO_MANY_PARTS = Code(
    "DOSE-1348",
    Severity.PARK,
    "Doseringen har {count} dele; højst {limit} kan pakkes.",
    "The dosage has {count} parts; at most {limit} can be packed.",
    "Bed om en kortere plan.",
    "Ask for a shorter plan.",
    "FMK: 1..10 structures",
)
TIMING_CODE = Code(
    "DOSE-1349",
    Severity.PARK,
    "Tidskoden '{value}' (timing.code) giver ikke med sikkerhed dage og tidspunkter.",
    "The timing code '{value}' (timing.code) gives no certain days and times.",
    "Bed om timing.repeat uden kode.",
    "Ask for timing.repeat without a code.",
    "FHIR R4 Timing.code is a complete statement of Timing.repeat",
)
INTERVAL_NOT_DAYS = Code(
    "DOSE-1350",
    Severity.PARK,
    "Gentagelse hver {period} {unit} er ikke 1-365 hele dage.",
    "Repetition every {period} {unit} is not 1-365 whole days.",
    _ASK,
    _ASK_EN,
    "FMK: iteration interval 1..365 days",
)

CODES = (
    TIMING_INCOMPLETE,
    LIMITED_COUNT,
    EVENT,
    FREQUENCY_RANGE,
    DURATION,
    WHEN_NOT_FIXED,
    OFFSET,
    UNIT_OF_TIME,
    HOURLY,
    DAY_NOT_FIXED,
    WEEK_PHASE,
    START_MISSING,
    BOUNDS_UNCERTAIN,
    TIME_IN_BOUNDS,
    SAME_SLOT_TWICE,
    MIXED_PLAIN,
    OVERLAPPING,
    SEQUENCE,
    TOO_MANY_PARTS,
    TIMING_CODE,
    INTERVAL_NOT_DAYS,
)
