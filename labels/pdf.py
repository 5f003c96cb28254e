"""Labels, batch records and other papers as PDF, with ReportLab; the same content always gives the same bytes."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from labels import layout, record, tables
from labels.barcode import Bitmap, symbol_bitmap
from labels.content import LabelContent
from labels.errors import SymbolError
from labels.layout import MM_PER_POINT, Box, PlacedText
from labels.readback import read_back, require_lines
from labels.record import RecordContent
from labels.tables import Foot, Table

MODULE_MM = 0.5
"""Side of one module: four dots at 203 dpi, inside the GS1 range for pharmacies (0.254-0.990 mm)."""
_CACHED_WORDS = 65_536


@dataclass(frozen=True, slots=True)
class Fonts:
    """File names of two TrueType faces, as ReportLab finds them (its own folder, the system's, or a full path)."""

    regular: str
    bold: str


VERA: Final = Fonts("Vera.ttf", "VeraBd.ttf")
"""Bitstream Vera ships with ReportLab: Western European, Croatian, Turkish and some Polish and Czech letters."""


class _Face:
    """A pair of registered faces that can measure, tell what it covers, and draw."""

    def __init__(self, fonts: Fonts) -> None:
        self._names = {False: fonts.regular, True: fonts.bold}
        self._glyphs: dict[bool, frozenset[int]] = {}
        for bold, name in self._names.items():
            font = TTFont(name, name)
            pdfmetrics.registerFont(font)
            self._glyphs[bold] = frozenset(font.face.charToGlyph)
        self.width: Callable[[str, bool], float] = lru_cache(_CACHED_WORDS)(self._width)

    def _width(self, text: str, bold: bool) -> float:  # noqa: FBT001 - the shape of layout.Measure
        return float(pdfmetrics.stringWidth(text, self._names[bold], 1))

    def covers(self, character: str, bold: bool) -> bool:  # noqa: FBT001 - the shape of layout.Covers
        return ord(character) in self._glyphs[bold]

    def draw(self, canvas: Canvas, texts: Iterable[PlacedText]) -> None:
        for text in texts:
            canvas.setFont(self._names[text.bold], text.points)
            canvas.drawString(text.x / MM_PER_POINT, text.y / MM_PER_POINT, text.text)


@lru_cache(8)
def _face(fonts: Fonts) -> _Face:
    return _Face(fonts)


def print_labels(labels: Iterable[LabelContent], fonts: Fonts = VERA) -> bytes:
    """Return a PDF with one 70 x 75 mm page per label; every symbol and line in it has been read back and compared.

    Raises:
        GlyphError: a character that the font does not have.
        LayoutError: a label that does not fit its page.
        ReadbackError: a page that does not say what its label says.
        SymbolError: a symbol that is not a pouch's, or that does not read back as it should.
    """
    face = _face(fonts)
    output = io.BytesIO()
    canvas = _canvas(output, layout.PAGE_WIDTH, layout.PAGE_HEIGHT)
    printed: list[LabelContent] = []
    for label in labels:
        placed = layout.lay_out(label, face.width, face.covers)
        face.draw(canvas, placed.texts)
        canvas.addLiteral(_image(symbol_bitmap(label.symbol), placed.symbol))
        canvas.showPage()
        printed.append(label)
    canvas.save()
    pdf = output.getvalue()
    if read_back(pdf) != tuple(label.symbol for label in printed):
        raise SymbolError("the printed symbols do not read back as ordered")
    if printed:
        # A document without pages cannot be opened: there is nothing to read in it.
        require_lines(pdf, [label.lines for label in printed])
    return pdf


def print_record(content: RecordContent, fonts: Fonts = VERA) -> bytes:
    """Return the batch record as a PDF of A4 pages.

    Raises:
        GlyphError: a character that the font does not have.
        LayoutError: a number too wide for its column.
    """
    face = _face(fonts)
    pages = record.lay_out_record(content, face.width, face.covers)
    return _paper(f"Batchjournal {content.batch_id}", pages, face)


def print_tables(title: str, content: Sequence[Table], foot: Foot, fonts: Fonts = VERA) -> bytes:
    """Return tables as a PDF of A4 pages, each with its `foot`.

    Raises:
        GlyphError: a character that the font does not have.
        LayoutError: a number too wide for its column.
    """
    face = _face(fonts)
    return _paper(title, tables.lay_out_tables(content, face.width, face.covers, foot), face)


def _paper(title: str, pages: Iterable[Iterable[PlacedText]], face: _Face) -> bytes:
    output = io.BytesIO()
    canvas = _canvas(output, tables.PAGE_WIDTH, tables.PAGE_HEIGHT)
    canvas.setTitle(title)
    for page in pages:
        face.draw(canvas, page)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def _canvas(output: io.BytesIO, width: float, height: float) -> Canvas:
    size = (width / MM_PER_POINT, height / MM_PER_POINT)
    return Canvas(output, pagesize=size, pageCompression=1, invariant=1)


def _image(bitmap: Bitmap, box: Box) -> str:
    """Return the PDF operations that draw `bitmap` into `box`, with a quiet zone of at least one module."""
    side = _side(bitmap, box) / MM_PER_POINT
    x = (box.x + box.width) / MM_PER_POINT - side
    y = box.y / MM_PER_POINT
    head = f"BI /W {bitmap.modules} /H {bitmap.modules} /BPC 1 /CS /G /F /AHx ID"
    return f"q {side:.4f} 0 0 {side:.4f} {x:.4f} {y:.4f} cm\n{head}\n{bitmap.rows.hex()}>\nEI Q"


def _side(bitmap: Bitmap, box: Box) -> float:
    return min(bitmap.modules * MODULE_MM, box.width - 2 * MODULE_MM)
