"""Day patterns that come again are gone through once."""

from collections.abc import Iterator
from typing import ClassVar

import pytest

from dispenser.core.dosage import DosageDay, DosageStructure
from safety.rules import amounts
from safety.rules.amounts import Amounts
from tests.support.medicine import MONDAY, dose
from tests.support.medicine import day as dosage_day

ONE = 10**9


class Watched(tuple[DosageDay, ...]):
    """Days that know how often somebody has gone through them."""

    __slots__ = ()
    looks: ClassVar[list[int]] = []

    def __iter__(self) -> Iterator[DosageDay]:
        self.looks.append(id(self))
        return super().__iter__()


def repeated(days: tuple[DosageDay, ...], interval: int) -> DosageStructure:
    return DosageStructure(interval, MONDAY, None, days)


def test_a_pattern_is_known_again_by_its_identity_and_whether_it_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amounts, "_MOST_KNOWN", 2)
    known = Amounts()
    needed = (dosage_day(1, dose("1", as_needed=True)),)
    other = (dosage_day(1, dose("2")),)
    for _ in range(3):
        assert known.most_in(repeated(needed, 0)) is None
        assert known.most_in(repeated(needed, 1)) == ONE
        assert known.most_in(repeated(needed, 2)) == ONE
        assert known.most_in(repeated(other, 1)) == 2 * ONE


def test_a_pattern_is_gone_through_once_until_too_many_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amounts, "_MOST_KNOWN", 2)
    monkeypatch.setattr(Watched, "looks", [])
    known = Amounts()
    one, two, three = (Watched((dosage_day(1, dose(amount)),)) for amount in "123")
    for days in (one, two, one, two):
        known.most_in(repeated(days, 1))
    assert Watched.looks == [id(one), id(two)]
    for days in (three, one, three, one):
        known.most_in(repeated(days, 7))
    assert Watched.looks == [id(days) for days in (one, two, three, one)]
