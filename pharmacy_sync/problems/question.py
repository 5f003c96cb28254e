"""DOSE-18xx: a line that asks what a dosage gives, and cannot be answered."""

from safety.findings import Code, Severity

FIELD_WRONG = Code(
    "DOSE-1801",
    Severity.REFUSE,
    "Feltet '{name}' mangler eller er ikke {wanted}.",
    "The field '{name}' is missing or is not {wanted}.",
    "Send feltet som beskrevet for dispenser expand.",
    "Send the field as described for dispenser expand.",
    "Line format of dispenser expand",
)
FIELD_UNKNOWN = Code(
    "DOSE-1802",
    Severity.WARN,
    "Feltet '{name}' kendes ikke og er uden virkning.",
    "The field '{name}' is not known and has no effect.",
    "Ret navnet, eller udelad feltet.",
    "Correct the name, or leave the field out.",
    "Line format of dispenser expand",
)
WINDOW_REVERSED = Code(
    "DOSE-1803",
    Severity.REFUSE,
    "Vinduet slutter {last}, før det begynder {first}.",
    "The window ends {last} before it starts {first}.",
    "Byt om på from og to.",
    "Exchange from and to.",
    "Line format of dispenser expand",
)
WINDOW_TOO_LONG = Code(
    "DOSE-1804",
    Severity.REFUSE,
    "Vinduet er på {days} dage; højst {limit} udfoldes ad gangen.",
    "The window has {days} days; at most {limit} are expanded at once.",
    "Del vinduet.",
    "Split the window.",
    "Line format of dispenser expand",
)
WINDOW_OUT_OF_RANGE = Code(
    "DOSE-1805",
    Severity.REFUSE,
    "Vinduet {first} - {last} ligger uden for {earliest} - {latest}.",
    "The window {first} - {last} lies outside {earliest} - {latest}.",
    "Ret from og to.",
    "Correct from and to.",
    "Line format of dispenser expand",
)

CODES = (FIELD_WRONG, FIELD_UNKNOWN, WINDOW_REVERSED, WINDOW_TOO_LONG, WINDOW_OUT_OF_RANGE)
