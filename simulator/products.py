"""What tablets look like: shape, colour, imprint and size, as a fleet file says or as follows from the product id."""

import hashlib
from dataclasses import dataclass
from typing import Final

SHAPES: Final = ("round", "oblong", "capsule")
COLOURS: Final = ("#f4f1e8", "#f2d9a0", "#e9b7b0", "#b9d3e6", "#c9dfbd", "#d9c6e3")
_TEXTS: Final = ("id", "shape", "colour", "imprint")
_SIZES: Final = ("length", "width", "height")
_LARGEST: Final = 4_000


class ProductError(ValueError):
    """A product's table that cannot be used; the text says what."""


@dataclass(frozen=True, slots=True)
class Product:
    """One tablet or capsule. `colour` is #rrggbb; sizes are hundredths of a millimetre."""

    id: str
    shape: str
    colour: str
    imprint: str
    length: int
    width: int
    height: int

    @property
    def passing_ms(self) -> int:
        """How long it takes to pass the sensor, in milliseconds: its length at a metre and a half a second."""
        return 2 + self.length // 150


def default_product(product: str) -> Product:
    """Return a look that is always the same for this product id."""
    draw = hashlib.sha256(product.encode()).digest()
    shape = SHAPES[draw[0] % len(SHAPES)]
    length = 600 + draw[1] * 2 + (500 if shape != "round" else 0)
    width = length if shape == "round" else length * 9 // 20
    imprint = product[-2:] if draw[2] % 3 else ""
    return Product(product, shape, COLOURS[draw[3] % len(COLOURS)], imprint, length, width, max(250, width // 2))


def product_of(where: str, table: object) -> Product:
    """Return the product that one table describes; `where` names the table in an error.

    Raises:
        ProductError: a missing or unknown key, a wrong type, a value that cannot be.
    """
    keys = {*_TEXTS, *_SIZES}
    if not isinstance(table, dict) or table.keys() != keys:
        message = f"{where}: needs exactly the keys {', '.join((*_TEXTS, *_SIZES))}"
        raise ProductError(message)
    problems = [f"{key} must be text" for key in _TEXTS if not isinstance(table[key], str)]
    problems += [
        f"{key} must be 1 to {_LARGEST} hundredths of a millimetre"
        for key in _SIZES
        if type(table[key]) is not int or not 1 <= table[key] <= _LARGEST
    ]
    if not problems and table["shape"] not in SHAPES:
        problems.append(f"shape must be one of {', '.join(SHAPES)}, not {table['shape']!r}")
    if not problems and not _is_colour(table["colour"]):
        problems.append(f"colour must be #rrggbb, not {table['colour']!r}")
    if problems:
        message = f"{where}: {'; '.join(problems)}"
        raise ProductError(message)
    return Product(**table)


def _is_colour(text: str) -> bool:
    return len(text) == len("#rrggbb") and text[0] == "#" and all(sign in "0123456789abcdefABCDEF" for sign in text[1:])
