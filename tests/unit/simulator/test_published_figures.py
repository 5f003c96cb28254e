"""A few thousand pouches: about as wrong as published; `tests/campaign` counts two hundred thousand."""

import pytest

from tests.support.figures import interval, measure


def test_about_as_wrong_as_published() -> None:
    found = measure(5_000, 11)
    assert found.tablets / found.films == pytest.approx(3.35, abs=0.02)
    low, high = interval(found.wrong, found.films)
    assert low <= 49 / 17_166 <= high
    low, high = interval(found.rejected_right, found.seen_right)
    assert low <= 0.0369 <= high
    assert found.packed == 5_000


def test_an_interval_of_shares() -> None:
    low, high = interval(49, 17_166)
    assert (round(low, 5), round(high, 5)) == (0.00216, 0.00377)
