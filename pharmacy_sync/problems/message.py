"""DOSE-10xx: a message that is not well-formed, or not the kind of message that is taken here."""

from safety.findings import Code, Severity

NOT_UTF8 = Code(
    "DOSE-1001",
    Severity.REFUSE,
    "Meddelelsen er ikke gyldig UTF-8 (byte {position}).",
    "The message is not valid UTF-8 (byte {position}).",
    "Send meddelelsen som UTF-8.",
    "Send the message as UTF-8.",
    "RFC 8259 section 8.1",
)
BYTE_ORDER_MARK = Code(
    "DOSE-1002",
    Severity.REFUSE,
    "Meddelelsen begynder med et byte order mark.",
    "The message begins with a byte order mark.",
    "Send JSON uden byte order mark.",
    "Send JSON without a byte order mark.",
    "RFC 8259 section 8.1",
)
NOT_JSON = Code(
    "DOSE-1003",
    Severity.REFUSE,
    "Meddelelsen er ikke et JSON-objekt: {problem}.",
    "The message is not a JSON object: {problem}.",
    "Ret JSON-syntaksen og send igen.",
    "Correct the JSON and send it again.",
    "RFC 8259",
)
TOO_LARGE = Code(
    "DOSE-1004",
    Severity.REFUSE,
    "Meddelelsen fylder {size} byte; højst {limit} tages imod.",
    "The message has {size} bytes; at most {limit} are taken.",
    "Send én borger ad gangen.",
    "Send one citizen at a time.",
    "FHIR R4 HTTP 413",
)
TOO_DEEP = Code(
    "DOSE-1005",
    Severity.REFUSE,
    "Meddelelsen er indlejret dybere end {limit} niveauer.",
    "The message is nested deeper than {limit} levels.",
    "Send kun de elementer, der er beskrevet i grænsefladen.",
    "Send only the elements that the interface describes.",
    "RFC 8259 section 9",
)
DUPLICATE_KEY = Code(
    "DOSE-1006",
    Severity.REFUSE,
    "Elementet '{name}' står to gange i samme objekt.",
    "The element '{name}' stands twice in the same object.",
    "Send hvert element én gang.",
    "Send every element once.",
    "FHIR R4 JSON: property names are unique",
)
NUMBER_NOT_ALLOWED = Code(
    "DOSE-1007",
    Severity.REFUSE,
    "'{value}' er ikke et tal, der kan tages imod.",
    "'{value}' is not a number that can be taken.",
    "Skriv tallet med cifre og punktum, uden eksponent, højst 18 cifre.",
    "Write the number with digits and a point, without exponent, at most 18 digits.",
    "FMK: quantity has at most 18 digits, 9 of them fractional",
)
FORBIDDEN_CHARACTER = Code(
    "DOSE-1008",
    Severity.REFUSE,
    "Teksten indeholder tegnet {character}, som ikke må forekomme.",
    "The text holds the character {character}, which may not occur.",
    "Fjern styretegn, usynlige tegn og tegn, der vender læseretningen.",
    "Remove control characters, invisible characters and characters that turn the direction of reading.",
    "Unicode TR 36; FHIR R4 string",
)
EMPTY_VALUE = Code(
    "DOSE-1009",
    Severity.REFUSE,
    "Elementet er tomt (null, tom tekst, tom liste eller tomt objekt).",
    "The element is empty (null, empty text, empty list or empty object).",
    "Udelad elementet, eller giv det en værdi.",
    "Leave the element out or give it a value.",
    "FHIR R4 JSON: no empty values",
)
MISSING = Code(
    "DOSE-1020",
    Severity.REFUSE,
    "Et krævet element mangler.",
    "A required element is missing.",
    "Tilføj elementet.",
    "Add the element.",
    "FHIR R4 cardinality",
)
UNKNOWN_ELEMENT = Code(
    "DOSE-1021",
    Severity.REFUSE,
    "Elementet er ukendt her; ingen ved, om det ændrer doseringen.",
    "The element is unknown here; nobody knows whether it changes the dosage.",
    "Fjern elementet, eller aftal det med pakkeapoteket.",
    "Remove the element or agree on it with the packing pharmacy.",
    "FHIR R4 conformance rules; must-understand",
)
VALUE_NOT_ALLOWED = Code(
    "DOSE-1022",
    Severity.REFUSE,
    "'{value}' er ikke en tilladt værdi her; tilladt: {allowed}.",
    "'{value}' is not an allowed value here; allowed: {allowed}.",
    "Brug en af de tilladte værdier.",
    "Use one of the allowed values.",
    "FHIR R4 required value sets",
)
WRONG_TYPE = Code(
    "DOSE-1023",
    Severity.REFUSE,
    "Værdien har en forkert type; der skulle stå {wanted}.",
    "The value has a wrong type; {wanted} was expected.",
    "Send værdien med den rigtige JSON-type.",
    "Send the value with the right JSON type.",
    "FHIR R4 data types",
)
WRONG_SHAPE = Code(
    "DOSE-1024",
    Severity.REFUSE,
    "Værdien har en forkert form: {problem}.",
    "The value has a wrong shape: {problem}.",
    "Ret værdien.",
    "Correct the value.",
    "FHIR R4 data types",
)
MODIFIER_NOT_UNDERSTOOD = Code(
    "DOSE-1025",
    Severity.REFUSE,
    "Elementet kan ændre betydningen af det hele og forstås ikke her.",
    "The element can change the meaning of everything and is not understood here.",
    "Send uden modifierExtension og implicitRules.",
    "Send without modifierExtension and implicitRules.",
    "FHIR R4 isModifier",
)
NOT_A_TRANSACTION = Code(
    "DOSE-1030",
    Severity.REFUSE,
    "Bundtet har typen '{value}'; en plan sendes som 'transaction'.",
    "The bundle is of type '{value}'; a plan is sent as 'transaction'.",
    "Send en Bundle af typen transaction: alt eller intet.",
    "Send a Bundle of type transaction: all or nothing.",
    "FHIR R4 transaction",
)
PATIENT_COUNT = Code(
    "DOSE-1031",
    Severity.REFUSE,
    "Bundtet har {count} Patient-ressourcer; der skal være præcis én.",
    "The bundle has {count} Patient resources; there must be exactly one.",
    "Send én borger pr. bundt.",
    "Send one citizen per bundle.",
    "one plan, one citizen (C3, R13)",
)
DUPLICATE_ID = Code(
    "DOSE-1032",
    Severity.REFUSE,
    "{resource} forekommer flere gange i bundtet.",
    "{resource} occurs several times in the bundle.",
    "Send hver ressource én gang.",
    "Send every resource once.",
    "FHIR R4 transaction: one interaction per resource",
)
NOT_PUT = Code(
    "DOSE-1033",
    Severity.REFUSE,
    "Metoden {method} tages ikke imod; afsenderens egne id'er holder en genfremsendelse fra at blive til to pakninger.",
    "The method {method} is not taken; the sender's own ids keep a repeated message from being packed twice.",
    "Brug PUT {resource} med jeres eget, faste id.",
    "Use PUT {resource} with your own, stable id.",
    "FHIR R4 update as create; C21",
)
URL_MISMATCH = Code(
    "DOSE-1034",
    Severity.REFUSE,
    "Adressen '{value}' passer ikke til ressourcen {resource}.",
    "The address '{value}' does not fit the resource {resource}.",
    "Skriv request.url som {resource}.",
    "Write request.url as {resource}.",
    "FHIR R4 transaction",
)
UNEXPECTED_RESOURCE = Code(
    "DOSE-1035",
    Severity.REFUSE,
    "Ressourcetypen '{value}' tages ikke imod her.",
    "The resource type '{value}' is not taken here.",
    "Send kun Patient, MedicationRequest og AllergyIntolerance.",
    "Send only Patient, MedicationRequest and AllergyIntolerance.",
    "capability statement",
)
WRONG_SUBJECT = Code(
    "DOSE-1036",
    Severity.REFUSE,
    "Lægemidlet henviser til '{value}' og ikke til borgeren {wanted}.",
    "The medicine refers to '{value}' and not to the citizen {wanted}.",
    "Skriv subject.reference som {wanted}.",
    "Write subject.reference as {wanted}.",
    "one plan, one citizen (C3, R13)",
)
ID_MISMATCH = Code(
    "DOSE-1037",
    Severity.REFUSE,
    "Ressourcens id er '{value}', men adressen siger '{wanted}'.",
    "The resource's id is '{value}', but the address says '{wanted}'.",
    "Brug samme id i adresse og ressource.",
    "Use the same id in address and resource.",
    "FHIR R4 update",
)
TOO_MANY_ENTRIES = Code(
    "DOSE-1038",
    Severity.REFUSE,
    "Bundtet har {count} poster; højst {limit} tages imod.",
    "The bundle has {count} entries; at most {limit} are taken.",
    "Send kun gældende og nyligt stoppede lægemidler.",
    "Send only current and recently stopped medicines.",
    "an absurd plan is an error",
)

CODES = (
    NOT_UTF8,
    BYTE_ORDER_MARK,
    NOT_JSON,
    TOO_LARGE,
    TOO_DEEP,
    DUPLICATE_KEY,
    NUMBER_NOT_ALLOWED,
    FORBIDDEN_CHARACTER,
    EMPTY_VALUE,
    MISSING,
    UNKNOWN_ELEMENT,
    VALUE_NOT_ALLOWED,
    WRONG_TYPE,
    WRONG_SHAPE,
    MODIFIER_NOT_UNDERSTOOD,
    NOT_A_TRANSACTION,
    PATIENT_COUNT,
    DUPLICATE_ID,
    NOT_PUT,
    URL_MISMATCH,
    UNEXPECTED_RESOURCE,
    WRONG_SUBJECT,
    ID_MISMATCH,
    TOO_MANY_ENTRIES,
)
