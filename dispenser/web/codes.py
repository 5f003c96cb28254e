"""Problems of the HTTP layer itself, by status: `DOSE-5xxx`."""

from safety.findings import Code, Severity

_SOURCE = "RFC 9110"


def _code(number: int, danish: str, english: str, fix_danish: str, fix_english: str) -> Code:
    return Code(f"DOSE-{number}", Severity.REFUSE, danish, english, fix_danish, fix_english, _SOURCE)


BAD_REQUEST = _code(
    5400,
    "Forespørgslen kan ikke læses.",
    "The request cannot be read.",
    "Ret forespørgslen, og send den igen.",
    "Correct the request and send it again.",
)
FOREIGN = _code(
    5403,
    "Handlingen kom ikke fra en side i dette panel, eller siden er for gammel.",
    "The action did not come from a page of this panel, or the page is too old.",
    "Åbn siden igen, og gentag handlingen.",
    "Open the page again and repeat the action.",
)
NOT_FOUND = _code(
    5404,
    "Det, der blev spurgt om, findes ikke.",
    "What was asked for does not exist.",
    "Kontrollér adressen eller nummeret.",
    "Check the address or the number.",
)
WRONG_METHOD = _code(
    5405,
    "Metoden er ikke mulig her.",
    "The method is not possible here.",
    "Se svarets Allow-felt for de mulige metoder.",
    "See the Allow field of the answer for the possible methods.",
)
CONFLICT = _code(
    5409,
    "Handlingen er ikke mulig lige nu.",
    "The action is not possible just now.",
    "Læs årsagerne, og ret dem først.",
    "Read the reasons and settle them first.",
)
TOO_LARGE = _code(
    5413,
    "Forespørgslen fylder mere end 1 MB.",
    "The request is larger than 1 MB.",
    "Send én borgers plan ad gangen.",
    "Send one citizen's plan at a time.",
)
WRONG_TYPE = _code(
    5415,
    "Indholdets type eller tegnsæt kan ikke bruges her.",
    "The type or character set of the content cannot be used here.",
    "Send FHIR som application/fhir+json og andet som application/json, i UTF-8.",
    "Send FHIR as application/fhir+json and anything else as application/json, in UTF-8.",
)
WRONG_HOST = _code(
    5421,
    "Serveren kendes ikke under dette navn.",
    "The server is not known by this name.",
    "Brug serverens eget navn, eller føj navnet til indstillingerne.",
    "Use the server's own name, or add the name to the settings.",
)
BROKEN = _code(
    5500,
    "Der skete en uventet fejl. Intet af handlingen er gemt.",
    "An unexpected error happened. Nothing of the action was stored.",
    "Prøv igen. Sker det igen, så giv driften tidspunktet.",
    "Try again. If it happens again, tell operations the time.",
)
BUSY = _code(
    5503,
    "Databasen er optaget eller kan ikke nås.",
    "The database is busy or cannot be reached.",
    "Prøv igen om lidt.",
    "Try again in a moment.",
)
BY_STATUS = {
    400: BAD_REQUEST,
    403: FOREIGN,
    404: NOT_FOUND,
    405: WRONG_METHOD,
    409: CONFLICT,
    413: TOO_LARGE,
    415: WRONG_TYPE,
    421: WRONG_HOST,
    422: BAD_REQUEST,
    500: BROKEN,
    503: BUSY,
}
ALL_CODES = tuple(dict.fromkeys(BY_STATUS.values()))


def code_of(status: int) -> Code:
    """Return the code that stands for an HTTP status."""
    return BY_STATUS.get(status, BROKEN if status >= 500 else BAD_REQUEST)  # noqa: PLR2004 - HTTP's border
