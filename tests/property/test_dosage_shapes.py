"""Dosages that differ in nothing but dates are read alike, and only the dates of a period are such dates."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy_sync.fhir import known
from pharmacy_sync.fhir.fast_road import take_request
from tests.support.fhir import encoded, request
from tests.support.roads import same_request

DATES = (
    "2026-11-23", "2026-11-24", "2026-11-29", "2026-12-05", "2028-02-29", "2027-02-29", "2026-02-30", "2000-01-01",
    "2024-01-01", "2024-12-30", "2099-12-31", "2100-01-01", "2126-12-31", "2127-01-01", "1999-12-31", "2026-1-23",
    "2026-11-23T08:00", "2026-11-23T08:00:00Z", "2026-11", "26-11-2023", "\N{FULLWIDTH DIGIT TWO}026-11-23",
    "2026\\u002d11-23", "2024-01-0\\u0031",
)  # fmt: skip
REPEAT = '{"boundsPeriod":{"start":"A","end":"B"},"frequency":2,"period":1,"periodUnit":"d","when":["MORN","EVE"]}'
DOSE = '"doseAndRate":[{"doseQuantity":{"value":1,"unit":"tablet"}}]'
ORDINARY = f'{{"timing":{{"repeat":{REPEAT}}},{DOSE}}}'
WEEKLY = ORDINARY.replace('"frequency":2,"period":1,"periodUnit":"d"', '"dayOfWeek":["mon","thu"]')
SHAPES = (
    ORDINARY,
    WEEKLY,
    WEEKLY.replace('"dayOfWeek"', '"period":2,"periodUnit":"wk","dayOfWeek"'),
    ORDINARY.replace('"period":1', '"period":2').replace('"frequency":2,', ""),
    ORDINARY.replace('"start":"A","end":"B"', '"end":"B","start":"A"'),
    ORDINARY.replace(',"end":"B"', ""),
    ORDINARY.replace('"start":"A",', ""),
    ORDINARY.replace('"end":"B"', '"end":"B","end":"B"'),
    ORDINARY.replace('"end":"B"', '"start":"B"'),
    ORDINARY.replace('"start":"A"', '"start" :\t"A"'),
    ORDINARY.replace('"start":"A"', '"id":"A"'),
    ORDINARY.replace('"end":"B"', '"id":"B"'),
    ORDINARY.replace('"end":"B"', '"extension":[{"url":"B"}]'),
    ORDINARY.replace(DOSE, f'{DOSE},"text":"B"'),
    ORDINARY.replace(',"end":"B"', "").replace(DOSE, f'{DOSE},"text":"B"'),
    ORDINARY.replace(DOSE, f'{DOSE},"text":"fra B"'),
    ORDINARY.replace(DOSE, f'{DOSE},"patientInstruction":"B"'),
    ORDINARY.replace(DOSE, f'{DOSE},"id":"B"'),
    ORDINARY.replace(DOSE, f'{DOSE},"id":{{"B":1}}'),
    ORDINARY.replace(',"end":"B"', "").replace(DOSE, f'{DOSE},"id":{{"B":"1"}}'),
    ORDINARY.replace(',"end":"B"', "").replace(DOSE, f'{DOSE},"id":{{"x":["B"]}}'),
    ORDINARY.replace(DOSE, f'{DOSE},"additionalInstruction":[{{"text":"Synkes hele"}}]'),
    ORDINARY.replace('"tablet"', '"B"'),
    ORDINARY.replace('"value":1', '"value":1.0'),
    ORDINARY.replace('"value":1', '"value":1e0'),
    ORDINARY.replace('"MORN"', '"B"'),
    ORDINARY.replace('"when":["MORN","EVE"]', '"when":["MORN"],"count":365').replace('"frequency":2', '"frequency":1'),
    ORDINARY.replace(REPEAT, '{"when":["MORN"]},"event":["B"]'),
    '{"timing":{"event":["A","B"]},' + DOSE + "}",
)
BEFORE = b'"dosageInstruction":'


def message(*dosages: str) -> bytes:
    body = encoded(request() | {"dosageInstruction": "HERE"})
    return body.replace(b'"HERE"', ("[" + ",".join(dosages) + "]").encode())


def dated(shape: str, first: str, last: str) -> str:
    return shape.replace('"A"', f'"{first}"').replace("B", last)


pairs = st.tuples(st.sampled_from(DATES), st.sampled_from(DATES))


@pytest.mark.parametrize("shape", SHAPES)
def test_any_dates_after_any_others(shape: str) -> None:
    """Every shape is learnt from one pair of dates and met with all others, with each turned round."""
    for learnt in (("2026-11-23", "2026-12-05"), ("2026-12-05", "2026-11-23"), ("2028-02-29", "2028-02-29")):
        known.forget()
        same_request(message(dated(shape, *learnt)))
        for date in DATES:
            for first, last in ((date, "2028-03-01"), ("2026-11-25", date), (date, date)):
                same_request(message(dated(shape, first, last)))


@given(st.lists(st.tuples(st.sampled_from(SHAPES), pairs), min_size=1, max_size=3), st.lists(pairs, max_size=4))
def test_any_shapes_beside_each_other(drawn: list[tuple[str, tuple[str, str]]], others: list[tuple[str, str]]) -> None:
    for dates in (None, *others):
        same_request(message(*(dated(shape, *(dates or own)) for shape, own in drawn)))


def variants(text: bytes, data: st.DataObject) -> Iterator[bytes]:
    start = data.draw(st.integers(text.index(BEFORE), len(text)))
    length = data.draw(st.integers(0, 40))
    new = data.draw(
        st.binary(max_size=3) | st.sampled_from([b'"', b"\\", b"{}", b'"2026-11-23"', text[start:][:length]])
    )
    changed = text[:start] + new + text[start + length :]
    yield changed
    yield changed.replace(b"2026-11-23", b"2026-12-04")
    yield text[: start + length] + text[start:]


@given(st.data(), st.sampled_from(SHAPES[:6]), st.booleans())
def test_any_change_of_a_known_dosage(data: st.DataObject, shape: str, spaced: bool) -> None:  # noqa: FBT001 - drawn
    dosage = dated(shape, "2026-11-23", "2026-12-05")
    if spaced:
        dosage = json.dumps(json.loads(dosage), indent=data.draw(st.sampled_from([None, 1])))
    body = message(dosage, dosage.replace("MORN", "NOON").replace("EVE", "NIGHT"))
    same_request(body)
    for changed in variants(body, data):
        same_request(changed)
        same_request(body)


@pytest.mark.parametrize("shape", [SHAPES[0], SHAPES[1], SHAPES[4], SHAPES[5], SHAPES[9]])
def test_a_dosage_is_known_on_other_dates(shape: str) -> None:
    for first, last in (("2026-11-23", "2026-12-05"), ("2026-11-24", "2026-11-24"), ("2028-02-29", "2099-12-31")):
        taken = take_request(message(dated(shape, first, last)))
        assert taken is not None
        assert taken.known is not None
        assert str(taken.known.dosage.structures[0].start) == first


@pytest.mark.parametrize("count", [1, 100, 101, 102])
def test_as_many_parts_as_a_dosage_may_have(count: int) -> None:
    """Plain doses of single weekdays, for of those most fit into a dosage."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    plain = WEEKLY.replace('"when":["MORN","EVE"]', '"period":1,"periodUnit":"wk"')
    parts = [dated(plain.replace('"mon","thu"', f'"{days[n % 7]}"'), "2026-11-23", "2026-12-05") for n in range(count)]
    same_request(message(*parts))
