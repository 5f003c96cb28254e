"""A plan is the same plan after it was written and read."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import (
    ClockTime,
    DosageDay,
    DosageStructure,
    DoseRange,
    FreeTextDosage,
    LocalSchemaDosage,
    OrderedDose,
    PartOfDay,
    StructuredDosage,
)
from dispenser.core.ids import CitizenId, OrdinationId, ProductId
from dispenser.core.plan import MedicationPlan, Ordination, ParkedLine
from dispenser.store.plan_document import plan_document, plan_of

words = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=12)
amounts = st.decimals(min_value=0, max_value=10**9, allow_nan=False, places=3) | st.decimals(0, 1000, allow_nan=False)
ranges = st.builds(DoseRange, amounts, amounts)
slots = st.none() | st.sampled_from(PartOfDay) | st.builds(ClockTime, st.integers(0, 23), st.integers(0, 59))
doses = st.builds(OrderedDose, slots, amounts | ranges, st.booleans())
dosage_days = st.builds(DosageDay, st.integers(0, 400), st.lists(doses, max_size=3).map(tuple))
structures = st.builds(
    DosageStructure,
    st.integers(0, 400),
    st.dates(),
    st.none() | st.dates(),
    st.lists(dosage_days, max_size=3).map(tuple),
)
structured = st.builds(StructuredDosage, words, st.lists(structures, max_size=3).map(tuple))
dosages = structured | st.builds(FreeTextDosage, words) | st.just(LocalSchemaDosage())
ordinations = st.builds(
    Ordination,
    words.map(OrdinationId),
    words.map(ProductId),
    dosages,
    st.dates(),
    st.none() | st.dates(),
    words,
)
parked = st.builds(
    ParkedLine, words.map(OrdinationId), words, st.lists(words, max_size=2).map(tuple), st.none() | ordinations
)
plans = st.builds(
    MedicationPlan,
    words.map(CitizenId),
    st.integers(1, 10**6),
    st.lists(ordinations, max_size=3).map(tuple),
    st.lists(parked, max_size=2).map(tuple),
)


@given(plans)
def test_a_plan_comes_back_exactly(plan: MedicationPlan) -> None:
    document = plan_document(plan)
    again = plan_of(document)
    assert again == plan
    # Equal numbers may be written differently; the writing is kept too.
    assert plan_document(again) == document


def test_a_document_holds_no_floats_and_is_canonical() -> None:
    dose = OrderedDose(PartOfDay.MORNING, Decimal("0.10"))
    dosage = StructuredDosage("tablet", (DosageStructure(1, date(2026, 1, 1), None, (DosageDay(1, (dose,)),)),))
    ordination = Ordination(OrdinationId("ø"), ProductId("p"), dosage, date(2026, 1, 1), None)
    document = plan_document(MedicationPlan(CitizenId("c"), 1, (ordination,)))
    assert '"amount":"0.10"' in document
    assert '"ø"' in document
    assert document == json.dumps(json.loads(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize(
    "document", ["", "[]", "{}", "null", '{"citizen":"c","revision":1,"ordinations":[{}],"parked":[]}']
)
def test_what_is_no_plan_is_told(document: str) -> None:
    with pytest.raises(ValueError, match=r"not a plan document|Expecting value"):
        plan_of(document)
