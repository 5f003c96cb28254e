"""What a label says must be what falls into its pouch: label, pouch and picks are held against each other (C16)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dispenser.core.ids import ProductId
from dispenser.core.pouch import Pouch
from dispenser.core.product import Catalogue
from dispenser.core.quantity import Quarters, text_of
from dispenser.core.roll import HEADER_NUMBER
from hal.orders import BayPick, PackingOrder, PouchOrder
from safety import label_codes
from safety.findings import Finding, found
from safety.header_checks import check_header
from safety.label_proof import LabelProof
from safety.label_reader import LabelUnreadableError, ReadAmount, ReadPouch, read_pouch, spaced
from safety.label_words import (
    Labelled,
    LabelPlace,
    Told,
    is_called,
    packed_on,
    product_words,
    slot_text,
    time_text,
    whose,
)


@dataclass(frozen=True, slots=True)
class LabelCheck:
    """What is wrong with one label, what it says, and the quarters of each product that it names."""

    findings: tuple[Finding, ...]
    read: ReadPouch | None
    amounts: Counter[ProductId]


def check_labels(order: PackingOrder, about: Labelled) -> tuple[Finding, ...]:
    """Return everything that the labels of `order` say and its picks do not do, or the other way round.

    A pouch that the roll does not have is left to the check of the order.
    """
    pouches = {pouch.number: pouch for pouch in about.roll.pouches}
    findings: list[Finding] = []
    proof = LabelProof(about)
    for ordered in order.pouches:
        pouch = pouches.get(ordered.number)
        if ordered.number == HEADER_NUMBER:
            findings.extend(check_header(ordered, about, order.order_id))
        elif pouch is not None and not proof.shows(ordered, pouch):
            problems = check_label(ordered, pouch, about, order.order_id).findings
            findings.extend(problems)
            if not problems:
                proof.keep(ordered, pouch)
    return tuple(findings)


def check_label(ordered: PouchOrder, pouch: Pouch, about: Labelled, subject: str) -> LabelCheck:
    """Return what the label of `ordered` says, and everything in which label, picks and `pouch` are not one."""
    place = LabelPlace(subject, ordered.number)
    try:
        read = read_pouch(ordered.lines, pouch.instruction)
    except LabelUnreadableError as error:
        return LabelCheck((place.unreadable(error.line),), None, Counter())
    held, asked = _held(pouch), picked(ordered)
    said, strange = _recognised(read.medicines, {**held, **asked}, about.catalogue)
    findings = (
        *place.differences(_words(read, pouch, about)),
        *(place.strange(words, held, about.catalogue) for words in strange),
        *_amounts(said, held, asked, about.catalogue, place),
        *_total(read, asked, place),
    )
    return LabelCheck(findings, read, said)


def picked(ordered: PouchOrder) -> Counter[ProductId]:
    """Return the quarters of each product that the picks of a pouch drop."""
    asked: Counter[ProductId] = Counter()
    for pick in ordered.picks:
        asked[ProductId(pick.product)] += pick.units * 4 if isinstance(pick, BayPick) else pick.quarters
    return asked


def _held(pouch: Pouch) -> Counter[ProductId]:
    held: Counter[ProductId] = Counter()
    for content in pouch.contents:
        held[content.product_id] += content.quarters
    return held


def _words(read: ReadPouch, pouch: Pouch, about: Labelled) -> Iterator[Told]:
    roll = about.roll
    yield from whose(read.name, read.civil_number, about.identity)
    yield Told("dato/date", str(read.day), str(pouch.date))
    yield Told("tidspunkt/time", time_text(read.time), slot_text(pouch.slot, about.slots))
    yield Told("anvisning/instruction", spaced(read.instruction), spaced(pouch.instruction))
    yield Told("del/part", f"{read.part}/{read.parts}", f"{pouch.part}/{pouch.parts}")
    yield Told("nummer/number", f"{read.number}/{read.pouches}", f"{pouch.number}/{len(roll.pouches)}")
    yield Told("rulle/roll", read.roll, roll.roll_id)
    yield from packed_on(read.packed_on, about)


def _recognised(
    medicines: Sequence[ReadAmount], products: Iterable[ProductId], catalogue: Catalogue
) -> tuple[Counter[ProductId], list[str]]:
    """Return the quarters said of each of `products`, and the words that are none of them, or two."""
    known = [catalogue.products[product] for product in products if product in catalogue.products]
    said: Counter[ProductId] = Counter()
    strange: list[str] = []
    for medicine in medicines:
        meant = [product.product_id for product in known if is_called(product, medicine.words)]
        if len(meant) == 1:
            said[meant[0]] += medicine.quarters
        else:
            strange.append(medicine.words)
    return said, strange


def _amounts(
    said: Counter[ProductId],
    held: Counter[ProductId],
    asked: Counter[ProductId],
    catalogue: Catalogue,
    place: LabelPlace,
) -> Iterator[Finding]:
    for product in dict.fromkeys((*held, *asked)):
        if not said[product] == held[product] == asked[product]:
            yield found(
                label_codes.LABEL_AMOUNT,
                place.subject,
                pouch=place.pouch,
                product=product_words(product, catalogue),
                label=text_of(Quarters(said[product])),
                pouched=text_of(Quarters(held[product])),
                machine=text_of(Quarters(asked[product])),
            )


def _total(read: ReadPouch, asked: Counter[ProductId], place: LabelPlace) -> Iterator[Finding]:
    lines, machine = sum(medicine.quarters for medicine in read.medicines), sum(asked.values())
    if not read.total == lines == machine:
        texts = {"label": read.total, "lines": lines, "machine": machine}
        details = {name: text_of(Quarters(quarters)) for name, quarters in texts.items()}
        yield found(label_codes.LABEL_TOTAL, place.subject, pouch=place.pouch, **details)
