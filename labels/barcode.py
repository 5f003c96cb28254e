"""GS1 DataMatrix symbols as one-bit pictures: drawn and read by zxing-cpp.

ReportLab's own encoder is not used: it writes no FNC1 and adds a NUL byte.
"""

from dataclasses import dataclass
from typing import cast

import zxingcpp

from labels.errors import SymbolError
from labels.symbol import SYMBOLOGY, parse_symbol

_BITS = 8
_FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix)


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A square picture: `modules` rows of whole bytes, most significant bit left, 0 is black."""

    modules: int
    rows: bytes


def symbol_bitmap(payload: str) -> Bitmap:
    """Return the DataMatrix of a GS1 element string, one bit per module, without quiet zone.

    Raises:
        SymbolError: not the element string of a pouch; the encoder itself takes a wrong check digit.
    """
    parse_symbol(payload)
    barcode = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    # The picture offers the buffer protocol, which its type information leaves out.
    image = memoryview(cast("bytes", barcode.to_image(scale=1, add_quiet_zones=False)))
    modules = len(image)
    pixels = image.tobytes()
    rows = (pixels[row * modules : (row + 1) * modules] for row in range(modules))
    return Bitmap(modules, b"".join(_packed(row) for row in rows))


def read_bitmap(bitmap: Bitmap) -> str:
    """Return the element string that a scanner reads in `bitmap`.

    Raises:
        SymbolError: unreadable, or readable but not as GS1 DataMatrix.
    """
    stride = -(-bitmap.modules // _BITS)
    pixels = bytearray()
    for row in range(bitmap.modules):
        bits = int.from_bytes(bitmap.rows[row * stride : (row + 1) * stride], "big")
        pixels += bytes(255 * (bits >> (stride * _BITS - 1 - column) & 1) for column in range(bitmap.modules))
    image = memoryview(bytes(pixels)).cast("B", shape=(bitmap.modules, bitmap.modules))
    found = zxingcpp.read_barcodes(image, formats=_FORMATS, is_pure=True)
    if len(found) != 1 or not found[0].valid:
        raise SymbolError("the symbol cannot be read back")
    if found[0].symbology_identifier != SYMBOLOGY:
        message = f"the symbol reads as {found[0].symbology_identifier}, not as GS1 DataMatrix"
        raise SymbolError(message)
    return found[0].text


def _packed(row: bytes) -> bytes:
    stride = -(-len(row) // _BITS)
    bits = 0
    for pixel in row:
        bits = bits << 1 | (pixel > 0)
    return (bits << (stride * _BITS - len(row))).to_bytes(stride, "big")
