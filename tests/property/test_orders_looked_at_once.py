"""An order's checks look at what is alike once: they must find what looking at all of it finds."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from string import digits

from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.core.citizen import Identity
from dispenser.core.fills import HAND, Fill, FillName, KnownFills, LotNotice, LotState, Pack, lots_of
from dispenser.core.ids import ProductId, RollId
from dispenser.core.plan import MedicationPlan
from dispenser.core.roll import HEADER_NUMBER, Period, Roll
from hal.orders import BayPick, CellPick, PackingOrder, Pick, PouchOrder
from labels.content import LabelSite, header_label, pouch_label
from safety import lot_codes, order_codes
from safety.canister_checks import check_fills
from safety.findings import Finding, found
from safety.header_checks import check_header
from safety.label_checks import check_label, check_labels
from safety.label_words import Labelled
from safety.order_checks import check_order
from tests.support.medicine import CITIZEN, MONDAY, SLOTS, roll, stock
from tests.support.orders import IDENTITY, order_for
from tests.support.strategies import PRODUCTS, busy_plans, windows

STOCK = stock({1: ("A", 9999), 2: ("B", 9999), 3: ("A", 9999), 4: ("C", 9999)}, cells=5000)
SITE = LabelSite("Apotek", "70 00 00 00", "02000000000008")
PACKED_ON = date(2026, 11, 16)
WHOSE = {order_codes.OTHER_SYMBOL, order_codes.OTHER_CIVIL_NUMBER, order_codes.OTHER_NAME}


def labelled(made: Roll) -> PackingOrder:
    """The order of all of `made`, under the labels that the product prints."""
    order = order_for(made, STOCK, PRODUCTS)
    header = header_label(SITE, IDENTITY, made, PRODUCTS, SLOTS, PACKED_ON)
    labels = {HEADER_NUMBER: header}
    for pouch in made.pouches:
        labels[pouch.number] = pouch_label(SITE, IDENTITY, made, pouch, PRODUCTS, SLOTS, PACKED_ON, len(made.pouches))
    under = (replace(one, lines=labels[one.number].lines, symbol=labels[one.number].symbol) for one in order.pouches)
    return replace(order, pouches=tuple(under))


@st.composite
def changed(draw: st.DrawFn, order: PackingOrder) -> PackingOrder:
    """`order` with some lines, picks or numbers of its pouches changed."""
    pouches = list(order.pouches)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(pouches) - 1))
        other = draw(st.sampled_from(pouches))
        pouches[place] = draw(st.sampled_from([_with_line, _with_picks, _with_number]))(draw, pouches[place], other)
    return replace(order, pouches=tuple(pouches))


def _with_line(draw: st.DrawFn, one: PouchOrder, other: PouchOrder) -> PouchOrder:
    lines = list(one.lines)
    at = draw(st.integers(0, len(lines) - 1))
    text = draw(st.sampled_from(other.lines) | st.sampled_from(["", "I alt 1 stk.", f" {lines[at]} ", lines[at][1:]]))
    if draw(st.booleans()):
        lines[at] = text
    else:
        lines.insert(at, text)
    return replace(one, lines=tuple(lines))


def _with_picks(draw: st.DrawFn, one: PouchOrder, other: PouchOrder) -> PouchOrder:
    is_own = draw(st.booleans())
    picks: list[Pick] = list(one.picks if is_own else other.picks)
    if draw(st.booleans()) and picks:
        at = draw(st.integers(0, len(picks) - 1))
        pick = picks[at]
        by = draw(st.sampled_from([-1, 1]))
        picks[at] = (
            replace(pick, units=pick.units + by)
            if isinstance(pick, BayPick)
            else CellPick(pick.cell, draw(st.sampled_from("ABCX")), pick.quarters)
        )
    return replace(one, picks=tuple(picks))


def _with_number(draw: st.DrawFn, one: PouchOrder, other: PouchOrder) -> PouchOrder:
    return replace(one, number=draw(st.sampled_from([other.number, one.number + 100])))


def each_label(order: PackingOrder, about: Labelled) -> Iterator[Finding]:
    pouches = {pouch.number: pouch for pouch in about.roll.pouches}
    for ordered in order.pouches:
        pouch = pouches.get(ordered.number)
        if ordered.number == HEADER_NUMBER:
            yield from check_header(ordered, about, order.order_id)
        elif pouch is not None:
            yield from check_label(ordered, pouch, about, order.order_id).findings


@given(st.data(), busy_plans(), windows(9, 2))
@settings(max_examples=150, deadline=None)
def test_labels(data: st.DataObject, plan: MedicationPlan, period: Period) -> None:
    made = roll(plan, period, PRODUCTS)
    order = data.draw(changed(labelled(made)))
    about = Labelled(made, IDENTITY, PRODUCTS, SLOTS, PACKED_ON)
    assert check_labels(order, about) == tuple(each_label(order, about))


def each_owner(order: PackingOrder, made: Roll, identity: Identity) -> Iterator[Finding]:
    def only_digits(text: str) -> str:
        return "".join(character for character in text if character in digits)

    def spaced(text: str) -> str:
        return f" {' '.join(unicodedata.normalize('NFC', text).split())} "

    number, name = only_digits(identity.civil_number), spaced(identity.name)
    for ordered in order.pouches:
        if not ordered.symbol.endswith(f"(21){made.roll_id}{ordered.number:03d}"):
            yield found(order_codes.OTHER_SYMBOL, order.order_id, pouch=ordered.number, roll=made.roll_id)
        if len(number) != 10 or number not in map(only_digits, ordered.lines):
            yield found(order_codes.OTHER_CIVIL_NUMBER, order.order_id, pouch=ordered.number)
        if not name.strip() or name not in spaced(" ".join(ordered.lines)):
            yield found(order_codes.OTHER_NAME, order.order_id, pouch=ordered.number)


texts = st.text(alphabet=" aÅ\u030ae\u0301\u00e9\t12", max_size=6) | st.sampled_from(
    ["a e\u0301", "0102481234", " a  \u00e9 "]
)
identities = st.builds(
    Identity, texts, st.sampled_from(["0102481234", "010248-1234", "", "12"]), st.just(date(1948, 2, 1))
)


@given(st.lists(st.lists(texts, max_size=4).map(tuple), max_size=5), identities, st.sampled_from([1, 2]))
@settings(max_examples=400)
def test_whose_labels_they_are(listed: list[tuple[str, ...]], identity: Identity, off: int) -> None:
    made = Roll(RollId("0000010001"), CITIZEN, 1, Period(PACKED_ON, PACKED_ON), ())
    pouches = tuple(
        PouchOrder(place, f"(01)02000000000008(21)0000010001{place * off:03d}", lines, ())
        for place, lines in enumerate(listed)
    )
    order = PackingOrder("job-1", 1, 1, "", pouches)
    findings = check_order(order, made, identity, STOCK, PRODUCTS)
    assert [one for one in findings if one.code in WHOSE] == list(each_owner(order, made, identity))


near = st.integers(-30, 40).map(lambda by: MONDAY + timedelta(days=by))


@st.composite
def fills(draw: st.DrawFn) -> KnownFills:
    """Fills of the canisters and hand stock, most of them usable on most days."""
    known: dict[FillName, Fill] = {}
    for canister in STOCK.canisters:
        if draw(st.integers(0, 9)):
            name = FillName(canister.canister_id, canister.fill_code)
            known[name] = draw(_fill(name, canister.product_id))
    hand = {
        product: tuple(draw(_fill(FillName(HAND, f"{product}{place}"), product)) for place in range(count))
        for product in PRODUCTS.products
        for count in [draw(st.sampled_from([1, 1, 1, 1, 2, 0]))]
    }
    states = st.sampled_from(LotState)
    notices = st.builds(
        LotNotice, st.sampled_from(["L0", "L1", "L9"]), st.just(""), states, st.just(""), st.just(""), st.just(AT)
    )
    outside = draw(st.dictionaries(st.sampled_from(list(PRODUCTS.products)), st.integers(1, 42), max_size=2))
    return KnownFills(known, hand, lots_of(draw(st.lists(notices, max_size=1))), outside)


AT = datetime(2026, 11, 1, 8, tzinfo=UTC)


@st.composite
def _fill(draw: st.DrawFn, name: FillName, product: ProductId) -> Fill:
    expiry = draw(st.sampled_from([MONDAY + timedelta(days=999), MONDAY + timedelta(days=999), draw(near)]))
    lots = draw(st.lists(st.sampled_from(["L0", "L1", "L2"]), max_size=2, min_size=draw(st.sampled_from([0, 1, 1]))))
    return Fill(
        name,
        draw(st.sampled_from([product, product, product, ProductId("B")])),
        tuple(Pack("0", lot, expiry, "", draw(st.sampled_from([5000, 9999, 9999]))) for lot in lots),
        draw(near),
        "Ida",
        "Bo",
        AT,
        draw(st.integers(1, 42)),
        ended_at=draw(st.sampled_from([None, None, None, AT])),
    )


@given(st.data(), busy_plans(), windows(9, 2), fills())
@settings(max_examples=150, deadline=None)
def test_fills(data: st.DataObject, plan: MedicationPlan, period: Period, known: KnownFills) -> None:
    """Every drop by itself, with nothing told twice but for the pouch and the day it is for."""
    made = roll(plan, period, PRODUCTS)
    order = data.draw(changed(order_for(made, STOCK, PRODUCTS)))
    alone = [
        finding
        for pouch in order.pouches
        for pick in pouch.picks
        for finding in check_fills(
            replace(order, pouches=(replace(pouch, picks=(pick,)),)), made, known, PRODUCTS, STOCK
        )
    ]
    told: dict[object, Finding] = {}
    for one in alone:
        details = tuple(detail for detail in one.details if detail[0] not in {"pouch", "date"})
        told.setdefault((one.code, one.subject, details), one)
    # What somebody poured in beside is told of the machine, at the end.
    poured = {one for one in told.values() if one.code is lot_codes.MORE_THAN_SCANNED}
    findings = check_fills(order, made, known, PRODUCTS, STOCK)
    assert list(findings[: len(findings) - len(poured)]) == [one for one in told.values() if one not in poured]
    assert set(findings[len(findings) - len(poured) :]) == poured
