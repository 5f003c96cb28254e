"""The risk file to keep: one page that needs no other file, and A4 pages; both carry version and date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from dispenser.web.i18n import Texts
from dispenser.web.panel.render import environment
from dispenser.web.risk_model import CheckModel, HazardModel, RiskModel
from dispenser.web.static_files import static_files
from labels.pdf import print_tables
from labels.tables import ROOM, Table

_MATRIX: Final = (16.0, 94.0, 18.0, 36.0, 16.0)
_DETAIL: Final = (32.0, ROOM - 32.0)


@dataclass(frozen=True, slots=True)
class Edition:
    """What the file is of: product with version, and the civil date that stands on it."""

    version: str
    day: date


def risk_html(model: RiskModel, edition: Edition, texts: Texts) -> str:
    """Return the risk file as one page of HTML that needs no other file."""
    template = environment().get_template("risk_file.html")
    sheets = "\n".join(static_files()[name].content.decode() for name in ("risk-file.css", "risk.css"))
    style = Markup(f"<style>\n{sheets}</style>")  # noqa: S704 - our own files, the same in every copy of the product
    return template.render(page=model, edition=edition, day=texts.day(edition.day), t=texts.t, texts=texts, style=style)


def risk_pdf(model: RiskModel, edition: Edition, texts: Texts) -> bytes:
    """Return the risk file as a PDF of A4 pages: nothing is cut, every page is numbered.

    Raises:
        GlyphError: a character that the font does not have.
        LayoutError: a number too wide for its column.
    """
    name = texts.t("Risk file")
    title, day = f"{name} - {edition.version}", texts.day(edition.day)

    def foot(number: int, pages: int) -> str:
        page = texts.t("page {number} of {pages}", number=number, pages=pages)
        return f"{title} - {day} - {page}"

    return print_tables(title, tuple(_tables(model, edition.version, day, texts)), foot)


def _tables(model: RiskModel, version: str, day: str, texts: Texts) -> Iterator[Table]:
    t = texts.t
    yield Table(t("Risk file"), _DETAIL, ((t("Product"), version), (t("Date"), day)))
    head = (t("Hazard"), "", t("Severity"), t("Checks"), t("Tests"))
    rows = ((one.id, one.what, one.severity, ", ".join(one.checks), str(len(one.tests))) for one in model.hazards)
    yield Table(t("Hazards"), _MATRIX, (head, *rows))
    for hazard in model.hazards:
        yield Table(f"{hazard.id} {hazard.what}", _DETAIL, tuple(_hazard(hazard, texts)))
    for check in model.checks:
        yield Table(f"{check.id} {check.holds}", _DETAIL, tuple(_check(check, texts)))


def _hazard(hazard: HazardModel, texts: Texts) -> Iterator[tuple[str, str]]:
    t = texts.t
    yield t("Harm"), hazard.harm
    yield t("Severity"), hazard.severity
    yield from ((t("Cause"), cause) for cause in hazard.causes)
    yield from ((t("Control"), control) for control in hazard.controls)
    yield t("Checks"), ", ".join(hazard.checks)
    yield from ((t("Test"), _breakable(test)) for test in hazard.tests)
    yield t("What is left"), hazard.residual


def _check(check: CheckModel, texts: Texts) -> Iterator[tuple[str, str]]:
    t = texts.t
    yield t("Hazards"), ", ".join(check.hazards)
    yield t("Looked at"), check.where
    yield t("Done by"), ", ".join(check.functions)
    for code in check.codes:
        who = t("overridden by {who}", who=code.who)
        yield code.id, f"{code.text} [{code.stops}; {who}; {code.source}]"
    yield t("Seeded faults"), ", ".join(check.faults) or "-"


def _breakable(test: str) -> str:
    """Return the name of a test so that it can be wrapped between its parts."""
    return test.replace("/", "/ ").replace("::", " :: ")
