"""A fill is judged when its packs are poured: product, lot, dates, serial numbers, persons."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dispenser.core.fills import (
    HAND,
    Fill,
    FillName,
    LotNotice,
    LotState,
    Pack,
    lots_of,
)
from dispenser.core.ids import ProductId
from safety import fill_codes, lot_codes
from safety.canister_checks import Register, check_fill, check_two, look_alikes
from safety.findings import Code, Finding, Severity
from tests.support.medicine import catalogue, product

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
GTIN, OTHER, STRANGE = "07046260281004", "05712345000007", "05712345000014"
A, B, C, TRAY, SOFT = map(ProductId, ("A", "B", "C", "T", "S"))
NAME = FillName("canister-1", "fill-1")
PRODUCTS = catalogue(
    product("A"),
    product("B"),
    product("C"),
    product("T", tray_only=True),
    product("S", solid_oral=False),
    product("D", dispensable=False),
)


def pack(lot: str = "L1", serial: str = "S1", gtin: str = GTIN, expiry: date = date(2028, 6, 30)) -> Pack:
    return Pack(gtin, lot, expiry, serial, 500)


def fill(*packs: Pack, **changes: object) -> Fill:
    made = Fill(NAME, A, packs or (pack(),), TODAY, "Ida Krogh", "Bo Juul", NOW)
    return replace(made, **changes)


def register(**changes: object) -> Register:
    return replace(Register({GTIN: A, OTHER: B}), **changes)


def said(state: LotState, lot: str = "L1", gtin: str = GTIN) -> Register:
    return register(lots=lots_of([LotNotice(lot, gtin, state, "Ida", "why", NOW)]))


def told(findings: tuple[Finding, ...]) -> list[tuple[Code, dict[str, str]]]:
    return [(finding.code, dict(finding.details)) for finding in findings]


def test_a_sound_fill_has_no_finding() -> None:
    assert check_fill(fill(pack(), pack(serial="S2")), register(), PRODUCTS, TODAY) == ()


ELSE = FillName("canister-9", "fill-9")
FAULTS = {
    "no pack": (fill(packs=()), register(), [(fill_codes.NO_PACKS, {})]),
    "strange gtin": (
        fill(replace(pack(gtin=STRANGE), units=0)),
        register(),
        [(fill_codes.GTIN_UNKNOWN, {"gtin": STRANGE})],
    ),
    "other product": (
        fill(pack(), pack(serial="S2", gtin=OTHER)),
        register(),
        [
            (fill_codes.OTHER_PRODUCT, {"gtin": OTHER, "scanned": "B 5 mg", "product": "A 5 mg"}),
            (fill_codes.LOTS_MIXED, {"fill": "canister-1/fill-1", "count": "2"}),
        ],
    ),
    "no lot": (fill(pack("  ")), register(), [(fill_codes.LOT_MISSING, {})]),
    "expired yesterday": (
        fill(pack(expiry=TODAY - timedelta(days=1))),
        register(),
        [(fill_codes.EXPIRED, {"lot": "L1", "expiry": "2026-11-21"})],
    ),
    "recalled": (fill(), said(LotState.RECALLED), [(fill_codes.POURED_RECALLED, {"lot": "L1"})]),
    "in quarantine": (fill(), said(LotState.QUARANTINED), [(fill_codes.POURED_QUARANTINED, {"lot": "L1"})]),
    "no units": (fill(replace(pack(), units=0)), register(), [(fill_codes.NO_UNITS, {"units": "0"})]),
    "no serial": (fill(pack(serial="")), register(), [(fill_codes.NO_SERIAL, {"lot": "L1"})]),
    "pack used before": (
        fill(pack(), pack(serial="S2")),
        register(used={(GTIN, "S2"): ELSE}),
        [(fill_codes.SERIAL_USED, {"serial": "S2", "gtin": GTIN, "fill": "canister-9/fill-9"})],
    ),
    "pack scanned twice": (
        fill(pack(), pack()),
        register(),
        [(fill_codes.SERIAL_USED, {"serial": "S1", "gtin": GTIN, "fill": "canister-1/fill-1"})],
    ),
    "two lots": (
        fill(pack(), pack("L2", "S2")),
        register(),
        [(fill_codes.LOTS_MIXED, {"fill": "canister-1/fill-1", "count": "2"})],
    ),
    "nobody poured": (fill(filled_by=" "), register(), [(fill_codes.NO_NAME, {})]),
    "nobody checked": (fill(checked_by=""), register(), [(fill_codes.NO_NAME, {})]),
    "one person": (
        fill(checked_by="ida  KROGH"),
        register(),
        [(fill_codes.SAME_PERSON, {"who": "Ida Krogh"})],
    ),
    "code used before": (
        fill(),
        register(names={NAME}),
        [(fill_codes.CODE_USED, {"fill": "canister-1/fill-1"})],
    ),
    "no canister": (fill(name=FillName(" ", "1")), register(), [(fill_codes.NO_CONTAINER, {})]),
    "no code": (fill(name=FillName("K", "")), register(names={FillName("K", "")}), [(fill_codes.NO_CONTAINER, {})]),
    "opened tomorrow": (
        fill(opened_on=TODAY + timedelta(days=1)),
        register(),
        [(fill_codes.NOT_OPENED_YET, {"opened": "2026-11-23", "today": "2026-11-22"})],
    ),
    "opened 43 days ago": (
        fill(opened_on=TODAY - timedelta(days=43)),
        register(),
        [(fill_codes.OPENED_LONG_AGO, {"opened": "2026-10-10", "until": "2026-11-21", "today": "2026-11-22"})],
    ),
    "opened longer ago than it keeps": (
        fill(opened_on=TODAY - timedelta(days=8), days=7),
        register(),
        [(fill_codes.OPENED_LONG_AGO, {"opened": "2026-11-14", "until": "2026-11-21", "today": "2026-11-22"})],
    ),
    "no day": (fill(days=0), register(), [(fill_codes.DAYS_IMPOSSIBLE, {"days": "0", "most": "42"})]),
    "too many days": (fill(days=43), register(), [(fill_codes.DAYS_IMPOSSIBLE, {"days": "43", "most": "42"})]),
    "unknown product": (
        fill(product_id=ProductId("X")),
        register(gtins={GTIN: ProductId("X")}),
        [(fill_codes.UNKNOWN_PRODUCT, {"product": "X"})],
    ),
    "hand-filled only": (
        fill(product_id=TRAY),
        register(gtins={GTIN: TRAY}),
        [(fill_codes.UNSUITABLE, {"product": "T 5 mg", "what": "in a canister"})],
    ),
    "no tablet": (
        fill(product_id=SOFT),
        register(gtins={GTIN: SOFT}),
        [(fill_codes.UNSUITABLE, {"product": "S 5 mg", "what": "dose-dispensed"})],
    ),
    "not for dispensing": (
        fill(product_id=ProductId("D"), name=FillName(HAND, "H1")),
        register(gtins={GTIN: ProductId("D")}),
        [(fill_codes.UNSUITABLE, {"product": "D 5 mg", "what": "dose-dispensed"})],
    ),
    "look-alike without second scan": (
        fill(),
        register(pairs=(frozenset((A, B)), frozenset((B, C)), frozenset((A, C)))),
        [(fill_codes.SECOND_SCAN_MISSING, {"product": "A 5 mg", "others": "B 5 mg, C 5 mg"})],
    ),
    "second scan of another pack": (
        fill(second_scan=OTHER),
        register(pairs=(frozenset((A, B)),)),
        [(fill_codes.SECOND_SCAN_DIFFERS, {"gtin": OTHER, "product": "A 5 mg"})],
    ),
    "second scan of another pack, no look-alike": (
        fill(second_scan=OTHER),
        register(),
        [(fill_codes.SECOND_SCAN_DIFFERS, {"gtin": OTHER, "product": "A 5 mg"})],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_a_fill_is_found(fault: str) -> None:
    poured, known, expected = FAULTS[fault]
    assert told(check_fill(poured, known, PRODUCTS, TODAY)) == expected


@pytest.mark.parametrize("fault", FAULTS)
def test_a_finding_of_a_fill_names_the_fill_or_the_person(fault: str) -> None:
    poured, known, _ = FAULTS[fault]
    for finding in check_fill(poured, known, PRODUCTS, TODAY):
        by_name = {fill_codes.NO_NAME: "who", fill_codes.SAME_PERSON: "who", fill_codes.NO_CONTAINER: "fill"}
        assert finding.subject == by_name.get(finding.code, str(poured.name))
        assert "{" not in "".join(show(language) for show in (finding.text, finding.fix) for language in ("da", "en"))


SOUND = {
    "expires today": (fill(pack(expiry=TODAY)), register()),
    "opened 42 days ago": (fill(opened_on=TODAY - timedelta(days=42)), register()),
    "opened as long ago as it keeps": (fill(opened_on=TODAY - timedelta(days=1), days=1), register()),
    "keeps for 42 days": (fill(days=42), register()),
    "another lot recalled": (fill(), said(LotState.RECALLED, "L2")),
    "the lot of another product recalled": (fill(), said(LotState.RECALLED, gtin=OTHER)),
    "cleared": (fill(), said(LotState.FREE)),
    "same serial of another gtin": (fill(), register(used={(OTHER, "S1"): ELSE})),
    "code of another canister": (fill(), register(names={FillName("canister-2", "fill-1")})),
    "one unit": (fill(replace(pack(), units=1)), register()),
    "hand-filled by hand": (
        fill(product_id=TRAY, name=FillName(HAND, "H1")),
        register(gtins={GTIN: TRAY}),
    ),
    "look-alike with second scan": (fill(second_scan=GTIN), register(pairs=(frozenset((A, B)),))),
    "look-alikes of others": (fill(), register(pairs=(frozenset((B, C)),))),
}


@pytest.mark.parametrize("case", SOUND)
def test_what_just_holds_has_no_finding(case: str) -> None:
    poured, known = SOUND[case]
    assert check_fill(poured, known, PRODUCTS, TODAY) == ()


def test_lots_mixed_and_packs_without_serial_are_told_but_let_through() -> None:
    told_only = {code for code in (*fill_codes.FILL_CODES, *lot_codes.LOT_CODES) if code.severity is Severity.WARN}
    assert told_only == {fill_codes.LOTS_MIXED, fill_codes.NO_SERIAL}


def test_two_people_are_two() -> None:
    assert check_two("Ida", "Bo") == ()
    assert [finding.code for finding in check_two("", "")] == [fill_codes.NO_NAME]


def test_products_of_one_name_in_other_strengths_look_alike() -> None:
    strong = replace(product("A2"), name="product  a")
    known = catalogue(product("A"), strong, product("B"))
    assert look_alikes(A, known) == ("A2",)
    assert look_alikes(ProductId("A2"), known) == ("A",)
    assert look_alikes(B, known) == ()
    assert look_alikes(B, known, [frozenset((A, B))]) == ("A",)
    assert look_alikes(ProductId("X"), known) == ()
    assert look_alikes(ProductId("X"), known, [frozenset((A, ProductId("X")))]) == ("A",)
