"""What a new plan revision does to rolls of older ones."""

from dataclasses import replace

from dispenser.core.ids import CitizenId
from dispenser.core.supersede import effect
from tests.support.medicine import daily, dose, ordination, plan, roll

LINE = ordination(daily(dose("1")))


def test_older_rolls_are_void_or_discarded() -> None:
    untouched, started = (roll(plan(LINE, revision=1), name=name) for name in ("r1", "r2"))
    current = roll(plan(LINE, revision=2), name="r3")
    someone_else = replace(untouched, roll_id="r4", citizen_id=CitizenId("other"))
    result = effect([untouched, started, current, someone_else], {"r2": {3, 1}, "r1": ()}, plan(LINE, revision=2))
    assert result.void == ("r1",)
    assert result.discard == {"r2": (1, 3)}
