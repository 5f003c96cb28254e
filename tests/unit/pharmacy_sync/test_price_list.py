"""The real price list of March 2011, and small lists with one thing wrong."""

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from dispenser.core.product import SHORT_NAME_LENGTH, Product
from pharmacy_sync.catalogue.price_list import ImportResult, import_price_list
from pharmacy_sync.catalogue.short_names import compact_strength

LIST = Path(__file__).resolve().parents[4] / "shared" / "data" / "lms_2011w10_drugs_tabkap.csv"
HEAD = "drugid,name,form_text,form_code,strength_text,atc,route,subst_group,dose_dispensing"


def row(number: int, name: str, **more: str) -> str:
    values = {
        "drugid": f"{number:011d}",
        "name": name,
        "form_text": "tabletter",
        "form_code": "TAB",
        "strength_text": "10 mg",
        "atc": "C08CA01",
        "route": "OR",
        "subst_group": "",
        "dose_dispensing": "D",
    } | more
    return ",".join(f'"{value}"' for value in values.values())


def imported(*rows: str) -> ImportResult:
    return import_price_list("\n".join((HEAD, *rows)) + "\n")


def product(result: ImportResult, number: int) -> Product:
    return next(item for item in result.catalogue.products.values() if item.product_id == f"{number:011d}")


def codes(result: ImportResult) -> list[str]:
    return [finding.code.id for finding in result.findings]


@pytest.fixture(scope="module")
def real() -> ImportResult:
    if not LIST.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the price list {LIST.name} is absent")
        pytest.skip(f"the price list {LIST.name} is not part of this repository")
    return import_price_list(LIST.read_text(encoding="utf-8"))


def test_the_real_list_is_read_whole(real: ImportResult) -> None:
    assert not real.refused
    assert real.rows == 3095
    assert real.marked == 2262
    assert len(real.catalogue.products) == 2962


def test_the_law_takes_out_marked_products_of_the_real_list(real: ImportResult) -> None:
    counts = Counter(codes(real))
    # 23 chewable, soluble or orodispersible; 11 cytostatics; all four marked sex hormones are coated.
    assert counts["DOSE-1503"] == 23
    assert counts["DOSE-1504"] == 11


def test_every_marked_product_is_packable_or_has_a_reason(real: ImportResult) -> None:
    packable = [item for item in real.catalogue.products.values() if item.dispensable]
    assert len(packable) + len(real.findings) == real.marked
    assert len(packable) >= 1700


def test_real_short_names_fit_are_unique_and_keep_the_strength(real: ImportResult) -> None:
    packable = [item for item in real.catalogue.products.values() if item.dispensable]
    names = [item.short_name.casefold() for item in packable]
    assert len(set(names)) == len(names)
    for item in packable:
        assert 0 < len(item.short_name) <= SHORT_NAME_LENGTH
        assert item.short_name.endswith(compact_strength(item.strength))
        assert re.findall(r"[0-9][0-9.,]*", compact_strength(item.strength)) == re.findall(
            r"[0-9][0-9.,]*", item.strength
        )


def test_a_slow_and_a_plain_tablet_of_one_strength_are_told_apart(real: ImportResult) -> None:
    packable = [item for item in real.catalogue.products.values() if item.dispensable]
    plain = {(item.atc, item.strength) for item in packable if item.form == "tabletter"}
    slow = [item for item in packable if item.form == "depottabletter" and (item.atc, item.strength) in plain]
    assert slow
    words = re.compile(r"depot|dep\.|retard|long|uno|prolong|duret|\b(sr|xl|xr|cr|mr|oros|od)\b", re.IGNORECASE)
    assert [item.short_name for item in slow if not words.search(item.short_name)] == []


@pytest.mark.parametrize(
    ("strength", "compact"),
    [
        ("50 mg + 12,5 mg", "50+12,5 mg"),
        ("50 + 12,5 mg", "50+12,5 mg"),
        ("500 mg + 5 mikrogram", "500 mg+5 mikrogram"),
        ("100  mikrogram", "100 mikrogram"),
        ("300mg (8,1 mmol Li+)", "300mg (8,1 mmol Li+)"),
    ],
)
def test_a_strength_loses_spaces_and_repeated_units_only(strength: str, compact: str) -> None:
    assert compact_strength(strength) == compact


