"""DOSE-16xx: a well-formed message that does not fit what is known already."""

from safety.findings import Code, Severity

NOT_FOUND = Code(
    "DOSE-1601",
    Severity.REFUSE,
    "Der findes ingen ressource med dette id.",
    "There is no resource with this id.",
    "Send lægemidlet første gang i en Bundle sammen med borgeren.",
    "Send the medicine for the first time in a Bundle with its citizen.",
    "FHIR R4 http.html#read",
)
OTHER_CITIZEN = Code(
    "DOSE-1602",
    Severity.REFUSE,
    "Ressourcen tilhører en anden borger.",
    "The resource belongs to another citizen.",
    "Giv hver borgers lægemidler deres egne id'er, og kontrollér, at det er den rigtige borger.",
    "Give each citizen's medicines ids of their own, and check that this is the right citizen.",
    "C20",
)
REPLAYED = Code(
    "DOSE-1603",
    Severity.REFUSE,
    "Præcis denne meddelelse er modtaget før, og planen er ændret siden; den bruges ikke igen.",
    "This very message was received before and the plan has changed since; it is not used again.",
    "Skal planen tilbage til det gamle, så send den med nyt Bundle.timestamp.",
    "If the plan is to go back to what it was, send it with a new Bundle.timestamp.",
    "C21",
)
VERSION_NEEDED = Code(
    "DOSE-1604",
    Severity.REFUSE,
    "If-Match mangler; den nuværende version er {etag}.",
    "If-Match is missing; the current version is {etag}.",
    "Hent ressourcen, og send ændringen med dens ETag i If-Match.",
    "Read the resource, and send the change with its ETag in If-Match.",
    "FHIR R4 http.html#concurrency",
)
VERSION_WRONG = Code(
    "DOSE-1605",
    Severity.REFUSE,
    "If-Match er {given}, men den nuværende version er {etag}.",
    "If-Match is {given}, but the current version is {etag}.",
    "Hent ressourcen igen, og afgør, om ændringen stadig skal laves.",
    "Read the resource again, and decide whether the change is still to be made.",
    "FHIR R4 http.html#concurrency",
)
CIVIL_NUMBER_TAKEN = Code(
    "DOSE-1606",
    Severity.REFUSE,
    "CPR-nummeret hører allerede til en anden borger (Patient/{other}).",
    "The civil registration number already belongs to another citizen (Patient/{other}).",
    "Brug den kendte borgers id, eller ret CPR-nummeret.",
    "Use the known citizen's id, or correct the civil registration number.",
    "C20",
)
IDENTITY_CHANGED = Code(
    "DOSE-1607",
    Severity.REFUSE,
    "Borgeren er kendt med et andet CPR-nummer eller en anden fødselsdato; det kan være et andet menneske.",
    "The citizen is known with another civil registration number or birth date; this may be another human.",
    "Er det et andet menneske, så brug et nyt Patient-id. Ellers skal et menneske rette det, der er forkert.",
    "If it is another human, use a new Patient id. Otherwise a human must correct the record that is wrong.",
    "R13",
)
NAME_CHANGED = Code(
    "DOSE-1608",
    Severity.WARN,
    "Borgeren har fået et andet navn, end der er registreret; det nye navn bruges.",
    "The citizen's name is another one than is on record; the new name is used.",
    "Kontrollér, at det er den samme borger.",
    "Check that this is the same citizen.",
    "R13",
)

CODES = (
    NOT_FOUND,
    OTHER_CITIZEN,
    REPLAYED,
    VERSION_NEEDED,
    VERSION_WRONG,
    CIVIL_NUMBER_TAKEN,
    IDENTITY_CHANGED,
    NAME_CHANGED,
)
"""Every code of this file."""
