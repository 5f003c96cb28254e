"""Read the symbols of a finished label PDF back, out of the very bytes that go to the printer."""

import base64
import re
import zlib
from collections.abc import Iterator

from labels.barcode import Bitmap, read_bitmap
from labels.errors import SymbolError

_STREAM = re.compile(rb"/Filter \[ /ASCII85Decode /FlateDecode \] /Length \d+\n>>\nstream\n(.*?)endstream", re.DOTALL)
_IMAGE = re.compile(rb"BI /W (\d+) /H (\d+) /BPC 1 /CS /G /F /AHx ID\n([0-9a-f]+)>\nEI")


def read_back(pdf: bytes) -> tuple[str, ...]:
    """Return the element string of every label page of `pdf`, in page order.

    Raises:
        SymbolError: a page's symbol cannot be read, or is no GS1 DataMatrix.
    """
    return tuple(read_bitmap(bitmap) for bitmap in _bitmaps(pdf))


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
