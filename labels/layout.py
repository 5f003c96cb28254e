"""Where everything on a label page stands: pure, in millimetres from the lower left corner.

Text is wrapped by measured widths, no more than it must be. It is never cut and never below 6.5 pt; what does not
fit is an error, and the pouch is held.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from labels.content import HEAD_LINES, LabelContent
from labels.errors import GlyphError, LayoutError

MM_PER_POINT = 25.4 / 72
PAGE_WIDTH = 70.0
PAGE_HEIGHT = 75.0
MARGIN = 2.5
SYMBOL_BOX = 12.0
"""Side of the square in the lower right corner that is the symbol's alone."""
SYMBOL_GAP = 1.0
INDENT = 2.0
"""Wrapped parts of a line are set in, so that nobody takes them for a line of their own."""
SMALLEST_POINTS = 6.5
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, SMALLEST_POINTS)
UNWRAPPED_POINTS = 7.5
"""Text is set smaller than it could be, so as not to be wrapped, down to this size only."""
LEADING = 1.15
"""Line height as a multiple of the size."""
_DESCENT = 0.25
"""Part of the size that hangs below the baseline."""

Measure = Callable[[str, bool], float]
"""Width of a text in points at a size of one point; the flag asks for the bold face."""
Covers = Callable[[str, bool], bool]
"""Whether the font has a picture for a character; the flag asks for the bold face."""

_KEEPS_NEXT = re.compile(r"[\d.,]+|kl\.")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text with its baseline's left end at (`x`, `y`) millimetres and its size in points."""

    text: str
    x: float
    y: float
    points: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in millimetres, by its lower left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class LabelLayout:
    """Everything on one label page."""

    texts: tuple[PlacedText, ...]
    symbol: Box


SYMBOL_PLACE = Box(PAGE_WIDTH - MARGIN - SYMBOL_BOX, MARGIN, SYMBOL_BOX, SYMBOL_BOX)


def lay_out(content: LabelContent, measure: Measure, covers: Covers) -> LabelLayout:
    """Return the page for `content`: the largest size without wrapping, else the largest that fits.

    Raises:
        GlyphError: a character that the font does not have.
        LayoutError: too much for the page even at 6.5 pt, or a number too wide for a line.
    """
    for index, line in enumerate(content.lines):
        require_glyphs(line, covers, bold=index < HEAD_LINES)
    fitting: tuple[PlacedText, ...] | None = None
    for points in SIZES:
        if fitting is not None and points < UNWRAPPED_POINTS:
            break
        texts = _flow(content.lines, points, measure)
        if texts is not None and len(texts) == len(content.lines):
            return LabelLayout(texts, SYMBOL_PLACE)
        fitting = fitting or texts
    if fitting is None:
        message = f"{len(content.lines)} lines do not fit the label at {SMALLEST_POINTS} pt"
        raise LayoutError(message)
    return LabelLayout(fitting, SYMBOL_PLACE)


def require_glyphs(text: str, covers: Covers, *, bold: bool) -> None:
    """Refuse a character that the font cannot print.

    Raises:
        GlyphError: names the first one.
    """
    for character in text:
        if not covers(character, bold):
            raise GlyphError(character)


def _flow(lines: Sequence[str], points: float, measure: Measure) -> tuple[PlacedText, ...] | None:
    """Return the lines set from the top at one size, or None when they need more room than there is."""
    scale = points * MM_PER_POINT
    baseline = PAGE_HEIGHT - MARGIN - scale
    placed: list[PlacedText] = []
    for index, line in enumerate(lines):
        bold = index < HEAD_LINES
        rest: list[str] = chunks(line)
        x = MARGIN
        while rest:
            if baseline - scale * _DESCENT < MARGIN:
                return None
            room = (_right_edge(baseline, scale) - x) / scale
            text, rest = take(rest, room, partial(_width, measure, bold))
            if not text:
                return None
            placed.append(PlacedText(text, x, baseline, points, bold))
            baseline -= scale * LEADING
            x = MARGIN + INDENT
    return tuple(placed)


def _width(measure: Measure, bold: bool, text: str) -> float:  # noqa: FBT001 - the shape of Measure
    return measure(text, bold)


def _right_edge(baseline: float, scale: float) -> float:
    """Return how far right a line may reach: the symbol's square keeps its quiet zone."""
    if baseline - scale * _DESCENT < SYMBOL_PLACE.y + SYMBOL_PLACE.height + SYMBOL_GAP:
        return SYMBOL_PLACE.x - SYMBOL_GAP
    return PAGE_WIDTH - MARGIN


def chunks(line: str) -> list[str]:
    """Return the parts between which a line may be broken: a number keeps the next word, `kl.` its time."""
    parts: list[str] = []
    keep = False
    for word in line.split(" "):
        if keep:
            parts[-1] = f"{parts[-1]} {word}"
            keep = False
        else:
            parts.append(word)
            keep = _KEEPS_NEXT.fullmatch(word) is not None
    return parts


def take(parts: list[str], room: float, width: Callable[[str], float]) -> tuple[str, list[str]]:
    """Return what of `parts` fits in `room` as one text, and the parts that are left.

    A single word wider than the room is broken between letters; one with a digit in it never is: the text is then
    empty and nothing is taken.
    """
    text = ""
    for index, part in enumerate(parts):
        longer = f"{text} {part}" if text else part
        if width(longer) > room:
            if text:
                return text, parts[index:]
            return _split(parts, room, width)
        text = longer
    return text, []


def _split(parts: list[str], room: float, width: Callable[[str], float]) -> tuple[str, list[str]]:
    word = parts[0]
    if _DIGIT.search(word):
        return "", parts
    fitting = max((count for count in range(1, len(word)) if width(word[:count]) <= room), default=0)
    return word[:fitting], [word[fitting:], *parts[1:]] if fitting else parts
