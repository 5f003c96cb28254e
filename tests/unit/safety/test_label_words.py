"""What medicines are called on labels."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from dispenser.core.ids import ProductId
from dispenser.core.product import Product
from safety.label_words import is_called, is_name, product_words
from tests.support.labels import PRODUCTS
from tests.support.medicine import product


def named(short_name: str, form: str = "tabletter", units: Sequence[str] = ("tablet", "tabletter")) -> Product:
    return replace(product("A"), short_name=short_name, form=form, units=(units[0], units[1]))


@pytest.mark.parametrize(
    ("one", "name", "is_it"),
    [
        (named("Mono 5 mg"), "Mono 5 mg", True),
        (named("Mono 5 mg"), "Mono 50 mg", False),
        (named("Mono 5 mg"), "mono 5 mg", False),
        (named("Mono 5 mg"), "Mono 5 mg (depot)", False),
        (named("Mono 5 mg", "depottabletter"), "Mono 5 mg", False),
        (named("Mono 5 mg", "depottabletter"), "Mono 5 mg (depot)", True),
        (named("Mono 5 mg", "depottabletter"), "Mono 5 mg (entero)", False),
        (named("Mono 5 mg", "depottabletter"), "Mono 5 mg (depot, entero)", False),
        (named("Mono 5 mg", "Depot-enterokapsler"), "Mono 5 mg (depot, entero)", True),
        (named("Mono 5 mg", "Depot-enterokapsler"), "Mono 5 mg (depot)", False),
        (named("Mono dep. 5 mg", "depottabletter"), "Mono dep. 5 mg", True),
        (named("Mono Depot 5 mg", "depottabletter"), "Mono Depot 5 mg", True),
        (named("Mono ent. 5 mg", "enterotabletter"), "Mono ent. 5 mg", True),
        (named("Mono 5 mg", "depottabletter"), "Mono 5 mg (depot", False),
        (named("Mono 5 mg", "depottabletter"), "Mono 5 mg depot", False),
    ],
)
def test_a_name_says_how_the_form_releases(one: Product, name: str, is_it: bool) -> None:  # noqa: FBT001 - a row
    assert is_name(one, name) is is_it
    assert is_called(one, f"tabletter {name}") is is_it


def test_a_product_is_called_by_unit_and_name() -> None:
    one = named("Mono 5 mg", units=("oral film", "orale  film"))
    assert is_called(one, "oral film Mono 5 mg")
    assert is_called(one, "orale film Mono 5 mg")
    assert not is_called(one, "film Mono 5 mg")
    assert not is_called(one, "Mono 5 mg")
    assert product_words(ProductId("A"), PRODUCTS) == "A 5 mg (A)"
    assert product_words(ProductId("Z"), PRODUCTS) == "Z"
