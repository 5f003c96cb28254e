"""Problems of a rule pack file (DOSE-08xx); any of them refuses it."""

from typing import Final

from safety.findings import Code, Severity

_PACK: Final = "R22"


NOT_TOML: Final = Code(
    "DOSE-0801",
    Severity.REFUSE,
    "Filen er ikke TOML: {why}.",
    "The file is not TOML: {why}.",
    "Ret filen, og foreslå pakken igen.",
    "Correct the file and propose the pack again.",
    _PACK,
)
UNKNOWN_KEY: Final = Code(
    "DOSE-0802",
    Severity.REFUSE,
    "{key} findes ikke.",
    "There is no {key}.",
    "Brug kun: {known}.",
    "Use only: {known}.",
    _PACK,
)
MISSING: Final = Code(
    "DOSE-0803",
    Severity.REFUSE,
    "{key} mangler.",
    "{key} is missing.",
    "Skriv {expected}.",
    "Write {expected}.",
    _PACK,
)
BAD_VALUE: Final = Code(
    "DOSE-0804",
    Severity.REFUSE,
    "{key} kan ikke læses: {value}.",
    "{key} cannot be read: {value}.",
    "Skriv {expected}.",
    "Write {expected}.",
    _PACK,
)
ID_TWICE: Final = Code(
    "DOSE-0805",
    Severity.REFUSE,
    "To regler hedder {id}.",
    "Two rules are called {id}.",
    "Giv hver regel sit eget id.",
    "Give each rule an id of its own.",
    _PACK,
)
ENDS_BEFORE_START: Final = Code(
    "DOSE-0806",
    Severity.REFUSE,
    "Pakken slutter {valid_to}, før den starter {valid_from}.",
    "The pack ends {valid_to} before it starts {valid_from}.",
    "Ret datoerne.",
    "Correct the dates.",
    _PACK,
)
NO_RULES: Final = Code(
    "DOSE-0807",
    Severity.REFUSE,
    "Pakken har ingen regler.",
    "The pack has no rules.",
    "Skriv mindst én regel.",
    "Write one rule at least.",
    _PACK,
)
CASE_MISSING: Final = Code(
    "DOSE-0809",
    Severity.REFUSE,
    "Reglen {id} har ingen prøve med fires = {fires}.",
    "The rule {id} has no case with fires = {fires}.",
    "Skriv mindst én prøve, hvor reglen slår til, og én, hvor den ikke gør.",
    "Write one case at least in which the rule fires, and one in which it does not.",
    _PACK,
)
CASE_FAILED: Final = Code(
    "DOSE-0810",
    Severity.REFUSE,
    "Prøven af {id} siger fires = {fires}, men det gør reglen ikke: {got}.",
    "The case of {id} says fires = {fires}, but the rule does otherwise: {got}.",
    "Ret reglen eller prøven.",
    "Correct the rule or the case.",
    _PACK,
)
TOO_LARGE: Final = Code(
    "DOSE-0811",
    Severity.REFUSE,
    "Filen er på {size} tegn; grænsen er {limit}.",
    "The file has {size} characters; the limit is {limit}.",
    "Del reglerne i flere pakker.",
    "Divide the rules into several packs.",
    _PACK,
)
NOTHING_CHOSEN: Final = Code(
    "DOSE-0812",
    Severity.REFUSE,
    "Reglen siger ikke, hvad den gælder for.",
    "The rule does not say what it is about.",
    "Skriv mindst én af: {known}.",
    "Write one at least of: {known}.",
    _PACK,
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
