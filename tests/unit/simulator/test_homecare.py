"""The made-up home care: the same for the same seed, realistic, and wrong only where it was told to be."""

import csv
import json
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from dispenser.core.product import Partable
from pharmacy_sync.catalogue.demo import load_demo
from pharmacy_sync.fhir.parse import parse_bundle
from pharmacy_sync.fhir.submission import Submission
from pharmacy_sync.problems import RefusedMessageError
from simulator.homecare import FEWEST_LINES, MOST_LINES, plans, wares_of, write

FIRST = date(2026, 11, 23)
_PARTS = {Partable.INDIVISIBLE: "none", Partable.HALVES: "halves", Partable.QUARTERS: "quarters"}


def product_list() -> str:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(("product_id", "unit", "partable"))
    for product in load_demo().products.values():
        if product.dispensable and product.solid_oral:
            writer.writerow((product.product_id, product.units[0], _PARTS[product.partable]))
    return text.getvalue()


def submissions(citizens: int, seed: int = 1) -> list[Submission]:
    return [parse_bundle(body).submission for body in plans(citizens, seed, FIRST, wares_of(product_list()))]


def test_the_same_seed_gives_the_same_bytes() -> None:
    wares = wares_of(product_list())
    assert plans(20, 7, FIRST, wares, bad=5) == plans(20, 7, FIRST, wares, bad=5)
    assert plans(20, 7, FIRST, wares) != plans(20, 8, FIRST, wares)


def test_good_plans_are_read_without_a_warning_and_few_lines_are_parked() -> None:
    read = submissions(200)
    assert [submission.warnings for submission in read if submission.warnings] == []
    lines = [line for submission in read for line in submission.lines]
    assert all(FEWEST_LINES <= len(submission.lines) <= MOST_LINES for submission in read)
    assert 5 <= len(lines) / len(read) <= 7
    parked = Counter(reason.code.id for line in lines for reason in line.reasons)
    assert set(parked) == {"DOSE-1301", "DOSE-1302", "DOSE-1305", "DOSE-1307"}
    assert 0.03 <= sum(line.ordination is None for line in lines) / len(lines) <= 0.07


def test_no_citizen_is_anyone_and_none_is_another() -> None:
    read = submissions(200)
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    for submission in read:
        digits = submission.identity.civil_number
        assert sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        assert submission.identity.birth_date.year < 2007
    assert len({submission.identity.civil_number for submission in read}) == len(read)
    assert any("Å" in submission.identity.name for submission in read)


def test_a_plan_orders_every_medicine_once() -> None:
    for submission in submissions(50):
        products = [line.ordination.product_id for line in submission.lines if line.ordination is not None]
        assert len(set(products)) == len(products)


def test_bad_bundles_are_bad_in_five_ways() -> None:
    codes: Counter[str] = Counter()
    unknown = 0
    for body in plans(50, 3, FIRST, wares_of(product_list()), bad=10):
        try:
            lines = parse_bundle(body).submission.lines
        except RefusedMessageError as error:
            codes.update({finding.code.id for finding in error.findings} - {"DOSE-1301", "DOSE-1302", "DOSE-1305"})
        else:
            unknown += any(line.ordination and line.ordination.product_id == "99999999999" for line in lines)
    assert codes >= Counter({"DOSE-1214": 2, "DOSE-1213": 2, "DOSE-1218": 2, "DOSE-1104": 2})
    assert unknown <= 2


def test_files_are_numbered_and_carry_the_packing_group(tmp_path: Path) -> None:
    products = tmp_path / "products.csv"
    products.write_text(product_list(), encoding="utf-8")
    files = write(tmp_path / "plans", products, citizens=3, bad=0, seed=1, first=FIRST, group="Solgården")
    assert [file.name for file in files] == ["001.json", "002.json", "003.json"]
    assert parse_bundle(files[2].read_bytes()).submission.packing_group == "Solgården"
    assert json.loads(files[0].read_text(encoding="utf-8"))["type"] == "transaction"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("product_id,unit\n1,tablet\n", "no column partable"),
        ("product_id,unit,partable\n1,tablet,thirds\n", "thirds"),
        ("product_id,unit,partable\n1,tablet,none\n", "too few"),
    ],
)
def test_a_product_list_that_cannot_be_used_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        wares_of(text)


def test_more_bad_bundles_than_bundles_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be bad"):
        plans(2, 1, FIRST, wares_of(product_list()), bad=3)
