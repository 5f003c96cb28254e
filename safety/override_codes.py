"""Why somebody must not set a finding aside, or change the list of staff (DOSE-07xx); LAPSED holds a batch."""

from typing import Final

from safety.findings import Code, Severity

_SOURCE: Final = "EU GMP Annex 11; R18"


def _code(number: str, texts: tuple[str, str], fixes: tuple[str, str]) -> Code:
    return Code(f"DOSE-{number}", Severity.REFUSE, *texts, *fixes, _SOURCE)


NEVER_OVERRIDDEN: Final = _code(
    "0701",
    ("{of} kan aldrig tilsidesættes.", "{of} can never be overridden."),
    ("Få årsagen til fundet rettet.", "Have the cause of the finding corrected."),
)
REASON_MISSING: Final = _code(
    "0702",
    (
        "Begrundelsen mangler eller er for kort: mindst {least} bogstaver.",
        "The reason is missing or too short: {least} letters at least.",
    ),
    ("Skriv, hvad der er afgjort, og med hvem.", "Write what was decided, and with whom."),
)
NOT_ON_STAFF: Final = _code(
    "0703",
    ("{who} står ikke på listen over personale.", "{who} is not on the list of staff."),
    (
        "Skriv navnet som på listen, eller lad en farmaceut føje det til.",
        "Write the name as on the list, or have a pharmacist add it.",
    ),
)
NO_PHARMACIST: Final = _code(
    "0704",
    ("{who} er ikke farmaceut.", "{who} is not a pharmacist."),
    ("Lad en farmaceut tage stilling.", "Have a pharmacist decide."),
)
SAME_PERSON: Final = _code(
    "0705",
    ("{who} har selv underskrevet først.", "{who} has signed first."),
    ("Lad en anden gennemgå og underskrive.", "Have another person look through it and sign."),
)
EXPIRY_MISSING: Final = _code(
    "0706",
    ("Det er ikke angivet, hvornår tilsidesættelsen ophører.", "It is not said when the override ends."),
    ("Angiv den sidste dag, den skal gælde.", "Give the last day on which it shall count."),
)
EXPIRY_PAST: Final = _code(
    "0707",
    ("Den sidste dag {expires} er allerede forbi.", "The last day {expires} is over already."),
    ("Angiv en dag fra i dag og frem.", "Give today or a later day."),
)
EXPIRY_TOO_FAR: Final = _code(
    "0708",
    (
        "Den sidste dag {expires} ligger mere end {most} dage ude i fremtiden.",
        "The last day {expires} lies more than {most} days ahead.",
    ),
    ("Vælg en nærmere dag, og tag stilling igen til den tid.", "Choose a nearer day, and decide again then."),
)
OVERRIDDEN_ALREADY: Final = _code(
    "0709",
    ("Fundet er allerede tilsidesat af {who} til {expires}.", "{who} has overridden it already, until {expires}."),
    (
        "Tilbagekald den første, hvis den skal gælde på en anden måde.",
        "Revoke the first one if it shall count in another way.",
    ),
)
NO_SECOND_NEEDED: Final = _code(
    "0710",
    ("Fundet kræver ikke underskrift af to.", "The finding needs no signature of two."),
    ("Der er ikke mere at gøre.", "There is nothing more to do."),
)
SECOND_SIGNED_ALREADY: Final = _code(
    "0711",
    ("{who} har allerede underskrevet som den anden.", "{who} has signed as the second already."),
    ("Der er ikke mere at gøre.", "There is nothing more to do."),
)
OVER_ALREADY: Final = _code(
    "0712",
    ("Tilsidesættelsen ophørte {expires}.", "The override ended {expires}."),
    ("Tag stilling igen med en ny tilsidesættelse.", "Decide again with a new override."),
)
REVOKED_ALREADY: Final = _code(
    "0713",
    ("Tilsidesættelsen er tilbagekaldt af {who}.", "{who} has revoked the override."),
    ("Tag stilling igen med en ny tilsidesættelse.", "Decide again with a new override."),
)
NO_NAME: Final = _code(
    "0714",
    (
        "Der mangler et navn, eller det er længere end {most} tegn.",
        "The name is missing or longer than {most} characters.",
    ),
    ("Angiv navnet på én linje.", "Give the name on one line."),
)
ON_STAFF_ALREADY: Final = _code(
    "0715",
    ("{who} står allerede på listen over personale.", "{who} is on the list of staff already."),
    (
        "Giv personer med samme navn hver sin skrivemåde, fx med et mellemnavn.",
        "Write people of one name in different ways, with a middle name for example.",
    ),
)
LAPSED: Final = Code(
    "DOSE-0720",
    Severity.HOLD,
    "{line} er pakket, fordi {who} tilsidesatte {of} til {expires}; det gælder ikke længere.",
    "{line} is packed because {who} overrode {of} until {expires}; that counts no more.",
    "Tag stilling igen, eller tilbagekald tilsidesættelsen, så linjen ikke pakkes.",
    "Decide again, or revoke the override so that the line is not packed.",
    _SOURCE,
)

OVERRIDE_CODES: Final = (
    NEVER_OVERRIDDEN,
    REASON_MISSING,
    NOT_ON_STAFF,
    NO_PHARMACIST,
    SAME_PERSON,
    EXPIRY_MISSING,
    EXPIRY_PAST,
    EXPIRY_TOO_FAR,
    OVERRIDDEN_ALREADY,
    NO_SECOND_NEEDED,
    SECOND_SIGNED_ALREADY,
    OVER_ALREADY,
    REVOKED_ALREADY,
    NO_NAME,
    ON_STAFF_ALREADY,
    LAPSED,
)
