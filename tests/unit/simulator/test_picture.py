"""A pouch is drawn as it is in truth, always the same, and with nobody's name on it."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping

import pytest

from simulator.picture import picture
from simulator.products import Product
from tests.support.bench import Bench

SVG = "{http://www.w3.org/2000/svg}"


def _pouch(name: str = "", **values: object) -> Mapping[str, object]:
    one = Bench()
    if name:
        one.inject(name, **values)
    one.give(1, [one.pick(1, 2), one.cell(1, 2)])
    one.wait_for("Complete")
    return one.truth()[0]


def _drawn(truth: Mapping[str, object], products: Mapping[str, Product] | None = None) -> ET.Element:
    return ET.fromstring(picture(truth, products or {}, 7))  # noqa: S314  # our own text


def _products(image: ET.Element) -> list[str]:
    return [str(one.get("data-product")) for one in image.iter(f"{SVG}g") if one.get("class") == "piece"]


def _texts(image: ET.Element) -> list[str]:
    return [str(one.text) for one in image.iter(f"{SVG}text")]


def test_every_piece_is_drawn_and_the_symbol() -> None:
    image = _drawn(_pouch())
    assert _products(image) == ["28100000001", "28100000001", "28100000003"]
    assert "S0" in _texts(image)
    assert "line" not in picture(_pouch(), {}, 7).replace("stroke-line", "")
    assert len(list(image.iter(f"{SVG}clipPath"))) == 1, "half a tablet"


def test_the_same_pouch_looks_the_same_and_another_seed_does_not() -> None:
    truth = _pouch()
    assert picture(truth, {}, 7) == picture(truth, {}, 7) != picture(truth, {}, 8)


@pytest.mark.parametrize(
    ("name", "pieces", "parts"),
    [
        ("double_unseen", 3, 0),
        ("double_seen", 3, 0),
        ("jump", 1, 0),
        ("broken_unseen", 2, 1),
        ("broken_seen", 3, 2),
        ("canister_empty", 0, 0),
    ],
)
def test_what_went_wrong_is_seen(name: str, pieces: int, parts: int) -> None:
    image = _drawn(_pouch(name, bay=1))
    canister = [product for product in _products(image) if product == "28100000001"]
    cells = len(_products(image)) - len(canister)
    assert (len(canister), len(list(image.iter(f"{SVG}clipPath"))) - cells) == (pieces, parts)


@pytest.mark.parametrize(
    ("name", "prints", "dots"), [("print_blank", 0, 0), ("print_partial", 1, 0), ("print_dead_dot", 1, 1)]
)
def test_a_bad_print_is_seen(name: str, prints: int, dots: int) -> None:
    image = _drawn(_pouch(name))
    assert sum(one.get("class") == "print" for one in image.iter(f"{SVG}g")) == prints
    assert sum(one.get("class") == "dead-dot" for one in image.iter(f"{SVG}path")) == dots


def test_a_known_tablet_has_its_colour_shape_and_imprint() -> None:
    known = Product("28100000001", "capsule", "#123456", "<A&B>", 1_800, 700, 700)
    text = picture(_pouch(), {known.id: known}, 7)
    assert text.count('fill="#123456"') == 2
    assert "&lt;A&amp;B&gt;" in text


@pytest.mark.parametrize(
    "truth", [{}, {"film": 1, "pieces": 3, "symbol": "", "print": ""}, {"film": "x", "pieces": []}]
)
def test_what_is_no_pouch_is_told(truth: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no picture can be made"):
        picture(truth, {}, 1)
