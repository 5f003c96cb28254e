"""The risk file says everything it knows in both languages, on a page of its own and on paper; nothing is cut."""

import re
from datetime import date

import pypdfium2
import pytest

from dispenser.app.risk_file import risk_file
from dispenser.web.i18n import Texts
from dispenser.web.risk_model import risk_model
from dispenser.web.risk_paper import Edition, risk_html, risk_pdf
from hal.driver import CONTRACT_VERSION, DriverInfo
from hal.drivers.opcua import build
from hal.plugins import Plugin, PluginState

EDITION = Edition("dosisfleet 0.1.0", date(2026, 11, 22))


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def said(language: str) -> list[str]:
    """Everything that the file must say."""
    model = risk_model(risk_file(), Texts(language))
    hazards = [
        text
        for one in model.hazards
        for text in (one.id, one.what, one.harm, one.severity, *one.causes, *one.controls, *one.tests, one.residual)
    ]
    checks = [text for one in model.checks for text in (one.id, one.holds, one.where, *one.functions, *one.faults)]
    codes = [
        text for one in model.checks for code in one.codes for text in (code.id, code.text, code.stops, code.source)
    ]
    return [*hazards, *checks, *codes]


@pytest.mark.parametrize("language", ["da", "en"])
def test_paper_says_everything_and_numbers_its_pages(language: str) -> None:
    pdf = risk_pdf(risk_model(risk_file(), Texts(language)), EDITION, Texts(language))
    pages = pages_of(pdf)
    words = {"da": ("Risikofil", "side"), "en": ("Risk file", "page")}[language]
    for number, page in enumerate(pages, start=1):
        assert f"{words[0]} - dosisfleet 0.1.0 - " in page
        assert re.search(rf"{words[1]} {number} \w+ {len(pages)}\b", page)
    whole = squeezed("".join(re.sub(rf"{words[0]} - dosisfleet .*", "", page) for page in pages))
    assert [text for text in said(language) if squeezed(text) not in whole] == []
    assert "2026" in pages[0]


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_page_says_everything_and_needs_no_other_file(language: str) -> None:
    texts = Texts(language)
    page = risk_html(risk_model(risk_file(), texts), EDITION, texts)
    assert f'<html lang="{language}">' in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "url(" not in page
    assert "@import" not in page
    assert "{" in re.findall(r"<style>(.*?)</style>", page, re.DOTALL)[0]
    shown = squeezed(page.replace("&#39;", "'").replace("&#34;", '"').replace("&lt;", "<").replace("&amp;", "&"))
    assert [text for text in said(language) if squeezed(text) not in shown] == []
    assert "dosisfleet 0.1.0" in page


def test_the_same_file_gives_the_same_bytes() -> None:
    texts = Texts("da")
    model = risk_model(risk_file(), texts)
    assert risk_pdf(model, EDITION, texts) == risk_pdf(model, EDITION, texts)


def test_every_link_in_the_file_leads_somewhere() -> None:
    texts = Texts("en")
    page = risk_html(risk_model(risk_file(), texts), EDITION, texts)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'\bid="([^"]+)"', page))


def test_every_check_is_tied_to_hazards_and_codes() -> None:
    file = risk_file()
    for entry in file.checks:
        assert entry.hazards, entry.check.id
        assert entry.codes, entry.check.id
        assert len(entry.codes) == len({code.id for code in entry.codes})
        assert entry.holds.english == entry.check.holds


def test_every_installed_driver_is_told_with_its_state() -> None:
    info = DriverInfo("acme", CONTRACT_VERSION, ("acme",), build)
    plugins = [
        Plugin("acme", "acme:DRIVER", PluginState.USABLE, info, ""),
        *(Plugin(state.value, "x:Y", state, None, "why") for state in PluginState if state is not PluginState.USABLE),
    ]
    for language, usable in (("da", "kan bruges"), ("en", "can be used")):
        drivers = risk_model(risk_file(), Texts(language), (), plugins).drivers
        assert [(one.name, one.is_usable) for one in drivers] == [
            ("acme", True),
            *((state.value, False) for state in PluginState if state is not PluginState.USABLE),
        ]
        assert (drivers[0].state, drivers[0].schemes, drivers[0].detail) == (usable, ("acme",), "")
        assert len({one.state for one in drivers}) == len(PluginState)
