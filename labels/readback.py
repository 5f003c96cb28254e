"""Read the symbols and the text of a finished label PDF back, out of the very bytes that go to the printer."""

import base64
import re
import threading
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

import pypdfium2

from labels.barcode import Bitmap, read_bitmap
from labels.errors import ReadbackError, SymbolError

_HYPHEN: Final = "\ufffe"
"""What PDFium gives for a hyphen at the end of a line, and for the end of that line."""
_ONE_AT_A_TIME: Final = threading.Lock()
"""PDFium is not made for several threads, whatever documents they read."""

_STREAM = re.compile(rb"/Filter \[ /ASCII85Decode /FlateDecode \] /Length \d+\n>>\nstream\n(.*?)endstream", re.DOTALL)
_IMAGE = re.compile(rb"BI /W (\d+) /H (\d+) /BPC 1 /CS /G /F /AHx ID\n([0-9a-f]+)>\nEI")


def read_back(pdf: bytes) -> tuple[str, ...]:
    """Return the element string of every label page of `pdf`, in page order.

    Raises:
        SymbolError: a page's symbol cannot be read, or is no GS1 DataMatrix.
    """
    return tuple(read_bitmap(bitmap) for bitmap in _bitmaps(pdf))


def require_lines(pdf: bytes, pages: Sequence[Sequence[str]]) -> None:
    """Return when each page of `pdf` says exactly its lines of `pages`, in their order; a page may have wrapped them.

    Raises:
        ReadbackError: a page says something else, or there are more or fewer pages.
    """
    read = read_text(pdf)
    if len(read) != len(pages):
        message = f"{len(read)} pages instead of {len(pages)}"
        raise ReadbackError(message)
    for number, (said, lines) in enumerate(zip(read, pages, strict=True), start=1):
        wrong = _first_difference(said, lines)
        if wrong is not None:
            message = f"line {wrong} of page {number} does not read back as it was to be printed"
            raise ReadbackError(message)


def read_text(pdf: bytes) -> tuple[tuple[str, ...], ...]:
    """Return the lines of text on every page of `pdf`, from the top.

    Raises:
        ReadbackError: no PDF that can be read.
    """
    try:
        with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
            return tuple(_text_of(document, page) for page in range(len(document)))
    except pypdfium2.PdfiumError as error:
        message = f"the document cannot be read back: {error}"
        raise ReadbackError(message) from error


def _text_of(document: pypdfium2.PdfDocument, number: int) -> tuple[str, ...]:
    page = document[number]
    text = page.get_textpage()
    try:
        said = str(text.get_text_range())
    finally:
        text.close()
        page.close()
    return tuple(said.replace(_HYPHEN, "-\r\n").split("\r\n"))


def _first_difference(said: Sequence[str], lines: Sequence[str]) -> int | None:
    """Return the number of the first of `lines` that the page does not say next, None when it says all and no more."""
    rest = iter(said)
    for number, line in enumerate(lines, start=1):
        wanted, read = _close(line), ""
        while len(read) < len(wanted):
            more = next(rest, None)
            if more is None:
                return number
            read += _close(more)
        if read != wanted:
            return number
    return None if next(rest, None) is None else len(lines) + 1


def _close(text: str) -> str:
    """Return `text` without the spaces, at which a page may have wrapped it."""
    return "".join(text.split())


def _bitmaps(pdf: bytes) -> Iterator[Bitmap]:
    for stream in _STREAM.finditer(pdf):
        try:
            content = zlib.decompress(base64.a85decode(stream.group(1).strip().removesuffix(b"~>")))
        except (ValueError, zlib.error) as error:
            message = f"a page cannot be read back: {error}"
            raise SymbolError(message) from error
        for image in _IMAGE.finditer(content):
            width, height, digits = image.groups()
            if width != height:
                raise SymbolError("a symbol is not square")
            yield Bitmap(int(width), bytes.fromhex(digits.decode("ascii")))
