"""DOSE-190x: what a citizen does not tolerate."""

from safety.findings import Code, Severity

ATC_INVALID = Code(
    "DOSE-1901",
    Severity.REFUSE,
    "{value} er ingen ATC-kode.",
    "{value} is no ATC code.",
    "Send en ATC-kode på et af de fem niveauer (J, J01, J01C, J01CA, J01CA04), eller send kun teksten.",
    "Send an ATC code of one of the five levels (J, J01, J01C, J01CA, J01CA04), or send the text alone.",
    "WHO ATC; H18",
)
STATUS_CONTRADICTS = Code(
    "DOSE-1902",
    Severity.REFUSE,
    "Status siger både {value}.",
    "The status says both {value}.",
    "Send én status.",
    "Send one status.",
    "FHIR R4 AllergyIntolerance.clinicalStatus and verificationStatus are modifiers",
)
NO_LONGER_SENT = Code(
    "DOSE-1903",
    Severity.WARN,
    "Overfølsomheden {text} er ikke længere på listen; den gælder ikke mere.",
    "The intolerance {text} is no longer on the list; it counts no more.",
    "Er det en fejl, så send hele listen igen.",
    "If that is a mistake, send the whole list again.",
    "H18; the list in a bundle is the whole list",
)

CODES = (ATC_INVALID, STATUS_CONTRADICTS, NO_LONGER_SENT)
"""Every code of this file."""
