"""Pouches in a report as the camera saw them: what `simulator.picture` draws, on paper."""

from collections.abc import Iterable, Mapping
from typing import Final, cast

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from simulator.account import PouchAccount
from simulator.drop import Piece
from simulator.orders import QUARTERS
from simulator.products import Product, default_product

_WIDTH: Final = 30 * mm
_HEIGHT: Final = 26 * mm
_LABEL: Final = 5 * mm
_EDGE: Final = 2 * mm
_SCALE: Final = 0.4
"""Paper to steel."""
_HUNDREDTH: Final = mm / 100 * _SCALE
_PAPER: Final = colors.HexColor("#e8e8e8")
_INK: Final = colors.HexColor("#222233")
_RIM: Final = colors.HexColor("#777766")


class PouchPicture(Flowable):
    """One pouch: its tablets where they lie, and the symbol if it can be read."""

    def __init__(self, pouch: PouchAccount, looks: Mapping[str, Product]) -> None:
        super().__init__()
        self._truth = pouch.truth
        self._looks = looks

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803 - ReportLab's names
        """Return its size in points."""
        return _WIDTH, _HEIGHT + 1 * mm

    def draw(self) -> None:
        """Draw on the canvas of the page."""
        canvas = self.canv
        canvas.setFillColor(_PAPER)
        canvas.setStrokeColor(_RIM)
        canvas.setLineWidth(0.4)
        canvas.roundRect(0, 0, _WIDTH, _HEIGHT, 1 * mm, fill=1)
        canvas.setFillColor(_INK)
        canvas.setFont("Vera", 5.5)
        canvas.drawString(_EDGE, _HEIGHT - _LABEL + 1 * mm, str(self._truth.get("symbol", ""))[:24])
        for piece in cast("Iterable[Piece]", self._truth.get("pieces", ())):
            self._piece(canvas, piece)

    def _piece(self, canvas: Canvas, piece: Piece) -> None:
        name, quarters, across, down, turn = piece
        look = self._looks.get(name) or default_product(name)
        half, flat = look.length / 2 * _HUNDREDTH, look.width / 2 * _HUNDREDTH
        canvas.saveState()
        canvas.translate(
            _EDGE + half + (_WIDTH - 2 * _EDGE - 2 * half) * across / 1000,
            _EDGE + half + (_HEIGHT - _LABEL - 2 * _EDGE - 2 * half) * (1000 - down) / 1000,
        )
        canvas.rotate(-turn)
        canvas.setFillColor(colors.HexColor(look.colour))
        # The part of a broken tablet is the part of its length.
        length = 2 * half * min(quarters, QUARTERS) / QUARTERS
        canvas.roundRect(-half, -flat, length, 2 * flat, min(flat, length / 2), fill=1)
        if look.imprint and quarters >= QUARTERS:
            canvas.setFillColor(_INK)
            canvas.setFont("Vera", max(2.5, flat * 0.8))
            canvas.drawCentredString(0, -flat * 0.3, look.imprint)
        canvas.restoreState()
