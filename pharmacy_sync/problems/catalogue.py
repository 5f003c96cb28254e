"""DOSE-15xx: rows of a price list that give no dispensable product without a human."""

from safety.findings import Code, Severity

SHORT_NAME_NEEDS_HUMAN = Code(
    "DOSE-1501",
    Severity.WARN,
    "{name}: intet kortnavn på 22 tegn er entydigt og bevarer styrken.",
    "{name}: no short name of 22 characters is unambiguous and keeps the strength.",
    "Skriv et kortnavn for lægemidlet; til da pakkes det ikke.",
    "Write a short name for the medicine; until then it is not packed.",
    "FMK DrugCatalogEntry.ShortName, at most 22 characters",
)
STRENGTH_MISSING = Code(
    "DOSE-1502",
    Severity.WARN,
    "{name}: prislisten angiver ingen styrke.",
    "{name}: the price list gives no strength.",
    "Slå styrken op, og skriv et kortnavn; til da pakkes det ikke.",
    "Look up the strength and write a short name; until then it is not packed.",
    "C8",
)
FORM_NOT_ALLOWED = Code(
    "DOSE-1503",
    Severity.INFO,
    "{name}: formen '{form}' må ikke dosispakkes.",
    "{name}: the form '{form}' may not be dose dispensed.",
    "Intet at gøre.",
    "Nothing to do.",
    "BEK 827/2024 § 112",
)
CLASS_NOT_ALLOWED = Code(
    "DOSE-1504",
    Severity.INFO,
    "{name}: lægemidler i ATC-gruppe {atc} må ikke dosispakkes ({kind}).",
    "{name}: medicines of ATC group {atc} may not be dose dispensed ({kind}).",
    "Intet at gøre.",
    "Nothing to do.",
    "BEK 827/2024 § 112",
)
ROW_UNREADABLE = Code(
    "DOSE-1505",
    Severity.REFUSE,
    "Rækken kan ikke læses: {problem}.",
    "The row cannot be read: {problem}.",
    "Ret prislisten; intet er indlæst.",
    "Correct the price list; nothing was imported.",
    "Medicinpriser LMS01",
)
LIST_UNREADABLE = Code(
    "DOSE-1506",
    Severity.REFUSE,
    "Prislisten har ikke de forventede kolonner: {missing} mangler.",
    "The price list does not have the expected columns: {missing} missing.",
    "Send en prisliste med de beskrevne kolonner.",
    "Send a price list with the columns as described.",
    "Medicinpriser LMS01",
)

CODES = (
    SHORT_NAME_NEEDS_HUMAN,
    STRENGTH_MISSING,
    FORM_NOT_ALLOWED,
    CLASS_NOT_ALLOWED,
    ROW_UNREADABLE,
    LIST_UNREADABLE,
)
