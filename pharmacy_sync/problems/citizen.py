"""DOSE-11xx: who the plan is for."""

from safety.findings import Code, Severity

CPR_MISSING = Code(
    "DOSE-1101",
    Severity.REFUSE,
    "Borgeren har intet CPR-nummer (identifier med system urn:oid:1.2.208.176.1.2).",
    "The citizen has no civil registration number (identifier with system urn:oid:1.2.208.176.1.2).",
    "Send CPR-nummer eller erstatningsnummer.",
    "Send the civil registration number or a replacement number.",
    "HL7 Denmark core: CPR identifier; R13",
)
CPR_TWICE = Code(
    "DOSE-1102",
    Severity.REFUSE,
    "Borgeren har flere forskellige CPR-numre.",
    "The citizen has several different civil registration numbers.",
    "Send det gældende nummer; mærk tidligere numre med use = old.",
    "Send the current number; mark earlier ones with use = old.",
    "R13",
)
CPR_NOT_TEN_DIGITS = Code(
    "DOSE-1103",
    Severity.REFUSE,
    "CPR-nummeret er ikke ti cifre.",
    "The civil registration number is not ten digits.",
    "Send ti cifre uden bindestreg og mellemrum.",
    "Send ten digits without hyphen and spaces.",
    "HL7 Denmark core: CPR pattern; R17",
)
CPR_NO_DATE = Code(
    "DOSE-1104",
    Severity.REFUSE,
    "CPR-nummerets dag og måned findes ikke i kalenderen.",
    "Day and month of the civil registration number are not in the calendar.",
    "Ret nummeret. Erstatningsnumre har 60 lagt til dagen.",
    "Correct the number. Replacement numbers have 60 added to the day.",
    "cpr.dk; R17",
)
CPR_BIRTH_DATE_DIFFERS = Code(
    "DOSE-1105",
    Severity.WARN,
    "Fødselsdatoen passer ikke til CPR-nummeret.",
    "The birth date does not fit the civil registration number.",
    "Sammenlign med borgerens papirer; den sendte fødselsdato bruges.",
    "Compare with the citizen's papers; the birth date as sent is used.",
    "C20",
)
NAME_MISSING = Code(
    "DOSE-1106",
    Severity.REFUSE,
    "Borgeren har intet gældende navn.",
    "The citizen has no current name.",
    "Send name.text, eller given og family.",
    "Send name.text, or given and family.",
    "R13; BEK 827/2024 § 109",
)
NAME_UNUSABLE = Code(
    "DOSE-1107",
    Severity.REFUSE,
    "Navnet kan ikke trykkes: {problem}.",
    "The name cannot be printed: {problem}.",
    "Send et navn på én linje og højst {limit} tegn.",
    "Send a name on one line and of at most {limit} characters.",
    "R13; a name is printed whole or not at all",
)
BIRTH_DATE_INVALID = Code(
    "DOSE-1108",
    Severity.REFUSE,
    "Fødselsdatoen er ikke en hel dato mellem 1850 og 2126.",
    "The birth date is not a whole date between 1850 and 2126.",
    "Send fødselsdatoen som ÅÅÅÅ-MM-DD.",
    "Send the birth date as YYYY-MM-DD.",
    "FHIR R4 date; R13",
)
RECORD_NOT_IN_USE = Code(
    "DOSE-1109",
    Severity.REFUSE,
    "Borgerens ressource er ikke i brug (active = false eller link til en anden).",
    "The citizen's resource is not in use (active = false, or linked to another).",
    "Send planen for den ressource, der er i brug.",
    "Send the plan for the resource that is in use.",
    "FHIR R4 Patient.active, Patient.link are modifiers",
)
CITIZEN_DEAD = Code(
    "DOSE-1110",
    Severity.PARK,
    "Borgeren er registreret som død; intet pakkes.",
    "The citizen is recorded as dead; nothing is packed.",
    "Kassér pakkede ruller, og afslut planen.",
    "Void packed rolls and close the plan.",
    "R12; FHIR R4 Patient.deceased is a modifier",
)

CODES = (
    CPR_MISSING,
    CPR_TWICE,
    CPR_NOT_TEN_DIGITS,
    CPR_NO_DATE,
    CPR_BIRTH_DATE_DIFFERS,
    NAME_MISSING,
    NAME_UNUSABLE,
    BIRTH_DATE_INVALID,
    RECORD_NOT_IN_USE,
    CITIZEN_DEAD,
)
