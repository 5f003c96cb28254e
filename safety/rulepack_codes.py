"""Problems of a rule pack file (DOSE-08xx); any of them refuses it."""

from typing import Final

from safety.findings import Code, Severity

_PACK: Final = "R22"


def _code(number: str, texts: tuple[str, str], fixes: tuple[str, str]) -> Code:
    return Code(f"DOSE-{number}", Severity.REFUSE, *texts, *fixes, _PACK)


NOT_TOML: Final = _code(
    "0801",
    ("Filen er ikke TOML: {why}.", "The file is not TOML: {why}."),
    ("Ret filen, og foreslå pakken igen.", "Correct the file and propose the pack again."),
)
UNKNOWN_KEY: Final = _code(
    "0802",
    ("{key} findes ikke.", "There is no {key}."),
    ("Brug kun: {known}.", "Use only: {known}."),
)
MISSING: Final = _code(
    "0803",
    ("{key} mangler.", "{key} is missing."),
    ("Skriv {expected}.", "Write {expected}."),
)
BAD_VALUE: Final = _code(
    "0804",
    ("{key} kan ikke læses: {value}.", "{key} cannot be read: {value}."),
    ("Skriv {expected}.", "Write {expected}."),
)
ID_TWICE: Final = _code(
    "0805",
    ("To regler hedder {id}.", "Two rules are called {id}."),
    ("Giv hver regel sit eget id.", "Give each rule an id of its own."),
)
ENDS_BEFORE_START: Final = _code(
    "0806",
    (
        "Pakken slutter {valid_to}, før den starter {valid_from}.",
        "The pack ends {valid_to} before it starts {valid_from}.",
    ),
    ("Ret datoerne.", "Correct the dates."),
)
NO_RULES: Final = _code(
    "0807",
    ("Pakken har ingen regler.", "The pack has no rules."),
    ("Skriv mindst én regel.", "Write one rule at least."),
)
CASE_MISSING: Final = _code(
    "0809",
    ("Reglen {id} har ingen prøve med fires = {fires}.", "The rule {id} has no case with fires = {fires}."),
    (
        "Skriv mindst én prøve, hvor reglen slår til, og én, hvor den ikke gør.",
        "Write one case at least in which the rule fires, and one in which it does not.",
    ),
)
CASE_FAILED: Final = _code(
    "0810",
    (
        "Prøven af {id} siger fires = {fires}, men det gør reglen ikke: {got}.",
        "The case of {id} says fires = {fires}, but the rule does otherwise: {got}.",
    ),
    ("Ret reglen eller prøven.", "Correct the rule or the case."),
)
TOO_LARGE: Final = _code(
    "0811",
    ("Filen er på {size} tegn; grænsen er {limit}.", "The file has {size} characters; the limit is {limit}."),
    ("Del reglerne i flere pakker.", "Divide the rules into several packs."),
)
NOTHING_CHOSEN: Final = _code(
    "0812",
    ("Reglen siger ikke, hvad den gælder for.", "The rule does not say what it is about."),
    ("Skriv mindst én af: {known}.", "Write one at least of: {known}."),
)

RULEPACK_CODES: Final = (
    NOT_TOML,
    UNKNOWN_KEY,
    MISSING,
    BAD_VALUE,
    ID_TWICE,
    ENDS_BEFORE_START,
    NO_RULES,
    CASE_MISSING,
    CASE_FAILED,
    TOO_LARGE,
    NOTHING_CHOSEN,
)
