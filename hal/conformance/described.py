"""The checks as tables, for the reference page."""

from collections.abc import Callable, Mapping
from functools import partial

from hal.conformance.check import Check, Level
from hal.conformance.suite import chosen


def check_tables() -> Mapping[str, Callable[[], list[str]]]:
    """Return a maker of Markdown table lines for each level, by its name."""
    return {level.value: partial(_table, level) for level in Level}


def _table(level: Level) -> list[str]:
    checks = chosen([level])
    head = [f"{len(checks)} checks.", "", "| id | the contract is kept when | needs | because |", "|---|---|---|---|"]
    return [*head, *(_row(one) for one in checks)]


def _row(one: Check) -> str:
    needs = ", ".join(hand.name.lower() for hand in one.needs)
    cells = (f"`{one.id}`", one.title[0].lower() + one.title[1:], needs, (one.body.__doc__ or "").strip())
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
