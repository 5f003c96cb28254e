"""What order and journal prove of each pouch, with one thing made wrong at a time."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from dispenser.core.roll import Period
from hal.journal import JournalEntry
from hal.orders import order_of
from safety.finished import FinishedRoll, RecordedPouch
from safety.finished_pouches import RollEvidence, evidence_of
from safety.pouch_checks import printed_digest
from tests.support.finished import finished, finished_roll, rejournaled, relabelled, reordered
from tests.support.medicine import MONDAY, catalogue, daily, dose, ordination, plan, roll
from tests.support.orders import evidence

PRODUCTS = catalogue()
PLAN = plan(ordination(daily(dose("2.5")), "A"))
ROLL = roll(PLAN, Period(MONDAY, MONDAY + timedelta(days=2)))
GOOD = finished_roll(PLAN, ROLL, PRODUCTS)
SPLIT = finished_roll(PLAN, ROLL, PRODUCTS, split_at=2)
DIGEST = printed_digest(order_of(GOOD.orders[0].document).pouches[2])[:12]
Told = list[tuple[str, dict[str, str]]]


def seen(one: FinishedRoll) -> RollEvidence:
    return evidence_of(one, finished(one))


def told(one: FinishedRoll) -> Told:
    findings = seen(one).findings
    for finding in findings:
        texts = finding.text("da") + finding.text("en") + finding.fix("da") + finding.fix("en")
        assert "{" not in texts
        assert finding.subject == ROLL.roll_id
    return [(finding.code.id, dict(finding.details)) for finding in findings]


def rows(one: FinishedRoll, number: int, *now: RecordedPouch) -> FinishedRoll:
    """The roll with other records of one pouch."""
    return replace(one, pouches=(*(row for row in one.pouches if row.number != number), *now))


def row_of(one: FinishedRoll, number: int) -> RecordedPouch:
    return next(row for row in one.pouches if row.number == number)


def test_pouches_that_went_well_are_good() -> None:
    proven = seen(SPLIT)
    assert (proven.findings, proven.missing, proven.discarded) == ([], [], [])
    assert [each.pouch.number for each in proven.good] == [1, 2, 3]
    assert [dict(each.counted) for each in proven.good] == [{"A": 10}] * 3
    assert [dict(each.label.amounts) for each in proven.good] == [{"A": 10}] * 3


def test_a_void_attempt_before_counts_for_nothing() -> None:
    order = GOOD.orders[0]
    spoilt = [replace(entry, order_number=order.number) for entry in evidence(order_of(order.document).pouches[2], 900)]
    void = replace(spoilt[-1], fields={"film": 900, "outcome": "void", "reason": "torn"})
    entries = (*spoilt[:-1], void, *order.entries)
    again = replace(GOOD, orders=(replace(order, entries=entries),))
    assert told(again) == []
    assert told(rows(again, 2, RecordedPouch("other", 2, "void", 900), row_of(GOOD, 2))) == []
    # The record must name the film that was good.
    (differs, *_) = told(rows(again, 2, replace(row_of(GOOD, 2), film=900)))
    assert differs == (
        "DOSE-0257",
        {
            "order": "m1 10",
            "machine": "0 (film 1000), 1 (film 1001), 2 (film 1002), 3 (film 1003)",
            "record": "0 (film 1000), 1 (film 1001), 2 (film 900), 3 (film 1003)",
        },
    )


def test_a_pouch_that_is_packed_twice_is_nobodys() -> None:
    twice = rows(SPLIT, 2, row_of(SPLIT, 2), replace(row_of(SPLIT, 2), order_id=SPLIT.orders[0].order_id, film=77))
    findings = told(twice)
    assert ("DOSE-0252", {"pouch": "2", "times": "2", "where": "m1 11: film 1002, m1 10: film 77"}) in findings
    assert [code for code, _ in findings] == ["DOSE-0257", "DOSE-0252"]
    assert [each.pouch.number for each in seen(twice).good] == [1, 3]
    elsewhere = rows(SPLIT, 2, row_of(SPLIT, 2), replace(row_of(SPLIT, 2), order_id="elsewhere", film=77))
    where = "m1 11: film 1002, elsewhere: film 77"
    assert told(elsewhere) == [("DOSE-0252", {"pouch": "2", "times": "2", "where": where})]


@pytest.mark.parametrize("number", [0, 3])
def test_a_pouch_that_was_never_packed_is_missing(number: int) -> None:
    what = "rullens hovedpose/header" if number == 0 else "2026-11-25 morning"
    lacks = rows(GOOD, number)
    assert ("DOSE-0253", {"pouch": str(number), "what": what}) in told(lacks)
    assert seen(lacks).missing == [number]
    void = rows(GOOD, number, replace(row_of(GOOD, number), state="void"))
    assert seen(void).missing == [number]


@pytest.mark.parametrize("state", ["planned", "unknown"])
def test_a_pouch_must_be_settled(state: str) -> None:
    unsettled = replace(GOOD, pouches=(*GOOD.pouches, RecordedPouch("job", 2, state, None)))
    assert told(unsettled) == [("DOSE-0254", {"pouch": "2"})]


def test_an_order_must_be_the_one_that_was_sent() -> None:
    order = GOOD.orders[0]
    other = order.document.replace("Mandag", "Tirsdag")
    changed = replace(GOOD, orders=(replace(order, document=other),))
    code, details = told(changed)[0]
    assert (code, details["order"]) == ("DOSE-0255", "m1 10")
    assert details["why"].endswith(f", {order.digest[:12]}")
    assert [code for code, _ in told(changed)[1:]] == ["DOSE-0256"] * 4
    assert told(changed)[1][1] == {"pouch": "0", "order": order.order_id}
    assert seen(changed).good == []
    first = replace(SPLIT, orders=(replace(SPLIT.orders[0], digest="f" * 64), SPLIT.orders[1]))
    assert [code for code, _ in told(first)] == ["DOSE-0255", "DOSE-0256", "DOSE-0256"]
    assert [each.pouch.number for each in seen(first).good] == [2, 3]


def test_an_order_must_be_an_order_and_its_own() -> None:
    order = GOOD.orders[0]
    sums = {text: hashlib.sha256(text.encode()).hexdigest() for text in ("{}", "nonsense")}
    for text, digest in sums.items():
        broken = replace(GOOD, orders=(replace(order, document=text, digest=digest),))
        with pytest.raises(ValueError) as refused:  # noqa: PT011 - whatever it says is what is told
            order_of(text)
        assert told(broken)[0] == ("DOSE-0255", {"order": "m1 10", "why": str(refused.value)})
    renamed = replace(GOOD, orders=(replace(order, order_id="other"),))
    assert told(renamed)[0] == ("DOSE-0255", {"order": "m1 10", "why": f"{order.order_id} 10"})
    renumbered = replace(GOOD, orders=(replace(order, number=12),))
    assert told(renumbered)[0] == ("DOSE-0255", {"order": "m1 12", "why": f"{order.order_id} 10"})


def test_what_no_order_asked_for_is_not_good() -> None:
    stranger = replace(row_of(GOOD, 2), order_id="elsewhere")
    assert ("DOSE-0256", {"pouch": "2", "order": "elsewhere"}) in told(rows(GOOD, 2, stranger))
    beyond = replace(GOOD, pouches=(*GOOD.pouches, replace(row_of(GOOD, 2), number=9)))
    assert ("DOSE-0256", {"pouch": "9", "order": "m1 10"}) in told(beyond)
    swapped = rows(SPLIT, 2, replace(row_of(SPLIT, 2), order_id=SPLIT.orders[0].order_id))
    assert ("DOSE-0256", {"pouch": "2", "order": "m1 10"}) in told(swapped)
    double = reordered(GOOD, 0, lambda order: replace(order, pouches=(*order.pouches, order.pouches[2])))
    assert ("DOSE-0256", {"pouch": "2", "order": "m1 10"}) in told(double)


def test_every_packed_pouch_of_the_journal_is_on_record_and_the_other_way_round() -> None:
    lost = rejournaled(GOOD, 2, "PouchClosed", lambda _: None)
    assert told(lost) == [
        (
            "DOSE-0257",
            {
                "order": "m1 10",
                "machine": "0 (film 1000), 1 (film 1001), 3 (film 1003)",
                "record": "0 (film 1000), 1 (film 1001), 2 (film 1002), 3 (film 1003)",
            },
        )
    ]
    assert [dict(each.counted) for each in seen(lost).good] == [{"A": 10}, {}, {"A": 10}]
    nothing = replace(GOOD, orders=(replace(GOOD.orders[0], entries=()),))
    assert told(nothing)[0][1]["machine"] == "-"
    unknown = replace(GOOD, pouches=())
    assert told(unknown)[0][1]["record"] == "-"
    void = rejournaled(GOOD, 2, "PouchClosed", lambda fields: {**fields, "outcome": "void"})
    assert told(void)[0][0] == "DOSE-0257"
    twice = replace(GOOD.orders[0], entries=(*GOOD.orders[0].entries, GOOD.orders[0].entries[-1]))
    assert [code for code, _ in told(replace(GOOD, orders=(twice,)))] == [
        "DOSE-0257",
        "DOSE-0269",
        "DOSE-0258",
        "DOSE-0259",
    ]


def test_a_film_is_closed_once() -> None:
    same = rejournaled(GOOD, 2, "PouchClosed", lambda fields: {**fields, "film": 1001})
    assert ("DOSE-0269", {"order": "m1 10", "film": "1001", "times": "2"}) in told(same)


def test_the_evidence_is_looked_at_again() -> None:
    cold = rejournaled(GOOD, 2, "Sealed", lambda fields: {**fields, "temperature_dc": 900})
    assert told(cold) == [("DOSE-0258", {"pouch": "2", "why": "DOSE-0406 90.0 120 200"})]
    unseen = rejournaled(cold, 2, "Inspected", lambda _: None)
    assert told(unseen) == [("DOSE-0258", {"pouch": "2", "why": "DOSE-0406 90.0 120 200; DOSE-0409"})]


@pytest.mark.parametrize("pouch", [1, 3, 77])
def test_what_falls_while_no_film_is_there_for_it_is_told(pouch: int) -> None:
    """After the last film of the order is closed, or for a number that nobody ordered: into whatever lies below."""
    (sent,) = GOOD.orders
    drop = next(entry for entry in sent.entries if entry.kind == "Dropped")
    late = replace(sent, entries=(*sent.entries, replace(drop, pouch=pouch)))
    stray = replace(GOOD, orders=(late,))
    assert told(stray) == [("DOSE-0258", {"pouch": str(pouch), "why": "DOSE-0403 bay 1 A, no film"})]
    if pouch == 1:
        gone = replace(stray, void="moved", discarded={1: "moved", 2: "moved", 3: "moved"})
        assert [code for code, _ in told(gone)] == ["DOSE-0266"]


def test_what_falls_into_a_film_that_nobody_ordered_is_told() -> None:
    (sent,) = GOOD.orders
    drop = next(entry for entry in sent.entries if entry.kind == "Dropped")
    begun = replace(drop, kind="PouchStarted", pouch=77, fields={"film": 9_999})
    stray = replace(sent, entries=(*sent.entries, begun, replace(drop, pouch=77)))
    assert told(replace(GOOD, orders=(stray,))) == [("DOSE-0258", {"pouch": "77", "why": "DOSE-0403 bay 1 A, no film"})]


def test_what_falls_from_a_cell_is_told_by_its_cell() -> None:
    (sent,) = GOOD.orders
    drop = next(entry for entry in sent.entries if entry.kind == "Dropped" and "cell" in entry.fields)
    late = replace(GOOD, orders=(replace(sent, entries=(drop, *sent.entries)),))
    assert [details["why"] for _, details in told(late)] == [f"DOSE-0403 cell {drop.fields['cell']} A, no film"]


def test_a_film_that_was_never_closed_counts_for_nothing() -> None:
    (sent,) = GOOD.orders
    begun = tuple(entry for entry in sent.entries if entry.pouch == 2 and entry.kind in {"PouchStarted", "Dropped"})
    assert told(replace(GOOD, orders=(replace(sent, entries=(*begun, *sent.entries, *begun)),))) == []


def _printed_twice(entries: Iterable[JournalEntry]) -> Iterator[JournalEntry]:
    """The entries, with what was printed on pouch 2 there twice."""
    for entry in entries:
        yield from [entry] * (2 if (entry.kind, entry.pouch) == ("Printed", 2) else 1)


def test_the_print_is_proven_by_its_digest() -> None:
    other = rejournaled(GOOD, 2, "Printed", lambda fields: {**fields, "digest": "f" * 64})
    assert told(other) == [("DOSE-0259", {"pouch": "2", "machine": "f" * 12, "label": DIGEST})]
    unprinted = rejournaled(GOOD, 2, "Printed", lambda _: None)
    assert told(unprinted) == [("DOSE-0259", {"pouch": "2", "machine": "-", "label": DIGEST})]
    bare = rejournaled(GOOD, 2, "Printed", lambda fields: {"film": fields["film"]})
    assert told(bare) == [("DOSE-0259", {"pouch": "2", "machine": "-", "label": DIGEST})]
    again = replace(other.orders[0], entries=tuple(_printed_twice(other.orders[0].entries)))
    (told_twice,) = [details for code, details in told(replace(GOOD, orders=(again,))) if code == "DOSE-0259"]
    assert told_twice == {"pouch": "2", "machine": f"{'f' * 12}, {'f' * 12}", "label": DIGEST}


def test_labels_are_read_again() -> None:
    wrong = relabelled(GOOD, 2, lambda lines: ["Bo", *lines[1:]])
    details = {"pouch": "2", "what": "navn/name", "label": "Bo", "expected": "Åse Sørensen"}
    assert told(wrong) == [("DOSE-0271", details)]
    header = relabelled(GOOD, 0, lambda lines: ["Bo", *lines[1:]])
    assert told(header) == [("DOSE-0271", {**details, "pouch": "0"})]


def test_the_symbol_is_the_pouchs() -> None:
    def swap(symbol: str) -> FinishedRoll:
        return reordered(
            GOOD,
            0,
            lambda order: replace(
                order,
                pouches=tuple(replace(pouch, symbol=symbol) if pouch.number == 2 else pouch for pouch in order.pouches),
            ),
        )

    right = f"(21){ROLL.roll_id}002"
    assert told(swap(f"(01)05712345000007{right}")) == []
    details = {"pouch": "2", "what": "kode/symbol", "label": f"(21){ROLL.roll_id}003", "expected": right}
    assert told(swap(f"(01)05712345000007(21){ROLL.roll_id}003")) == [("DOSE-0271", details)]
    assert told(swap("")) == [("DOSE-0271", {**details, "label": ""})]


def test_a_discarded_pouch_never_counts() -> None:
    gone = replace(GOOD, discarded={2: "recall of lot X"})
    details = {"pouch": "2", "what": "2026-11-24 morning", "why": "recall of lot X"}
    assert told(gone) == [("DOSE-0267", details)]
    proven = seen(gone)
    assert ([each.pouch.number for each in proven.good], proven.discarded, proven.missing) == ([1, 3], [2], [])
    header = replace(GOOD, discarded={0: "torn"})
    assert told(header)[0][0] == "DOSE-0267"
    assert seen(header).discarded == [0]


def test_a_roll_out_of_use_owes_nothing_and_is_told() -> None:
    void = replace(GOOD, void="plan revision 2", discarded={2: "plan revision 2", 3: "plan revision 2"})
    assert told(void) == [
        ("DOSE-0266", {"pouches": "2, 3", "why": "plan revision 2"}),
        ("DOSE-0268", {"pouches": "1", "why": "plan revision 2"}),
    ]
    whole = replace(void, discarded=dict.fromkeys(range(4), "plan revision 2"))
    assert told(whole) == [("DOSE-0266", {"pouches": "0, 1, 2, 3", "why": "plan revision 2"})]
    never = replace(void, pouches=(), orders=(), discarded={})
    assert (told(never), seen(never).missing) == ([], [])
    begun = replace(SPLIT, void="plan revision 2", orders=SPLIT.orders[:1], pouches=SPLIT.pouches[:2])
    assert told(begun) == [("DOSE-0268", {"pouches": "1", "why": "plan revision 2"})]


def test_pouches_in_use_need_the_header_that_names_their_citizen() -> None:
    headless = replace(finished_roll(PLAN, ROLL, PRODUCTS, split_at=1), void="plan revision 2")
    headless = replace(headless, orders=headless.orders[1:], pouches=headless.pouches[1:])
    assert ("DOSE-0253", {"pouch": "0", "what": "rullens hovedpose/header"}) in told(headless)
    assert seen(headless).missing == [0]
