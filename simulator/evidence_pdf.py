"""Evidence as PDF for the file of a validation: what was run, every verdict with both sides, pouches, signatures.

The same runs give the same bytes: no clock, no chance, fonts that come with ReportLab.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from typing import Final

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from simulator.account import PouchAccount
from simulator.evidence import AlarmTold, Exhibit, Origin, evidence_digest
from simulator.evidence_pages import numbered
from simulator.evidence_picture import PouchPicture
from simulator.evidence_words import both, read_this
from simulator.products import Product

_REGULAR: Final = "Vera"
_BOLD: Final = "VeraBd"
_WIDTH: Final = A4[0] - 36 * mm
_ALARMS: Final = (42 * mm, None, None)
_GREY: Final = colors.HexColor("#666666")
_LINE: Final = colors.HexColor("#bbbbbb")
_GOOD: Final = colors.HexColor("#14663b")
_BAD: Final = colors.HexColor("#a3161a")
_SIGNERS: Final = ("Udført af / Executed by", "Kontrolleret af / Reviewed by", "Godkendt af / Approved by")


def pdf(exhibits: Sequence[Exhibit], origin: Origin) -> bytes:
    """Return the report: a page of what was run, then each run, then lines to sign on."""
    _fonts()
    output = io.BytesIO()
    document = BaseDocTemplate(
        output,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title="Simulator evidence",
        author="dispenser-sim",
        invariant=1,
    )
    frame = Frame(document.leftMargin, document.bottomMargin, document.width, document.height, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("page", [frame]))
    story: list[Flowable] = [*_first(exhibits, origin)]
    for exhibit in exhibits:
        story += _exhibit(exhibit)
    digest = evidence_digest(exhibits)
    foot = numbered(_REGULAR, f"dispenser-sim {origin.version}, {origin.commit}", origin.date)
    document.build([*story, KeepTogether(_signatures(exhibits, digest))], canvasmaker=foot)
    return output.getvalue()


def _first(exhibits: Sequence[Exhibit], origin: Origin) -> Iterable[Flowable]:
    yield Paragraph("Dokumentation fra simulatoren / Simulator evidence", _style("h1"))
    yield Paragraph(
        "Alt på disse sider er fra simulerede maskiner; ingen rigtig maskine blev kørt. "
        "Everything on these pages is from simulated machines; no real machine was driven.",
        _style("small"),
    )
    yield Spacer(1, 3 * mm)
    yield _pairs(
        (
            ("version", origin.version),
            ("commit", origin.commit),
            ("dato / date" if origin.is_dated else "dag på maskinens ur / day on the machine's clock", origin.date),
            *_outcome(exhibits, evidence_digest(exhibits)),
        )
    )
    yield _judged(passed=all(exhibit.passed for exhibit in exhibits))
    yield Spacer(1, 1.5 * mm)
    for text in read_this(exhibits, origin):
        yield Paragraph(escape(text), _style("bold" if text.startswith("OBS") else "body"))
    yield Spacer(1, 4 * mm)
    rows = [
        [
            _cell("kørsel / run", "bold"),
            _cell("viser / shows", "bold"),
            _cell("opfyldt / met", "bold"),
            _cell("", "bold"),
        ]
    ]
    for exhibit in exhibits:
        good = sum(verdict.passed for verdict in exhibit.verdicts)
        shows = f"{exhibit.title_da} / {exhibit.title_en}" if exhibit.title_da else exhibit.title_en
        rows.append(
            [
                _cell(exhibit.name),
                _cell(shows),
                _cell(f"{good} / {len(exhibit.verdicts)}"),
                _judged(passed=exhibit.passed),
            ]
        )
    yield _table(rows, (46 * mm, None, 28 * mm, 22 * mm))
    yield Spacer(1, 6 * mm)


def _outcome(exhibits: Sequence[Exhibit], digest: str) -> tuple[tuple[str, str], ...]:
    passed = sum(exhibit.passed for exhibit in exhibits)
    return (
        ("kørsler / runs", str(len(exhibits))),
        ("bestået / passed", str(passed)),
        ("ikke bestået / failed", str(len(exhibits) - passed)),
        ("fingeraftryk af alt / digest of all", digest),
    )


def _exhibit(exhibit: Exhibit) -> Iterable[Flowable]:
    heading: list[Flowable] = [
        Paragraph(escape(f"{exhibit.title_da} / {exhibit.title_en}"), _style("h2")),
        Paragraph(escape(f"{exhibit.about_da} / {exhibit.about_en}".strip(" /")), _style("body")),
        _judged(passed=exhibit.passed),
        Spacer(1, 1.5 * mm),
        _pairs(
            (
                ("kørsel / run", exhibit.name),
                *((both(name), both(value)) for name, value in exhibit.facts),
                ("virtuel tid / virtual time", f"{exhibit.elapsed_ms} ms"),
                *((both(name), str(count)) for name, count in exhibit.counts),
            )
        ),
        Spacer(1, 2 * mm),
    ]
    yield KeepTogether(heading)
    rows = [[_cell(word, "bold") for word in ("krav / requirement", "ventet / expected", "fundet / found", "")]]
    rows += [
        [
            _cell(both(one.name)),
            _cell(_short(both(one.expected))),
            _cell(_short(both(one.found))),
            _judged(passed=one.passed),
        ]
        for one in exhibit.verdicts
    ]
    yield _table(rows, (42 * mm, None, None, 22 * mm))
    if exhibit.alarms:
        yield Spacer(1, 2 * mm)
        yield _table(
            [[_cell(word, "bold") for word in ("alarm", "", "gør / do")], *map(_alarm, exhibit.alarms)], _ALARMS
        )
    if exhibit.pouches:
        yield Spacer(1, 2 * mm)
        yield Paragraph("Poser det drejer sig om / Pouches in question", _style("lead"))
        yield _pouches(exhibit.pouches, {one.id: one for one in exhibit.products})
    yield Spacer(1, 6 * mm)


def _alarm(alarm: AlarmTold) -> list[Flowable]:
    return [
        _cell(alarm.code),
        _cell(f"{alarm.text_da} / {alarm.text_en}"),
        _cell(f"{alarm.steps_da} / {alarm.steps_en}"),
    ]


def _pouches(pouches: Sequence[PouchAccount], looks: Mapping[str, Product]) -> Table:
    rows: list[list[Flowable]] = [
        [_cell(word, "bold") for word in ("", "pose / pouch", "talt / counted", "sandt / true")]
    ]
    for one in pouches:
        english = f"order {one.order}, pouch {one.pouch}, film {one.film}"
        place = f"opgave {one.order}, pose {one.pouch}, film {one.film} / {english}"
        about = f"{place}: {both(f'{one.outcome}: {one.reason}' if one.reason else one.outcome)}"
        rows.append([PouchPicture(one, looks), _cell(about), _cell(_contents(one.counted)), _cell(_contents(one.true))])
    return _table(rows, (34 * mm, None, 40 * mm, 40 * mm))


def _contents(contents: object) -> str:
    items = contents.items() if isinstance(contents, dict) else ()
    return ", ".join(f"{product}: {quarters / 4:g}" for product, quarters in sorted(items)) or "-"


def _signatures(exhibits: Sequence[Exhibit], digest: str) -> list[Flowable]:
    cells = [[_cell(who), "", ""] for who in _SIGNERS]
    table = Table(
        [
            [_cell("", "bold"), _cell("navn / name", "bold"), _cell("dato, underskrift / date, signature", "bold")],
            *cells,
        ],
        (46 * mm, (_WIDTH - 46 * mm) / 2, (_WIDTH - 46 * mm) / 2),
        [None, 12 * mm, 12 * mm, 12 * mm],
    )
    table.setStyle(TableStyle([("LINEBELOW", (1, 1), (-1, -1), 0.5, _GREY), ("VALIGN", (0, 1), (-1, -1), "BOTTOM")]))
    return [
        Paragraph("Underskrifter / Signatures", _style("h2")),
        _pairs(_outcome(exhibits, digest)),
        Spacer(1, 3 * mm),
        table,
    ]


# -- Small parts -------------------------------------------------------------------------------------------------


def _pairs(pairs: Iterable[tuple[str, str]]) -> Table:
    return _table([[_cell(name, "small"), _cell(value)] for name, value in pairs], (46 * mm, None), has_head=False)


def _table(rows: Sequence[Sequence[Flowable]], widths: Sequence[float | None], *, has_head: bool = True) -> Table:
    left = _WIDTH - sum(width for width in widths if width is not None)
    share = left / max(1, sum(width is None for width in widths))
    table = Table(
        [list(row) for row in rows],
        [share if width is None else width for width in widths],
        repeatRows=1 if has_head else 0,
    )
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.25, _LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 1.2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.8),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return table


def _judged(*, passed: bool) -> Paragraph:
    return _cell("bestået / pass" if passed else "FEJL / FAIL", "good" if passed else "bad")


def _short(text: str, most: int = 600) -> str:
    return text if len(text) <= most else f"{text[:most]} ..."


def _cell(text: str, style: str = "body") -> Paragraph:
    # Long words, digests above all, break where the column ends.
    return Paragraph(escape(text), _style(style))


@cache
def _style(name: str) -> ParagraphStyle:
    font, size, color = {
        "h1": (_BOLD, 15, colors.black),
        "h2": (_BOLD, 10.5, colors.black),
        "bold": (_BOLD, 7.5, colors.black),
        "lead": (_BOLD, 7.5, colors.black),
        "small": (_REGULAR, 7.5, _GREY),
        "good": (_REGULAR, 7.5, _GOOD),
        "bad": (_BOLD, 7.5, _BAD),
    }.get(name, (_REGULAR, 7.5, colors.black))
    after = 3 if name in {"h1", "h2"} else 0
    return ParagraphStyle(
        name,
        fontName=font,
        fontSize=size,
        leading=size * 1.3,
        textColor=color,
        spaceAfter=after,
        splitLongWords=1,
        keepWithNext=int(name in {"h2", "lead"}),
    )


@cache
def _fonts() -> None:
    for name in (_REGULAR, _BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
