"""Every word of the panel in one language, and dates and numbers as that language writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from dispenser.core.dosage import ClockTime, PartOfDay, Slot
from dispenser.core.quantity import Quarters, units_of
from dispenser.core.roll import Period

LANGUAGE_NAMES = {"da": "Dansk", "en": "English"}
"""Languages by what their own speakers call them."""
LANGUAGES = tuple(LANGUAGE_NAMES)
DEFAULT_LANGUAGE = "da"
CIVIL_TIME = ZoneInfo("Europe/Copenhagen")
_LOCALES = {"da": "da_DK", "en": "en_GB"}
_MOMENTS = {"da": "EEE d. MMM y 'kl.' HH.mm", "en": "EEE d MMM y, HH:mm"}
_SECONDS = {"da": "HH.mm.ss", "en": "HH:mm:ss"}
_DAYS = {"da": "EEE d. MMM y", "en": "EEE d MMM y"}
_DAYS_OF_YEAR = {"da": "EEE d. MMM", "en": "EEE d MMM"}
_LONG_DAYS = {"da": "EEEE d. MMMM y", "en": "EEEE d MMMM y"}
_JUST_NOW = 5
_STEP = 10
_MINUTE = 60
_HOUR = 3_600
_DAY = 86_400


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translated later"
    """Mark `message` for the catalogues where it is declared; `Texts.t` translates it where it is used."""
    return message


@cache
def _translations(language: str) -> GNUTranslations:
    # Read from the editable file at start, so that no build step can leave a stale binary catalogue behind.
    with files("dispenser.web.i18n").joinpath(f"{language}.po").open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Texts:
    """The panel's words in `language`, `da` or `en`."""

    language: str

    def t(self, message: str, /, **values: object) -> str:
        """Return `message` translated, its `{name}` places filled from `values`."""
        text = _translations(self.language).gettext(message)
        return text.format_map(values) if values else text

    def n(self, one: str, many: str, count: int, /) -> str:
        """Return `one` or `many` as `count` needs in this language, `{count}` filled with the number."""
        return _translations(self.language).ngettext(one, many, count).format(count=self.number(count))

    def number(self, value: int) -> str:
        """Return a whole number with the language's thousands separator."""
        return str(format_decimal(value, locale=_LOCALES[self.language]))

    def tenths(self, value: int) -> str:
        """Return a count of tenths with one decimal: 1653 gives `165,3`."""
        whole, rest = divmod(abs(value), 10)
        comma = "," if self.language == "da" else "."
        return f"{'-' if value < 0 else ''}{whole}{comma}{rest}"

    def quantity(self, quarters: Quarters) -> str:
        """Return units with the language's decimal sign: `1`, `0,5`, `1,25`."""
        text = str(units_of(quarters))
        return text.replace(".", ",") if self.language == "da" else text

    def moment(self, instant: datetime) -> str:
        """Return an instant in Danish civil time, to the minute: `man. 23. nov. 2026 kl. 08.00`."""
        return str(format_datetime(_civil(instant), _MOMENTS[self.language], locale=_LOCALES[self.language]))

    def clock(self, instant: datetime) -> str:
        """Return the time of day of an instant, to the second: `08.42.17`."""
        return str(format_datetime(_civil(instant), _SECONDS[self.language], locale=_LOCALES[self.language]))

    def day(self, day: date) -> str:
        """Return a civil date: `man. 23. nov. 2026`."""
        return self._date(day, _DAYS)

    def long_day(self, day: date) -> str:
        """Return a civil date in full words: `mandag 23. november 2026`."""
        return self._date(day, _LONG_DAYS)

    def period(self, period: Period) -> str:
        """Return first and last date of a period, both inclusive; the year once where it is the same."""
        same_year = period.first.year == period.last.year
        first = self._date(period.first, _DAYS_OF_YEAR) if same_year else self.day(period.first)
        return f"{first} – {self.day(period.last)}"  # noqa: RUF001 - a span is set with an en dash

    def slot(self, slot: Slot) -> str:
        """Return an intake time: `Morgen`, or a clock time."""
        return self.time(slot) if isinstance(slot, ClockTime) else self.t(_SLOT_NAMES[slot])

    def time(self, time: ClockTime) -> str:
        """Return a civil time of day, to the minute: `08.00`."""
        return str(time).replace(":", ".") if self.language == "da" else str(time)

    def ago(self, seconds: int) -> str:
        """Return how long since, coarsely enough that a board does not flicker: just now, 5, 10, 20 ... seconds."""
        if seconds < _JUST_NOW:
            return self.t("just now")
        if seconds < _MINUTE:
            return self.n("{count} second ago", "{count} seconds ago", seconds // _STEP * _STEP or _JUST_NOW)
        if seconds < _HOUR:
            return self.n("{count} minute ago", "{count} minutes ago", seconds // _MINUTE)
        if seconds < _DAY:
            return self.n("{count} hour ago", "{count} hours ago", seconds // _HOUR)
        return self.n("{count} day ago", "{count} days ago", seconds // _DAY)

    def _date(self, day: date, patterns: Mapping[str, str]) -> str:
        return str(format_date(day, patterns[self.language], locale=_LOCALES[self.language]))


_SLOT_NAMES = {
    PartOfDay.MORNING: N_("Morning"),
    PartOfDay.NOON: N_("Noon"),
    PartOfDay.EVENING: N_("Evening"),
    PartOfDay.NIGHT: N_("Night"),
}


def _civil(instant: datetime) -> datetime:
    return instant.astimezone(CIVIL_TIME)


def language_of(cookie: str | None, accept: str | None) -> str:
    """Return the language to answer in: the reader's own choice, else the browser's, else Danish."""
    if cookie in LANGUAGES:
        return cookie
    for wanted in _by_weight(accept or ""):
        if wanted in LANGUAGES:
            return wanted
    return DEFAULT_LANGUAGE


def _by_weight(accept: str) -> Sequence[str]:
    weighted: list[tuple[float, str]] = []
    for part in accept.split(","):
        name, _, parameters = part.strip().partition(";")
        weight = parameters.strip().removeprefix("q=") if parameters else "1"
        try:
            weighted.append((-float(weight), name.split("-")[0].lower()))
        except ValueError:
            continue
    return [name for _, name in sorted(weighted, key=lambda pair: pair[0])]
