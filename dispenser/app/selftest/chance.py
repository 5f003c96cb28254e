"""Choosing at random, the same way again for the same seed."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeAlias, TypeVar

Thing = TypeVar("Thing")

Chance: TypeAlias = Random
"""What decides: nothing of the self-test asks any other source, so that a seed names a run."""


def chance_of(*names: object) -> Chance:
    """Return the chance that `names` name: equal names choose equally, on every machine."""
    return Random("/".join(map(str, names)))  # noqa: S311 - a test that can be repeated, no secret


def one_of(chance: Chance, things: Iterable[Thing]) -> Thing | None:
    """Return one of `things`, None when there is none."""
    listed: Sequence[Thing] = tuple(things)
    return listed[chance.randrange(len(listed))] if listed else None


def two_of(chance: Chance, things: Iterable[Thing]) -> tuple[Thing, Thing] | None:
    """Return two of `things` at different places, None when there are fewer."""
    listed = list(things)
    if len(listed) < 2:  # noqa: PLR2004 - two, as the name says
        return None
    first = listed.pop(chance.randrange(len(listed)))
    return first, listed[chance.randrange(len(listed))]


def pick(chance: Chance, things: Sequence[Thing]) -> Thing:
    """Return one of `things`, of which there is at least one."""
    return things[chance.randrange(len(things))]


def likely(chance: Chance, in_ten: int) -> bool:
    """Return true in `in_ten` of ten cases."""
    return chance.randrange(10) < in_ten


def day_near(chance: Chance, day: date, before: int, after: int) -> date:
    """Return a day at most `before` days before `day` and `after` days after it."""
    return day + timedelta(days=chance.randint(-before, after))
