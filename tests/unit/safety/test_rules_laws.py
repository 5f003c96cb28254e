"""Sums and distances of rules against the day-by-day account of what is ordered."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.day_totals import ordered_per_day
from dispenser.core.dosage import DosageStructure
from dispenser.core.plan import Ordination
from dispenser.core.roll import Period
from safety.rules.day_cap import DayCap
from safety.rules.weekly_only import WeeklyOnly
from safety.rules.which import Which
from tests.support.clinical import ABOUT, alerts, drug, line
from tests.support.medicine import MONDAY, dosage, dose, structure
from tests.support.medicine import day as dosage_day

AHEAD = Period(MONDAY, MONDAY + timedelta(days=799))
"""Longer than all cycles drawn here take to meet."""
PRODUCTS = [drug("A", strength="500 mg"), drug("B", strength="62,5 mg"), drug("C", strength="1 g")]
GRAMS = {"A": Decimal("0.5"), "B": Decimal("0.0625"), "C": Decimal(1)}


@st.composite
def lines(draw: st.DrawFn, most: int = 3) -> list[Ordination]:
    """Lines of one substance in three strengths, with structures that follow each other and cycles up to nine days."""
    drawn: list[Ordination] = []
    for place in range(draw(st.integers(1, most))):
        start = MONDAY + timedelta(days=draw(st.integers(-40, 20)))
        made: list[DosageStructure] = []
        for _ in range(draw(st.integers(1, 3))):
            interval = draw(st.integers(0, 9))
            numbers = draw(st.sets(st.integers(1, interval or 30), min_size=1, max_size=3))
            days = [dosage_day(number, dose(draw(st.sampled_from(["0", "0.25", "1", "4"])))) for number in numbers]
            end = start + timedelta(days=draw(st.integers(0, 40)))
            made.append(structure(*days, interval=interval, start=start, end=end))
            start = end + timedelta(days=1)
        if draw(st.booleans()):
            made[-1] = DosageStructure(made[-1].interval, made[-1].start, None, made[-1].days)
        last = draw(st.none() | st.integers(-5, 60))
        until = None if last is None else MONDAY + timedelta(days=last)
        drawn.append(line(draw(st.sampled_from("ABC")), dosage(*made), f"line-{place}", until))
    return drawn


@given(lines(), st.sampled_from(["0.0625", "0.5", "1", "1.5", "2", "4", "4.5"]))
def test_the_worst_day_decides(drawn: list[Ordination], most: str) -> None:
    sums: dict[object, Decimal] = {}
    for one in drawn:
        for day, units in ordered_per_day(one, AHEAD).items():
            sums[day] = sums.get(day, Decimal(0)) + units * GRAMS[one.product_id]
    worst = max(sums.values(), default=Decimal(0))
    found = alerts(DayCap(ABOUT, ("N02BE01",), Decimal(most), "g"), drawn, PRODUCTS)
    assert bool(found) is (worst > Decimal(most))
    assert {Decimal(details["total"]) for _, _, details in found} <= {worst}


@given(lines(), st.integers(2, 9))
def test_the_shortest_distance_decides(drawn: list[Ordination], least: int) -> None:
    behind = Period(MONDAY - timedelta(days=least - 1), AHEAD.last)
    days = sorted({day for one in drawn for day in ordered_per_day(one, behind)})
    gaps = [(later - earlier).days for earlier, later in pairwise(days) if later >= MONDAY]
    rule = WeeklyOnly(ABOUT, Which(atc=("N02BE01",)), least)
    found = [details for code, _, details in alerts(rule, drawn, PRODUCTS) if code == "DOSE-0155"]
    packed = any(day >= MONDAY for day in days)
    assert bool(found) is any(gap < least for gap in gaps)
    assert {details["shortest"] for details in found} <= ({str(min(gaps))} if gaps else set())
    assert packed or not found
