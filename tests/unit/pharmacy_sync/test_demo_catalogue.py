import re

from dispenser.core.product import SHORT_NAME_LENGTH, Partable
from dispenser.core.volume import Shape, pouch_volume_mm3
from pharmacy_sync.catalogue.demo import load_demo

PRODUCTS = tuple(load_demo().products.values())
PACKABLE = [product for product in PRODUCTS if product.dispensable and product.solid_oral]


def test_there_are_enough_products_to_plan_with() -> None:
    assert len(PACKABLE) >= 80
    assert {product.units[0] for product in PACKABLE} == {"tablet", "kapsel"}
    assert {product.partable for product in PACKABLE} == set(Partable)


def test_short_names_fit_are_unique_and_keep_every_number_and_unit_of_the_strength() -> None:
    names = [product.short_name.casefold() for product in PRODUCTS]
    assert len(set(names)) == len(names)
    for product in PRODUCTS:
        assert 0 < len(product.short_name) <= SHORT_NAME_LENGTH
        for part in re.findall(r"[0-9][0-9,]*|mikrogram|mg(?:/ml)?", product.strength):
            assert re.search(rf"(?<![0-9,]){re.escape(part)}(?![0-9,a-z])", product.short_name), product.short_name


def test_ids_are_eleven_digits_and_appearances_are_marked_as_invented() -> None:
    for product in PRODUCTS:
        assert re.fullmatch(r"[0-9]{11}", product.product_id)
        assert product.appearance_invented
        assert re.fullmatch(r"[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}|[A-Z][0-9]{2}[A-Z]{1,2}", product.atc)


def test_depot_products_say_so_where_a_plain_one_of_the_same_strength_exists() -> None:
    plain = {(product.atc, product.strength) for product in PACKABLE if "depot" not in product.form}
    slow = [product for product in PACKABLE if "depot" in product.form and (product.atc, product.strength) in plain]
    assert slow
    assert all("dep" in product.short_name for product in slow)


def test_special_handling_is_shown_by_some_product() -> None:
    assert any(product.separate_pouch for product in PACKABLE)
    assert any(product.tray_only for product in PACKABLE)
    assert any(not product.dispensable and product.solid_oral for product in PRODUCTS)
    assert any(not product.solid_oral for product in PRODUCTS)


def test_every_packable_product_has_made_up_dimensions_and_the_volume_that_follows_from_them() -> None:
    assert {product.dimensions.shape for product in PACKABLE if product.dimensions} == set(Shape)
    for product in PRODUCTS:
        assert product.volume_mm3 == pouch_volume_mm3(product.dimensions)
        assert product.dimensions is None or product.dimensions.invented
    assert all(100 <= product.volume_mm3 <= 2_000 for product in PACKABLE)
