"""What the label of a roll's header pouch says must be what the roll is: whose, when, which medicines (C16)."""

from collections.abc import Iterator, Sequence
from typing import Final

from dispenser.core.product import Product
from dispenser.core.replaced import Related
from hal.orders import PouchOrder
from safety.findings import Finding
from safety.label_reader import LabelUnreadableError, ReadHeader, read_header, spaced
from safety.label_words import Labelled, LabelPlace, Told, is_name, packed_on, slot_text, time_text, whose

_NAMED_IN_FULL: Final = 8
_NAMED_ROLLS: Final = 2


def check_header(ordered: PouchOrder, about: Labelled, subject: str) -> tuple[Finding, ...]:
    """Return where the label of a header pouch is not about its roll."""
    place = LabelPlace(subject, ordered.number)
    try:
        read = read_header(ordered.lines)
    except LabelUnreadableError as error:
        return (place.unreadable(error.line),)
    return (*place.differences(_words(read, about)), *_medicines(read.medicines, about, place))


def _words(read: ReadHeader, about: Labelled) -> Iterator[Told]:
    roll = about.roll
    yield from whose(read.name, read.civil_number, about.identity)
    period = f"{roll.period.first} - {roll.period.last}"
    yield Told("periode/period", f"{read.first} - {read.last}", period)
    slots = {slot_text(pouch.slot, about.slots) for pouch in roll.pouches}
    said = ", ".join(sorted(map(time_text, read.times)))
    yield Told("tidspunkter/times", said, ", ".join(sorted(slots)))
    yield Told("akut/acute", read.acute, roll.acute.value if roll.acute else "")
    yield Told("poser/pouches", str(read.pouches), str(len(roll.pouches)))
    yield Told("rulle/roll", read.roll, roll.roll_id)
    # A fill may have to be used before the period is over, never after it.
    yield Told("sidste dag/last day", str(max(read.use_by, roll.period.last)), str(roll.period.last))
    yield from packed_on(read.packed_on, about)
    if about.related is not None:
        verb, *rest = read.related.split() or [""]
        said = " ".join([verb, *(word for word in rest if word.isdigit())])
        yield Told("andre ruller/other rolls", said, " ".join(_named(about.related)))


def _named(related: Related) -> Iterator[str]:
    """Yield verb and numbers of the sentence about older rolls: it names two of them, and counts more."""
    names = [one.roll_id for one in related.replaces] or list(related.beside)
    yield "Erstatter" if related.replaces else "Supplerer" if related.beside else ""
    if len(names) > _NAMED_ROLLS:
        yield str(len(names))
        return
    parts = {one.roll_id: one.pouches for one in related.replaces if not one.whole}
    for name in names:
        if name in parts:
            yield str(parts[name])
        yield name


def _medicines(lines: Sequence[str], about: Labelled, place: LabelPlace) -> Iterator[Finding]:
    """Hold the header's medicines against the roll's: each is there once, and nothing else is."""
    products = about.catalogue.products
    names = dict.fromkeys(content.product_id for pouch in about.roll.pouches for content in pouch.contents)
    left = [products[name] for name in names if name in products]
    in_full = len(names) <= _NAMED_IN_FULL
    is_it = _is_described if in_full else is_name
    for text in lines if in_full else [part for line in lines for part in line.split("; ")]:
        meant = next((product for product in left if is_it(product, text)), None)
        if meant is None:
            yield place.strange(text, names, about.catalogue)
        else:
            left.remove(meant)
    missing = [*(product.short_name for product in left), *(name for name in names if name not in products)]
    yield from place.differences(Told("lægemiddel/medicine", "", name) for name in missing)


def _is_described(product: Product, text: str) -> bool:
    """Return whether `text` is the product's name, with its strength unless that is in it, its form and true looks."""
    name, strength, form = spaced(product.name), spaced(product.strength), spaced(product.form)
    looks = "" if product.appearance_invented or not product.appearance else f": {spaced(product.appearance)}"
    is_in_name = f" {strength} ".casefold() in f" {name} ".casefold()
    rest = f", {form}{looks}" if is_in_name else f" {strength}, {form}{looks}"
    return text.startswith(name) and text.removeprefix(name).casefold() == rest.casefold()
