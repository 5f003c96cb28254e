"""A pouch as the camera over the film sees it, drawn from the truth as SVG; the same pouch always looks the same.

Nothing on it names anybody: of the print there is the symbol alone.
"""

from collections.abc import Iterable, Mapping
from typing import Final, cast
from xml.sax.saxutils import escape, quoteattr

from simulator.dice import Dice
from simulator.drop import Piece
from simulator.finishing import GOOD
from simulator.inspection import BLANK, DEAD_DOT, PARTIAL
from simulator.orders import QUARTERS
from simulator.products import Product, default_product

WIDTH: Final = 7_000
HEIGHT: Final = 8_000
"""Size of the picture in hundredths of a millimetre."""
_MARGIN: Final = 900
_LABEL: Final = 2_600
_MODULES: Final = 12
_MODULE: Final = 130
_LONGEST: Final = 30
_LIGHT = 801
_DUST = 802
_TILT = 803
"""Purpose numbers of the draws."""


def picture(truth: Mapping[str, object], products: Mapping[str, Product], seed: int) -> str:
    """Return an SVG image of the pouch that a truth document (`simulator.truth`) describes.

    `products` say what tablets look like; one that is not among them looks as its id decides. `seed` is the machine's.

    Raises:
        ValueError: no truth document, or one from before pieces were kept.
    """
    film, pieces, symbol, printed = _read(truth)
    dice = Dice(seed)
    light = 232 + dice.between(0, 16, film, _LIGHT)
    paper = f"rgb({light},{light},{light})"
    tilt = dice.between(-20, 20, film, _TILT) / 10
    outcome = escape(str(truth.get("outcome", "")))
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="350" height="400">',
            f"<title>film {film}: {outcome}</title>",
            f'<defs><filter id="blur{film}"><feGaussianBlur stdDeviation="60"/></filter></defs>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="rgb({light - 40},{light - 40},{light - 38})"/>',
            f'<g transform="rotate({tilt} {WIDTH // 2} {HEIGHT // 2})">',
            f'<rect x="150" y="150" width="{WIDTH - 300}" height="{HEIGHT - 300}" fill="{paper}" stroke="#99a"/>',
            f'<path d="M150 {HEIGHT - 450}H{WIDTH - 150}" stroke="#aab" stroke-width="30" stroke-dasharray="160 90"/>',
            *_label(symbol, printed, film, dice),
            *(line for index, piece in enumerate(pieces) for line in _piece(f"c{film}-{index}", piece, products)),
            *_dust(film, dice),
            "</g>",
            "</svg>",
        )
    )


def _read(truth: Mapping[str, object]) -> tuple[int, list[Piece], str, str]:
    try:
        pieces = tuple(cast("Iterable[Piece]", truth["pieces"]))
        read = [(str(product), int(quarters), int(x), int(y), int(turn)) for product, quarters, x, y, turn in pieces]
        return int(str(truth["film"])), read, str(truth["symbol"]), str(truth["print"])
    except (KeyError, TypeError, ValueError) as error:
        message = f"no picture can be made of this: {error!r}"
        raise ValueError(message) from error


def _label(symbol: str, printed: str, film: int, dice: Dice) -> list[str]:
    """Return the print: a block of modules made from the symbol, and the symbol as text."""
    if not printed or printed == BLANK:
        return []
    edge, across = _MARGIN, _MODULES
    if printed == PARTIAL:
        across = _MODULES // 2
    dark = [
        f"M{edge + x * _MODULE} {500 + y * _MODULE}h{_MODULE}v{_MODULE}h-{_MODULE}z"
        for x in range(across)
        for y in range(_MODULES)
        if x == 0 or y == _MODULES - 1 or _bit(symbol or str(film), x * _MODULES + y)
    ]
    blur = "" if printed == GOOD else f' filter="url(#blur{film})"' if printed == PARTIAL else ""
    text = escape(symbol[:_LONGEST] if printed != PARTIAL else symbol[: len(symbol) // 2])
    lines = [
        f'<g class="print"{blur}><path d="{"".join(dark)}" fill="#223"/>',
        f'<text x="{edge + 1_900}" y="1200" font-family="monospace" font-size="420" fill="#223">{text}</text></g>',
    ]
    if printed == DEAD_DOT:
        column = edge + dice.between(1, _MODULES - 1, film, _LIGHT) * _MODULE
        lines.append(f'<path class="dead-dot" d="M{column} 400v{_LABEL - 400}" stroke="#fff" stroke-width="60"/>')
    return lines


def _bit(text: str, index: int) -> bool:
    mixed = sum((place + 1) * ord(sign) for place, sign in enumerate(text)) + 7 * index
    return Dice(mixed).word(index, _LIGHT) & 1 == 1


def _piece(clip: str, piece: Piece, products: Mapping[str, Product]) -> Iterable[str]:
    """Return one tablet, or the part of one, where it lies; a later one covers an earlier one."""
    name, quarters, x, y, turn = piece
    product = products.get(name) or default_product(name)
    left = _MARGIN + (WIDTH - 2 * _MARGIN) * x // 1_000
    top = _LABEL + 600 + (HEIGHT - _LABEL - 600 - 2 * _MARGIN) * y // 1_000
    half, flat = product.length // 2, product.width // 2
    parts = quarters / QUARTERS
    whole = quarters >= QUARTERS
    yield f'<g class="piece" data-product={quoteattr(name)} transform="translate({left} {top}) rotate({turn})">'
    if not whole:
        jag = (
            f"M{-half} {-flat}H{-half + int(2 * half * parts)}l60 {flat // 2}l-90 {flat // 2}l70 {flat}V{flat}H{-half}z"
        )
        yield f'<clipPath id="{clip}"><path d="{jag}"/></clipPath>'
    shape = f'width="{2 * half}" height="{2 * flat}" x="{-half}" y="{-flat}" rx="{flat}"'
    cut = "" if whole else f' clip-path="url(#{clip})"'
    yield f'<rect {shape} transform="translate(40 60)" opacity="0.15"{cut}/>'
    yield f'<rect {shape} fill="{product.colour}" stroke="#776" stroke-width="25"{cut}/>'
    if product.shape == "capsule":
        yield f'<path d="M0 {-flat}H{half - flat}a{flat} {flat} 0 0 1 0 {2 * flat}H0z" fill-opacity="0.2"{cut}/>'
    if whole and product.imprint:
        size = min(flat, 380)
        text = escape(product.imprint)
        yield f'<text text-anchor="middle" y="{size // 3}" font-size="{size}" fill="#665">{text}</text>'
    yield "</g>"


def _dust(film: int, dice: Dice) -> Iterable[str]:
    for index in range(3):
        word = dice.word(film, _DUST, index)
        across, along, size = word % WIDTH, (word >> 20) % HEIGHT, 15 + (word >> 40) % 20
        yield f'<circle cx="{across}" cy="{along}" r="{size}" fill="#667" opacity="0.3"/>'
