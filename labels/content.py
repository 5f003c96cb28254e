"""What a pouch says: the lines a machine prints and a PDF shows, and the payload of its symbol; in Danish.

The same lines go into the packing order and onto the page, so that there is one truth. Items: BEK 827/2024 § 109,
FMK drug catalogue (short names), EDQM guidelines on automated dose dispensing.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dispenser.core.citizen import Identity
from dispenser.core.dosage import PartOfDay, Slot
from dispenser.core.ids import ProductId
from dispenser.core.pouch import Pouch
from dispenser.core.product import Catalogue, Product
from dispenser.core.quantity import QUARTERS_PER_UNIT, Quarters, text_of
from dispenser.core.replaced import Related
from dispenser.core.roll import HEADER_NUMBER, Roll
from dispenser.core.slots import SlotTable
from labels.errors import ContentError
from labels.symbol import require_gtin, symbol_for

HEAD_LINES = 3
"""The first lines of every label say who and when; a page shows them in bold."""

FULL_NAMES = 8
"""Up to so many products the header names in full."""

MANY_NAMES = 16
"""Up to so many products stand two to a line, however much else the header says."""

NAMED_ROLLS = 2
"""Up to so many other rolls the header of an acute roll names; more are counted."""

_WEEKDAYS = ("Mandag", "Tirsdag", "Onsdag", "Torsdag", "Fredag", "Lørdag", "Søndag")
_PARTS = {
    PartOfDay.MORNING: "Morgen",
    PartOfDay.NOON: "Middag",
    PartOfDay.EVENING: "Aften",
    PartOfDay.NIGHT: "Nat",
}
_RELEASE_WORDS = ("depot", "entero")
_POUCHES = ("pose", "poser")
_CPR_DIGITS = 10
_CPR_DATE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class LabelSite:
    """The packing pharmacy: short name and phone as printed, and the GTIN (14 digits) under which it issues pouches.

    Raises:
        SymbolError: the GTIN is not 14 digits with a right check digit.
    """

    name: str
    phone: str
    company_gtin: str

    def __post_init__(self) -> None:
        """Refuse a GTIN that no scanner would take."""
        require_gtin(self.company_gtin)


@dataclass(frozen=True, slots=True)
class LabelContent:
    """One label: whole lines, never cut (a page may wrap them), and the GS1 element string of the symbol."""

    lines: tuple[str, ...]
    symbol: str


def pouch_label(
    site: LabelSite,
    identity: Identity,
    roll: Roll,
    pouch: Pouch,
    catalogue: Catalogue,
    slots: SlotTable,
    packed_on: date,
    total: int,
) -> LabelContent:
    """Return the label of one pouch of `roll`; `total` is how many pouches the roll has.

    Raises:
        ContentError: a text cannot be printed, or a product is not in the catalogue.
        SymbolError: roll id or number do not fit the symbol.
    """
    lines = [
        *_who(identity),
        f"{_day(pouch.date)} {_time(pouch.slot, slots)}",
    ]
    if pouch.instruction:
        lines.append(_clean(pouch.instruction, "instruction"))
    amounts = _amounts(pouch)
    for product_id, quarters in amounts.items():
        product = _product(catalogue, product_id)
        lines.append(f"{text_of(quarters)} {_unit(product, quarters)} {_short_name(product)}")
    lines.append(f"I alt {text_of(Quarters(sum(amounts.values())))} stk.")
    if pouch.parts > 1:
        lines.append(f"Del {pouch.part} af {pouch.parts}")
    lines.append(f"nr. {pouch.number} af {total}, rulle {roll.roll_id}")
    lines.append(f"{_clean(site.name, 'pharmacy')}, pakket {_date(packed_on)}")
    return LabelContent(tuple(lines), symbol_for(site, roll.roll_id, pouch.number))


def header_label(
    site: LabelSite,
    identity: Identity,
    roll: Roll,
    catalogue: Catalogue,
    slots: SlotTable,
    packed_on: date,
    use_by: date | None = None,
    relation: Related | None = None,
) -> LabelContent:
    """Return the label of the roll's header pouch: who, when, what kind if acute, every product, how many, who packed.

    `use_by` is the last date the contents may be used, where a fill's own date is nearer than the period's end;
    `relation` tells which older rolls an acute roll replaces or supplements, where that is known.

    Raises:
        ContentError: a text cannot be printed, or a product is not in the catalogue.
        SymbolError: the roll id does not fit the symbol.
    """
    products: dict[ProductId, None] = {}
    times = sorted({pouch.slot for pouch in roll.pouches}, key=slots.order)
    for pouch in roll.pouches:
        products.update((content.product_id, None) for content in pouch.contents)
    told = _relation(relation or Related())
    last = roll.period.last if use_by is None else min(use_by, roll.period.last)
    lines = [
        *_who(identity),
        f"Periode {_date(roll.period.first)} - {_date(roll.period.last)}",
        ", ".join(_time(slot, slots) for slot in times),
        *((roll.acute.value,) if roll.acute else ()),
        *told,
        *_list([_product(catalogue, product_id) for product_id in products], dense=bool(told)),
        f"I alt {len(roll.pouches)} poser, rulle {roll.roll_id}",
        f"Må ikke bruges efter {_date(last)}",
        f"{_clean(site.name, 'pharmacy')}, tlf. {_clean(site.phone, 'phone')}",
        f"Pakket {_date(packed_on)}",
    ]
    return LabelContent(tuple(lines), symbol_for(site, roll.roll_id, HEADER_NUMBER))


def _who(identity: Identity) -> tuple[str, str]:
    number = _clean(identity.civil_number, "civil registration number")
    if len(number) == _CPR_DIGITS and number.isascii() and number.isdigit():
        number = f"{number[:_CPR_DATE_DIGITS]}-{number[_CPR_DATE_DIGITS:]}"
    return _clean(identity.name, "name"), f"CPR {number}"


def _relation(relation: Related) -> list[str]:
    """Return the line of what an acute roll does to older ones; one that stays in part must not be thrown away."""
    if len(relation.replaces) > NAMED_ROLLS:
        return [f"Erstatter poser i {len(relation.replaces)} andre ruller"]
    told = [
        f"rulle {one.roll_id}" if one.whole else f"{one.pouches} {_POUCHES[one.pouches > 1]} i rulle {one.roll_id}"
        for one in relation.replaces
    ]
    if told:
        return [f"Erstatter {' og '.join(told)}"]
    if len(relation.beside) > NAMED_ROLLS:
        return [f"Supplerer {len(relation.beside)} andre ruller"]
    return [f"Supplerer rulle {' og '.join(relation.beside)}"] if relation.beside else []


def _clean(text: str, what: str) -> str:
    """Return `text` composed (NFC) and with single spaces; what is invisible is refused, never dropped."""
    cleaned = " ".join(unicodedata.normalize("NFC", text).split())
    if not cleaned:
        message = f"{what} is empty"
        raise ContentError(message)
    for character in cleaned:
        if not character.isprintable():
            message = f"{what} holds the invisible character U+{ord(character):04X}"
            raise ContentError(message)
    return cleaned


def _date(day: date) -> str:
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def _day(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {_date(day)}"


def _time(slot: Slot, slots: SlotTable) -> str:
    if isinstance(slot, PartOfDay):
        return f"{_PARTS[slot]} kl. {slots.clock(slot)}"
    return f"kl. {slot}"


def _amounts(pouch: Pouch) -> dict[ProductId, Quarters]:
    """Return quarters per product in order of first mention: two ordinations of one product are one line."""
    amounts: dict[ProductId, Quarters] = {}
    for content in pouch.contents:
        amounts[content.product_id] = Quarters(amounts.get(content.product_id, 0) + content.quarters)
    return amounts


def _product(catalogue: Catalogue, product_id: ProductId) -> Product:
    product = catalogue.products.get(product_id)
    if product is None:
        message = f"product {product_id} is not in catalogue {catalogue.version}"
        raise ContentError(message)
    return product


def _unit(product: Product, quarters: Quarters) -> str:
    singular, plural = product.units
    return _clean(singular if quarters <= QUARTERS_PER_UNIT else plural, "unit")


def _short_name(product: Product) -> str:
    name = _clean(product.short_name, "short name")
    form, known = product.form.casefold(), name.casefold()
    hints = [word for word in _RELEASE_WORDS if word in form and word not in known and f"{word[:3]}." not in known]
    return f"{name} ({', '.join(hints)})" if hints else name


def _list(products: Sequence[Product], *, dense: bool) -> list[str]:
    """Return the header's lines of products; many of them stand two to a line, under the names of the pouches.

    Very many run on as one line where the label is `dense`, so that what else it says finds room.
    """
    if len(products) <= FULL_NAMES:
        return [_full_name(product) for product in products]
    names = [_short_name(product) for product in products]
    together = len(names) if dense and len(names) > MANY_NAMES else 2
    return ["; ".join(names[start : start + together]) for start in range(0, len(names), together)]


def _full_name(product: Product) -> str:
    """Return name and strength with the form; looks only where they are true, not demonstration data."""
    text = _clean(product.name, "product name")
    strength = _clean(product.strength, "strength")
    if f" {strength} ".casefold() not in f" {text} ".casefold():
        text = f"{text} {strength}"
    text = f"{text}, {_clean(product.form, 'form')}"
    if product.appearance and not product.appearance_invented:
        text = f"{text}: {_clean(product.appearance, 'appearance')}"
    return text
