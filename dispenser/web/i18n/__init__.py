"""Danish and English: message catalogues, dates, numbers."""

from dispenser.web.i18n.texts import CIVIL_TIME, DEFAULT_LANGUAGE, LANGUAGE_NAMES, LANGUAGES, N_, Texts, language_of

__all__ = ["CIVIL_TIME", "DEFAULT_LANGUAGE", "LANGUAGES", "LANGUAGE_NAMES", "N_", "Texts", "language_of"]
