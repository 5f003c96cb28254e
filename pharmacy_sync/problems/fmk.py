"""DOSE-170x-172x: an FMK dosage that contradicts itself or cannot be read; it is refused."""

from safety.findings import Code, Severity

NOT_A_DOSAGE = Code(
    "DOSE-1701",
    Severity.REFUSE,
    "Dette er ikke en dosering: {problem}.",
    "This is not a dosage: {problem}.",
    "Send én dosering, som den er beskrevet i grænsefladen.",
    "Send one dosage as the interface describes it.",
    "FMK dosage structures",
)
NOT_ONE_CHILD = Code(
    "DOSE-1702",
    Severity.REFUSE,
    "Doseringen skal have præcis ét af {names}, men har {count}.",
    "The dosage must have exactly one of {names}, but has {count}.",
    "Send enten strukturer, fritekst eller skema i lokalt system.",
    "Send either structures, free text or schema in local system.",
    "FMK 1.4.6 DosageForRequestType",
)
ELEMENT_UNKNOWN = Code(
    "DOSE-1703",
    Severity.REFUSE,
    "Elementet '{name}' kendes ikke; det kan være en dosis.",
    "The element '{name}' is not known; it may be a dose.",
    "Send kun de elementer, der er beskrevet i grænsefladen.",
    "Send only the elements that the interface describes.",
    "an ignored element may be a dose",
)
ELEMENT_MISSING = Code(
    "DOSE-1704",
    Severity.REFUSE,
    "Elementet '{name}' mangler.",
    "The element '{name}' is missing.",
    "Send elementet.",
    "Send the element.",
    "FMK dosage structures",
)
ELEMENT_TWICE = Code(
    "DOSE-1705",
    Severity.REFUSE,
    "Elementet '{name}' står mere end én gang.",
    "The element '{name}' stands more than once.",
    "Send elementet én gang.",
    "Send the element once.",
    "FMK dosage structures",
)
VALUE_INVALID = Code(
    "DOSE-1706",
    Severity.REFUSE,
    "'{value}' kan ikke stå her; ventet: {expected}.",
    "'{value}' cannot stand here; expected: {expected}.",
    "Ret værdien.",
    "Correct the value.",
    "FMK dosage structures",
)
QUANTITY_INVALID = Code(
    "DOSE-1707",
    Severity.REFUSE,
    "'{value}' er ikke en mængde: et decimaltal med højst 18 cifre, heraf 9 decimaler.",
    "'{value}' is not a quantity: a decimal number of at most 18 digits, 9 of them decimals.",
    "Send mængden som et almindeligt decimaltal.",
    "Send the quantity as a plain decimal number.",
    "FMK DoseQuantityType",
)
DATE_INVALID = Code(
    "DOSE-1708",
    Severity.REFUSE,
    "'{value}' er ikke en hel dato.",
    "'{value}' is not a whole date.",
    "Skriv datoen som ÅÅÅÅ-MM-DD uden tidszone.",
    "Write the date as YYYY-MM-DD without time zone.",
    "FMK: civil dates",
)
TIME_INVALID = Code(
    "DOSE-1709",
    Severity.REFUSE,
    "'{value}' er ikke et klokkeslæt på hele minutter.",
    "'{value}' is not a clock time of whole minutes.",
    "Skriv klokkeslættet som TT:MM:00, fra 00:00:00 til 23:59:00.",
    "Write the time as HH:MM:00, from 00:00:00 to 23:59:00.",
    "FMK DoseTimeType",
)
CHOICE_TWICE = Code(
    "DOSE-1710",
    Severity.REFUSE,
    "Kun ét af disse må være der: {names}.",
    "Only one of these may be there: {names}.",
    "Fjern det overflødige element.",
    "Remove the superfluous element.",
    "FMK dosage structures",
)
RANGE_INCOMPLETE = Code(
    "DOSE-1711",
    Severity.REFUSE,
    "Mindste og største mængde hører sammen, men '{name}' mangler.",
    "Lowest and highest quantity belong together, but '{name}' is missing.",
    "Send begge mængder, eller én fast.",
    "Send both quantities, or one fixed.",
    "FMK DoseType",
)
COPIES_DIFFER = Code(
    "DOSE-1712",
    Severity.REFUSE,
    "'{first}' og '{second}' siger ikke det samme.",
    "'{first}' and '{second}' do not say the same.",
    "Ret doseringen, eller udelad kopien.",
    "Correct the dosage, or leave out the copy.",
    "contradictory order",
)
TEXT_LENGTH = Code(
    "DOSE-1713",
    Severity.REFUSE,
    "Teksten har {length} tegn; der skal være 1-{limit}.",
    "The text has {length} characters; there must be 1-{limit}.",
    "Ret teksten.",
    "Correct the text.",
    "FMK text types",
)
TYPE_DIFFERS = Code(
    "DOSE-1714",
    Severity.REFUSE,
    "Typen er angivet som '{said}', men doseringen er {found}.",
    "The type is given as '{said}', but the dosage is {found}.",
    "Ret typen eller doseringen.",
    "Correct the type or the dosage.",
    "FMK DosageType",
)
WEEK_CYCLE = Code(
    "DOSE-1715",
    Severity.REFUSE,
    "IterationInterval er {interval}, men der er {weeks} uger: hverken {weeks} uger eller {days} dage.",
    "IterationInterval is {interval}, but there are {weeks} weeks: neither {weeks} weeks nor {days} days.",
    "Ret IterationInterval til antallet af uger eller dage.",
    "Correct IterationInterval to the number of weeks or days.",
    "FMK 1.6.0 DosageIterationIntervalType",
)
END_DIFFERS = Code(
    "DOSE-1716",
    Severity.REFUSE,
    "Slutdatoen er angivet som {said}, men perioderne giver {found}.",
    "The end date is given as {said}, but the periods give {found}.",
    "Ret datoen eller periodernes længde.",
    "Correct the date or the lengths of the periods.",
    "FMK 1.6.0 EndDateType",
)
PERIODS_TOO_LONG = Code(
    "DOSE-1717",
    Severity.REFUSE,
    "Perioderne slutter efter {limit}.",
    "The periods end after {limit}.",
    "En periode uden slut har ingen PeriodLength.",
    "A period without an end has no PeriodLength.",
    "FMK 1.6.0 DosagePeriodLengthType",
)
TOO_MANY_TIMES = Code(
    "DOSE-1718",
    Severity.REFUSE,
    "{times} gange om dagen; højst {limit} kan være ment.",
    "{times} times a day; at most {limit} can be meant.",
    "Ret antallet.",
    "Correct the number.",
    "FMK 1.6.0 TimesPerDayType",
)
XML_UNSAFE = Code(
    "DOSE-1720",
    Severity.REFUSE,
    "Dokumentet har en DOCTYPE eller ENTITY; sådan et åbnes ikke.",
    "The document has a DOCTYPE or ENTITY; such a document is not opened.",
    "Send XML uden DOCTYPE.",
    "Send XML without DOCTYPE.",
    "W3C XML 1.0 section 2.8; FMK uses none",
)
XML_INVALID = Code(
    "DOSE-1721",
    Severity.REFUSE,
    "Dette er ikke velformet XML: {problem}.",
    "This is not well-formed XML: {problem}.",
    "Ret XML-syntaksen.",
    "Correct the XML syntax.",
    "W3C XML 1.0",
)
XML_TOO_LARGE = Code(
    "DOSE-1722",
    Severity.REFUSE,
    "Dokumentet fylder {size} byte; højst {limit} læses.",
    "The document has {size} bytes; at most {limit} are read.",
    "Send én dosering ad gangen.",
    "Send one dosage at a time.",
    "limit of this reader",
)
XML_TOO_DEEP = Code(
    "DOSE-1723",
    Severity.REFUSE,
    "Elementerne er indlejret dybere end {limit} niveauer.",
    "The elements are nested deeper than {limit} levels.",
    "Send kun de elementer, der er beskrevet i grænsefladen.",
    "Send only the elements that the interface describes.",
    "limit of this reader",
)
NAMESPACE_UNKNOWN = Code(
    "DOSE-1724",
    Severity.REFUSE,
    "Navnerummet '{namespace}' kendes ikke.",
    "The namespace '{namespace}' is not known.",
    "Send FMK 1.4.6 (2015/06/01) eller 1.6.0 (160).",
    "Send FMK 1.4.6 (2015/06/01) or 1.6.0 (160).",
    "FMK schemas",
)
ATTRIBUTE_UNKNOWN = Code(
    "DOSE-1725",
    Severity.REFUSE,
    "Attributten '{name}' kendes ikke her.",
    "The attribute '{name}' is not known here.",
    "Fjern attributten.",
    "Remove the attribute.",
    "FMK schemas",
)
STRAY_TEXT = Code(
    "DOSE-1726",
    Severity.REFUSE,
    "Her må ikke stå tekst: '{value}'.",
    "There must be no text here: '{value}'.",
    "Fjern teksten eller kommentaren.",
    "Remove the text or the comment.",
    "FMK schemas",
)

CODES = (
    NOT_A_DOSAGE,
    NOT_ONE_CHILD,
    ELEMENT_UNKNOWN,
    ELEMENT_MISSING,
    ELEMENT_TWICE,
    VALUE_INVALID,
    QUANTITY_INVALID,
    DATE_INVALID,
    TIME_INVALID,
    CHOICE_TWICE,
    RANGE_INCOMPLETE,
    COPIES_DIFFER,
    TEXT_LENGTH,
    TYPE_DIFFERS,
    WEEK_CYCLE,
    END_DIFFERS,
    PERIODS_TOO_LONG,
    TOO_MANY_TIMES,
    XML_UNSAFE,
    XML_INVALID,
    XML_TOO_LARGE,
    XML_TOO_DEEP,
    NAMESPACE_UNKNOWN,
    ATTRIBUTE_UNKNOWN,
    STRAY_TEXT,
)
