"""The foot of every page of evidence: with what it was made, the date, which page of how many."""

from collections.abc import Callable
from typing import Any, Final

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

_GREY: Final = colors.HexColor("#666666")
_EDGE: Final = 18 * mm


def numbered(font: str, left: str, right: str) -> Callable[..., Canvas]:
    """Return what makes a canvas whose pages bear `left`, `right`, and their number with that of all pages."""

    class Numbered(Canvas):
        """How many pages there are is known when the last one is done, so all of them wait until then."""

        def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - the library's own
            super().__init__(*arguments, **options)
            self._waiting: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - the library's name
            """Keep a page."""
            self._waiting.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]  # the stubs leave it out

        def save(self) -> None:
            """Write all pages, each with its foot."""
            for number, page in enumerate(self._waiting, start=1):
                self.__dict__.update(page)
                self.setFont(font, 7)
                self.setFillColor(_GREY)
                self.drawString(_EDGE, 10 * mm, left)
                self.drawRightString(A4[0] - _EDGE, 10 * mm, f"{right}   {number} / {len(self._waiting)}")
                super().showPage()
            super().save()

    return Numbered
