"""Tables on A4 pages: every cell is wrapped to its column, none is cut, and pages are numbered if asked; pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from labels.errors import LayoutError
from labels.layout import MM_PER_POINT, Covers, Measure, PlacedText, chunks, require_glyphs, take

PAGE_WIDTH = 210.0
PAGE_HEIGHT = 297.0
MARGIN = 15.0
ROOM = PAGE_WIDTH - 2 * MARGIN
"""Width in millimetres that the columns of a table share."""
POINTS = 9.0
_LINE = POINTS * MM_PER_POINT * 1.3
_GUTTER = 3.0
_FOOT = MARGIN / 2
"""Where the baseline of the page's foot stands."""


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table: widths of its columns in millimetres, and rows of as many cells."""

    title: str
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]


Foot = Callable[[int, int], str]
"""What stands under a page: given its number and how many there are."""


def lay_out_tables(
    tables: Sequence[Table], measure: Measure, covers: Covers, foot: Foot | None = None
) -> tuple[tuple[PlacedText, ...], ...]:
    """Return the pages with `tables` as placed texts in millimetres.

    Raises:
        GlyphError: a character that the font does not have.
        LayoutError: a number too wide for its column.
    """
    pages: list[list[PlacedText]] = [[]]
    y = PAGE_HEIGHT - MARGIN
    for height, row in _rows(tables, measure, covers):
        if y - height < MARGIN:
            pages.append([])
            y = PAGE_HEIGHT - MARGIN
        pages[-1].extend(PlacedText(text.text, text.x, y + text.y, text.points, text.bold) for text in row)
        y -= height
    if foot is not None:
        for number, page in enumerate(pages, start=1):
            text = foot(number, len(pages))
            require_glyphs(text, covers, bold=False)
            page.append(PlacedText(text, MARGIN, _FOOT, POINTS, bold=False))
    return tuple(tuple(page) for page in pages)


def _rows(tables: Sequence[Table], measure: Measure, covers: Covers) -> Iterator[tuple[float, list[PlacedText]]]:
    """Yield every row as its height and its texts, `y` relative to the row's top; a title stays with its first row."""
    for table in tables:
        title = _title(table.title, measure, covers)
        first = _row(table.rows[0], table.widths, measure, covers) if table.rows else (0.0, [])
        height = title[0] + first[0]
        lowered = [PlacedText(text.text, text.x, text.y - title[0], text.points, text.bold) for text in first[1]]
        yield height, [*title[1], *lowered]
        for row in table.rows[1:]:
            yield _row(row, table.widths, measure, covers)


def _title(title: str, measure: Measure, covers: Covers) -> tuple[float, list[PlacedText]]:
    require_glyphs(title, covers, bold=True)
    points = POINTS + 2
    lines = _wrap(title, ROOM / (points * MM_PER_POINT), lambda text: measure(text, True))  # noqa: FBT003 - bold
    texts = [PlacedText(line, MARGIN, -(index + 1.5) * _LINE, points, bold=True) for index, line in enumerate(lines)]
    return (len(lines) + 1) * _LINE, texts


def _row(
    cells: Sequence[str], widths: Sequence[float], measure: Measure, covers: Covers
) -> tuple[float, list[PlacedText]]:
    texts: list[PlacedText] = []
    deepest = 1
    x = MARGIN
    for cell, width in zip(cells, widths, strict=True):
        require_glyphs(cell, covers, bold=False)
        room = (width - _GUTTER) / (POINTS * MM_PER_POINT)
        lines = _wrap(cell, room, lambda text: measure(text, False))  # noqa: FBT003 - the bold flag of Measure
        texts.extend(PlacedText(line, x, -(index + 1) * _LINE, POINTS, bold=False) for index, line in enumerate(lines))
        deepest = max(deepest, len(lines))
        x += width
    return deepest * _LINE, texts


def _wrap(cell: str, room: float, width: Callable[[str], float]) -> list[str]:
    lines: list[str] = []
    rest = chunks(cell) if cell else []
    while rest:
        text, rest = take(rest, room, width)
        if not text:
            message = f"{rest[0]!r} is too wide for its column"
            raise LayoutError(message)
        lines.append(text)
    return lines
