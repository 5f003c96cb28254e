"""PackML's structures come back as they were packed, and nothing else is taken for one."""

import pytest
from asyncua.ua.uaprotocol_auto import EUInformation
from asyncua.ua.uatypes import ByteString, ExtensionObject, Float, Int32, LocalizedText, String
from hypothesis import given
from hypothesis import strategies as st

from simulator.ports import packml_types as types
from simulator.ports.opcua_nodes import node_id
from simulator.ports.packml_values import (
    PackMLDescriptorDataType,
    PackMLIngredientsDataType,
    PackMLProductDataType,
    Values,
    ValueUnreadableError,
    alarm,
)
from simulator.tally import AlarmRecord

PACKML = 3
VALUES = Values(PACKML)
NUMBERS = st.integers(-(2**31), 2**31 - 1).map(Int32)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
DESCRIPTORS = st.builds(
    PackMLDescriptorDataType,
    ID=NUMBERS,
    Name=TEXTS.map(String),
    Unit=st.builds(EUInformation, NamespaceUri=TEXTS.map(String), DisplayName=st.builds(LocalizedText, TEXTS)),
    Value=st.floats(width=32, allow_nan=False, allow_infinity=False).map(Float),
)
INGREDIENTS = st.builds(PackMLIngredientsDataType, IngredientID=NUMBERS, Parameter=st.lists(DESCRIPTORS, max_size=2))
PRODUCTS = st.builds(
    PackMLProductDataType,
    ProductID=NUMBERS,
    ProcessVariables=st.lists(DESCRIPTORS, max_size=2),
    Ingredients=st.lists(INGREDIENTS, max_size=2),
)


@given(st.lists(PRODUCTS, max_size=3))
def test_products_come_back_as_they_were_packed(products: list[PackMLProductDataType]) -> None:
    assert VALUES.unpack(PackMLProductDataType, VALUES.pack(products)) == products


def encoded(body: bytes, name: str = "PackMLProductDataType") -> list[ExtensionObject]:
    return [ExtensionObject(TypeId=node_id(types.STRUCTURES[name].binary, PACKML), Body=ByteString(body))]


@given(st.binary(max_size=200))
def test_random_bytes_are_a_product_or_refused_and_nothing_else(body: bytes) -> None:
    try:
        products = VALUES.unpack(PackMLProductDataType, encoded(body))
    except ValueUnreadableError:
        return
    assert len(products) == 1


@given(PRODUCTS, st.data())
def test_a_product_cut_short_or_followed_by_more_is_refused(
    product: PackMLProductDataType, data: st.DataObject
) -> None:
    (whole,) = VALUES.pack([product])
    body = bytes(whole.Body or b"")
    length = data.draw(st.integers(0, len(body) - 1))
    for damaged in (body[:length], body + b"\0"):
        with pytest.raises(ValueUnreadableError):
            VALUES.unpack(PackMLProductDataType, encoded(damaged))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_refused(number: float) -> None:
    packed = VALUES.pack([PackMLDescriptorDataType(Value=Float(number))])
    with pytest.raises(ValueUnreadableError, match="none"):
        VALUES.unpack(PackMLDescriptorDataType, packed)


@pytest.mark.parametrize("value", [3, "text", [3], [None], encoded(b"", "PackMLCountDataType")])
def test_what_is_no_array_of_the_structure_is_refused(value: object) -> None:
    with pytest.raises(ValueUnreadableError):
        VALUES.unpack(PackMLProductDataType, value)


def test_an_alarm_is_numbered_and_has_a_category() -> None:
    shown = alarm(AlarmRecord("JAM", "bay 2", "2026-01-05T06:00:00.000+00:00"))
    assert (shown.ID, shown.Category, shown.Message, shown.Trigger) == (2, 1, "JAM: bay 2", True)
    assert not alarm(AlarmRecord("JAM", "", "2026-01-05T06:00:00+00:00", "2026-01-05T06:00:09+00:00")).Trigger
    assert alarm(AlarmRecord("OTHER", "", "2026-01-05T06:00:00+00:00")).ID == 0
