"""What words on labels mean, and how a difference between a label and the truth is told (C16)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from dispenser.core.citizen import Identity
from dispenser.core.dosage import Slot
from dispenser.core.ids import ProductId
from dispenser.core.product import Catalogue, Product
from dispenser.core.replaced import Related
from dispenser.core.roll import Roll
from dispenser.core.slots import SlotTable, slot_word
from safety import label_codes
from safety.findings import Finding, found
from safety.label_reader import ReadTime, spaced

_CIVIL_DIGITS: Final = 10
_RELEASES: Final = ("depot", "entero")


@dataclass(frozen=True, slots=True)
class Labelled:
    """What the labels of a roll are about: its pouches, whose it is, and what its words mean."""

    roll: Roll
    identity: Identity
    catalogue: Catalogue
    slots: SlotTable
    packed_on: date | None = None
    """Day that the labels must name; None where any will do."""
    related: Related | None = None
    """Older rolls that the header must name; None where any will do."""


class Told(NamedTuple):
    """What is compared (in Danish and English), what the label says of it, and what is right."""

    what: str
    label: str
    expected: str


@dataclass(frozen=True, slots=True)
class LabelPlace:
    """Which label a finding is about."""

    subject: str
    pouch: int

    def differences(self, told: Iterable[Told]) -> Iterator[Finding]:
        """Yield a finding for everything that the label says otherwise."""
        for one in told:
            if one.label != one.expected:
                yield found(
                    label_codes.LABEL_DIFFERS,
                    self.subject,
                    pouch=self.pouch,
                    what=one.what,
                    label=one.label,
                    expected=one.expected,
                )

    def strange(self, words: str, right: Iterable[ProductId], catalogue: Catalogue) -> Finding:
        """Return the finding that `words` name none of the products that are `right`."""
        expected = ", ".join(product_words(product, catalogue) for product in right)
        return found(label_codes.LABEL_STRANGE, self.subject, pouch=self.pouch, label=words, expected=expected)

    def unreadable(self, line: str) -> Finding:
        """Return the finding that `line` is not understood."""
        return found(label_codes.LABEL_UNREADABLE, self.subject, pouch=self.pouch, line=line)


def whose(name: str, civil_number: str, identity: Identity) -> Iterator[Told]:
    """Yield whose pouch it is; the groups of a number's ten digits do not matter."""
    yield Told("navn/name", spaced(name), spaced(identity.name))
    number = _digits(identity.civil_number)
    if len(number) == _CIVIL_DIGITS:
        yield Told("CPR", _digits(civil_number), number)
    else:
        yield Told("CPR", spaced(civil_number), spaced(identity.civil_number))


def packed_on(day: date, about: Labelled) -> Iterator[Told]:
    """Yield the day of packing, where it is known."""
    if about.packed_on is not None:
        yield Told("pakket/packed", str(day), str(about.packed_on))


def time_text(time: ReadTime) -> str:
    """Return a time as it is compared: its name and its clock."""
    return f"{slot_word(time.slot)} {time.clock}"


def slot_text(slot: Slot, slots: SlotTable) -> str:
    """Return a slot as `time_text` would tell it."""
    return f"{slot_word(slot)} {slots.clock(slot)}"


def is_called(product: Product, words: str) -> bool:
    """Return whether `words` are one of the product's units and then its name (`tabletter Pamol 500 mg`)."""
    # Most words are another product's: what follows is for those that can be this one's.
    if not words.startswith(_starts(product.units, product.short_name)):
        return False
    starts = (f"{spaced(unit)} " for unit in product.units)
    return any(is_name(product, words.removeprefix(start)) for start in starts if words.startswith(start))


@lru_cache(maxsize=8_192)
def _starts(units: tuple[str, ...], short_name: str) -> tuple[str, ...]:
    return tuple(f"{spaced(unit)} {spaced(short_name)}" for unit in units)


def is_name(product: Product, name: str) -> bool:
    """Return whether `name` is the product's short name, and says how it releases its substance where the form does."""
    short, form, told = spaced(product.short_name), product.form.casefold(), name.casefold()
    if any(word in form and word not in told and f"{word[:3]}." not in told for word in _RELEASES):
        return False
    if name == short:
        return True
    hints = name.removeprefix(f"{short} (").removesuffix(")").split(", ")
    return name == f"{short} ({', '.join(hints)})" and all(hint in _RELEASES and hint in form for hint in hints)


def product_words(product_id: ProductId, catalogue: Catalogue) -> str:
    """Return what people and machines call a product."""
    product = catalogue.products.get(product_id)
    return f"{product.short_name} ({product_id})" if product else product_id


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
