"""Every word in two languages, and no word anywhere else."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import ClockTime, PartOfDay
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period
from dispenser.web.i18n import LANGUAGES, Texts, language_of

WEB = Path(str(files("dispenser.web")))
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
KEYWORDS = {"t": None, "n": (1, 2), "N_": None}
PLACES = re.compile(r"\{(\w+)\}")
ATTRIBUTES_READ_ALOUD = re.compile(r'\b(?:aria-label|alt|title|placeholder|label|data-text|data-cut)="([^"]*)"')


def used() -> Iterator[str | tuple[str, ...]]:
    for template in TEMPLATES:
        for _, message, _, _ in extract_from_file(
            "jinja2.ext:babel_extract", template, keywords=KEYWORDS, options={"trim_blocks": "true"}
        ):
            yield message
    for module in WEB.rglob("*.py"):
        for _, message, _, _ in extract_from_file("python", module, keywords=KEYWORDS):
            yield message


def catalogue(language: str) -> Catalog:
    with (WEB / "i18n" / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_there_and_none_is_left_over(language: str) -> None:
    known = {message.id for message in catalogue(language) if message.id}
    assert known == set(used())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_with_the_same_places(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = [message.string] if isinstance(message.string, str) else [*(message.string or ())]
        assert len(strings) == len(ids)
        assert not message.fuzzy
        for text in strings:
            assert text.strip(), message.id
            assert set(PLACES.findall(text)) == set(PLACES.findall(ids[0])), message.id


def test_danish_is_not_english() -> None:
    same = {message.id for message in catalogue("da") if message.id and message.id == message.string}
    assert same <= {"Alarm", "Film {film}", "Find", "film {film}", "revision {revision}", "{degrees} °C"}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_a_word_of_its_own(template: Path) -> None:
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template.read_text(), flags=re.DOTALL)
    read_aloud = " ".join(ATTRIBUTES_READ_ALOUD.findall(source))
    shown = re.sub(r"<[^>]*>", " ", source)
    assert re.findall(r"[A-Za-zÆØÅæøå]{2,}", shown + read_aloud) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_decide_nothing_and_hold_nothing_inline(template: Path) -> None:
    source = template.read_text()
    statements = set(re.findall(r"\{%-?\s*(\w+)", source))
    allowed = {"if", "elif", "else", "endif", "for", "endfor", "set", "extends", "include", "from", "block", "endblock"}
    assert statements <= allowed | {"macro", "endmacro"}
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\bsrc=)", source)
    assert "|safe" not in source.replace(" ", "")


def test_dates_read_as_a_dane_writes_them() -> None:
    danish, english = Texts("da"), Texts("en")
    morning = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    assert danish.moment(morning) == "man. 23. nov. 2026 kl. 08.00"
    assert english.moment(morning) == "Mon 23 Nov 2026, 08:00"
    assert danish.day(date(2026, 5, 1)) == "fre. 1. maj 2026"
    assert danish.long_day(date(2026, 5, 1)) == "fredag 1. maj 2026"
    assert danish.period(Period(date(2026, 12, 28), date(2027, 1, 3))) == "man. 28. dec. 2026 – søn. 3. jan. 2027"  # noqa: RUF001


@pytest.mark.parametrize(
    ("utc", "shown"),
    [
        (datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), "01.59.59"),
        (datetime(2026, 3, 29, 1, 0, 0, tzinfo=UTC), "03.00.00"),
        (datetime(2026, 10, 25, 0, 30, 0, tzinfo=UTC), "02.30.00"),
        (datetime(2026, 10, 25, 1, 30, 0, tzinfo=UTC), "02.30.00"),
    ],
)
def test_instants_are_shown_in_danish_civil_time(utc: datetime, shown: str) -> None:
    assert Texts("da").clock(utc) == shown


@given(st.integers(min_value=0, max_value=400))
def test_quantities_are_exact_in_both_languages(quarters: int) -> None:
    danish, english = Texts("da").quantity(Quarters(quarters)), Texts("en").quantity(Quarters(quarters))
    assert danish.replace(",", ".") == english
    assert float(english) * 4 == quarters
    assert not danish.endswith(("0,", ",0"))
    assert "." not in danish


def test_small_numbers_and_times() -> None:
    danish, english = Texts("da"), Texts("en")
    assert (danish.tenths(1653), english.tenths(1653), danish.tenths(-5)) == ("165,3", "165.3", "-0,5")
    assert (danish.number(12345), english.number(12345)) == ("12.345", "12,345")
    assert (danish.slot(ClockTime(9, 5)), english.slot(ClockTime(9, 5))) == ("09.05", "09:05")
    assert (danish.slot(PartOfDay.NOON), english.slot(PartOfDay.NOON)) == ("Middag", "Noon")
    assert [danish.ago(seconds) for seconds in (-3, 4, 5, 9, 10, 59, 60, 3600, 200_000)] == [
        "lige nu",
        "lige nu",
        "for 5 sekunder siden",
        "for 5 sekunder siden",
        "for 10 sekunder siden",
        "for 50 sekunder siden",
        "for 1 minut siden",
        "for 1 time siden",
        "for 2 dage siden",
    ]


@pytest.mark.parametrize(
    ("cookie", "accept", "language"),
    [
        (None, None, "da"),
        ("en", "da", "en"),
        ("de", "en", "en"),
        (None, "de, en;q=0.5, da;q=0.4", "en"),
        (None, "en;q=x, da", "da"),
        (None, ";;q=,,", "da"),
        (None, "DA-dk", "da"),
    ],
)
def test_the_readers_choice_goes_before_the_browsers(cookie: str | None, accept: str | None, language: str) -> None:
    assert language_of(cookie, accept) == language


@given(st.text(max_size=60))
def test_any_header_gives_a_language(accept: str) -> None:
    assert language_of(None, accept) in LANGUAGES