def test_companies_keep_equal_names_apart() -> None:
    result = imported(row(1, 'Amlodipin ""Alfa""'), row(2, 'Amlodipin ""Beta""'))
    assert product(result, 1).short_name == "Amlodipin Alfa 10 mg"
    assert product(result, 2).short_name == "Amlodipin Beta 10 mg"


def test_a_word_that_two_substances_begin_with_is_not_shortened_to_it() -> None:
    result = imported(
        row(1, "Metoprololsuccinat ekstra", strength_text="12,5 mg", atc="C07AB02"),
        row(2, "Metoprololfantasi ekstra", strength_text="25 mg", atc="C07AB99"),
    )
    assert product(result, 1).short_name == ""
    assert codes(result) == ["DOSE-1501", "DOSE-1501"]


def test_products_that_nothing_tells_apart_need_a_human_and_are_not_packed() -> None:
    result = imported(row(1, "Milna"), row(2, "Milna"), row(3, "Norvasc"))
    assert [finding.subject for finding in result.needing_human()] == ["00000000001", "00000000002"]
    assert not product(result, 1).dispensable
    assert product(result, 3).dispensable


@pytest.mark.parametrize(
    ("more", "code", "dispensable", "solid"),
    [
        ({"form_code": "TYGTAB"}, "DOSE-1503", False, False),
        ({"form_code": "TABSMEL"}, "DOSE-1503", False, False),
        ({"route": "SL"}, "DOSE-1503", False, False),
        ({"atc": "L01BA01"}, "DOSE-1504", False, True),
        ({"atc": "L04AX03"}, "DOSE-1504", False, True),
        ({"atc": "J01CE02"}, "DOSE-1504", False, True),
        ({"atc": "J01DB01"}, "DOSE-1504", False, True),
        ({"atc": "G03CA03"}, "DOSE-1504", False, True),
        ({"strength_text": ""}, "DOSE-1502", False, True),
        ({"strength_text": "", "dose_dispensing": ""}, None, False, True),
        ({"dose_dispensing": ""}, None, False, True),
        ({}, None, True, True),
    ],
)
def test_mark_form_and_class_decide_together(
    *, more: dict[str, str], code: str | None, dispensable: bool, solid: bool
) -> None:
    result = imported(row(1, "Norvasc", **more))
    assert codes(result) == ([code] if code else [])
    assert product(result, 1).dispensable is dispensable
    assert product(result, 1).solid_oral is solid


def test_coated_sex_hormones_go_by_tray_only() -> None:
    result = imported(row(1, "Hormon", atc="G03CA03", form_code="TABFILM"))
    assert product(result, 1).dispensable
    assert product(result, 1).tray_only


def test_medicine_for_animals_is_left_out() -> None:
    assert imported(row(1, "Metacam", atc="QM01AC06")).catalogue.products == {}


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([row(1, "A"), row(1, "B")], "stands twice"),
        ([row(1, "A").replace("00000000001", "1")], "11 digits"),
        ([row(1, " ")], "name is empty"),
        ([row(1, "A", atc="aspirin")], "ATC"),
        ([row(1, "A", dose_dispensing="yes")], "neither D nor empty"),
        (['"unclosed'], "unexpected end of data"),
    ],
)
def test_a_row_that_cannot_be_read_refuses_the_list(rows: list[str], problem: str) -> None:
    result = imported(*rows, row(9, "Norvasc"))
    assert result.refused
    assert result.catalogue.products == {}
    assert set(codes(result)) == {"DOSE-1505"}
    assert problem in result.findings[0].text("en") or "',' expected" in result.findings[0].text("en")


def test_a_list_without_the_columns_is_refused() -> None:
    result = import_price_list("drugid;name\n1;2\n")
    assert codes(result) == ["DOSE-1506"]
    assert result.refused


def test_another_list_is_another_version() -> None:
    assert imported(row(1, "A")).catalogue.version != imported(row(1, "B")).catalogue.version
