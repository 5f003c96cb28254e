"""Problems of a slot table and of the signature under it (DOSE-05xx); any of them refuses it."""

from typing import Final

from safety.findings import Code, Severity

_MAPPING: Final = "FMK planned administration; C23"


def _code(number: str, texts: tuple[str, str], fixes: tuple[str, str], source: str = _MAPPING) -> Code:
    return Code(f"DOSE-{number}", Severity.REFUSE, *texts, *fixes, source)


NOT_TOML: Final = _code(
    "0501",
    ("Filen er ikke TOML: {why}.", "The file is not TOML: {why}."),
    ("Ret filen, og foreslå tabellen igen.", "Correct the file and propose the table again."),
)
UNKNOWN_KEY: Final = _code(
    "0502",
    ("{key} findes ikke.", "There is no {key}."),
    ("Brug kun: {known}.", "Use only: {known}."),
)
BAD_VALUE: Final = _code(
    "0503",
    ("{key} mangler eller kan ikke læses: {value}.", "{key} is missing or cannot be read: {value}."),
    (
        'Skriv en dato (2027-01-04), en tekst, et klokkeslæt ("08:00") eller en liste af tidspunkter.',
        'Write a date (2027-01-04), a text, a time of day ("08:00") or a list of slots.',
    ),
)
TIME_MISSING: Final = _code(
    "0504",
    ("{slot} har intet klokkeslæt.", "{slot} has no time of day."),
    ("Giv alle fire tidspunkter et klokkeslæt.", "Give each of the four slots a time of day."),
)
TIMES_OUT_OF_ORDER: Final = _code(
    "0505",
    ("{later} kl. {at} er ikke efter {earlier} kl. {before}.", "{later} at {at} is not after {earlier} at {before}."),
    (
        "Morgen, middag, aften og nat skal følge efter hinanden på samme døgn.",
        "Morning, noon, evening and night must follow each other within one day.",
    ),
)
COUNT_MISSING: Final = _code(
    "0506",
    ("{count} doser om dagen har ingen tidspunkter.", "{count} doses a day have no slots."),
    ("Angiv tidspunkter for 1, 2, 3 og 4 doser om dagen.", "Give slots for 1, 2, 3 and 4 doses a day."),
)
COUNT_IMPOSSIBLE: Final = _code(
    "0507",
    ("{count} doser om dagen kan ingen tage; højst {limit}.", "Nobody takes {count} doses a day; {limit} at most."),
    ("Fjern linjen.", "Remove the line."),
)
SLOTS_MISCOUNTED: Final = _code(
    "0508",
    ("{count} doser om dagen har {slots} tidspunkter.", "{count} doses a day have {slots} slots."),
    ("Giv hver dosis ét tidspunkt, så ingen dosis mistes.", "Give each dose one slot, so that no dose is lost."),
)
SLOTS_OUT_OF_ORDER: Final = _code(
    "0509",
    (
        "{count} doser om dagen: {later} er ikke senere på dagen end {earlier}.",
        "{count} doses a day: {later} is not later in the day than {earlier}.",
    ),
    ("Skriv forskellige tidspunkter i dagens rækkefølge.", "Write different slots in the order of the day."),
)
UNKNOWN_GROUP: Final = _code(
    "0510",
    ("Pakkegruppen {group} findes ikke.", "There is no packing group {group}."),
    ("Ret navnet, eller udelad group for hele stedet.", "Correct the name, or leave group out for the whole site."),
)
NO_NAME: Final = _code(
    "0511",
    ("Der mangler et navn på den, der svarer for det.", "The name of who answers for it is missing."),
    ("Angiv navnet.", "Give the name."),
    "R14",
)
TOO_LATE: Final = _code(
    "0512",
    (
        "Tabellen skulle gælde fra {valid_from}, og i dag er {today}.",
        "The table was to hold from {valid_from}; today is {today}.",
    ),
    ("Foreslå den igen fra i dag eller senere.", "Propose it again, from today or later."),
    "C18",
)
OWN_SIGNATURE: Final = _code(
    "0513",
    ("{who} har selv lavet tabellen.", "{who} made the table."),
    ("Lad en anden farmaceut gennemgå og underskrive den.", "Have another pharmacist look through and sign it."),
    "R14",
)
SIGNED_ALREADY: Final = _code(
    "0514",
    ("Tabellen er allerede underskrevet af {who}.", "The table is signed already, by {who}."),
    ("Der er ikke mere at gøre.", "There is nothing more to do."),
    "R14",
)

SLOT_CODES: Final = (
    NOT_TOML,
    UNKNOWN_KEY,
    BAD_VALUE,
    TIME_MISSING,
    TIMES_OUT_OF_ORDER,
    COUNT_MISSING,
    COUNT_IMPOSSIBLE,
    SLOTS_MISCOUNTED,
    SLOTS_OUT_OF_ORDER,
    UNKNOWN_GROUP,
    NO_NAME,
    TOO_LATE,
    OWN_SIGNATURE,
    SIGNED_ALREADY,
)
