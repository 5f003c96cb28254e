"""One roll: every pouch with what it holds, every attempt to pack it, and the machine's own evidence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dispenser.app.batch_alerts import overridden_in
from dispenser.app.discarding import related_to
from dispenser.app.services import Services
from dispenser.app.slot_tables import slots_of_roll
from dispenser.app.views_discards import DiscardLine, discard_lines
from dispenser.core.acute import Acute
from dispenser.core.ids import BatchId, MachineId, ProductId, RollId
from dispenser.core.pouch import Pouch
from dispenser.core.product import Catalogue
from dispenser.core.quantity import QUARTERS_PER_UNIT, Quarters
from dispenser.core.replaced import Related
from dispenser.core.roll import HEADER_NUMBER, Period
from dispenser.core.slots import SlotTable
from dispenser.store.board import Progress
from dispenser.store.records import FindingRecord, JobRecord, PouchRecord, RollRecord
from dispenser.store.traces import TracedLot
from hal.journal import JournalEntry
from hal.wire import words


@dataclass(frozen=True, slots=True)
class ContentLine:
    """What a pouch holds of one product: `unit` is the catalogue's word, `appearance` how the tablet looks."""

    quarters: Quarters
    unit: str
    short_name: str
    appearance: str
    product_id: ProductId


@dataclass(frozen=True, slots=True)
class Film:
    """One physical pouch in the machine's own words: the entries of its journal, in their order."""

    entries: tuple[JournalEntry, ...]

    @property
    def number(self) -> int:
        """The machine's count of physical pouches, 0 when the journal does not say."""
        numbers = [entry.fields["film"] for entry in self.entries if "film" in entry.fields]
        return int(numbers[0]) if numbers else 0

    @property
    def outcome(self) -> str:
        """`packed` or `void` as the machine closed it, empty while it is open."""
        return self._closing("outcome")

    @property
    def reason(self) -> str:
        """Why the machine threw it away, empty when it did not."""
        return self._closing("reason")

    def _closing(self, name: str) -> str:
        closed = [entry.fields.get(name, "") for entry in self.entries if entry.kind == words.POUCH_CLOSED]
        return str(closed[-1]) if closed else ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to pack a pouch, and the films that the machine spent on it, oldest first."""

    record: PouchRecord
    films: tuple[Film, ...]


@dataclass(frozen=True, slots=True)
class PouchCard:
    """A pouch, its contents, and its attempts, newest first; `pouch` is None for the header pouch.

    `discard` says why it must not be used although it was packed, None when it may; `lots` are those that it may hold,
    by product, an empty one where nobody registered the fill.
    """

    number: int
    pouch: Pouch | None
    contents: tuple[ContentLine, ...]
    attempts: tuple[Attempt, ...]
    discard: DiscardLine | None = None
    lots: Mapping[ProductId, tuple[str, ...]] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """Where the pouch stands: packed as soon as one attempt was, else as the newest attempt."""
        states = [attempt.record.state for attempt in self.attempts]
        if "packed" in states:
            return "packed"
        return states[0] if states else "planned"


@dataclass(frozen=True, slots=True)
class Day:
    """The pouches of one civil date, in the order of the day."""

    date: date
    cards: tuple[PouchCard, ...]


@dataclass(frozen=True, slots=True)
class RollPage:
    """A roll with all its pouches by day; `jobs` are the attempts for the whole roll, oldest first.

    `slots` is the table with which it was planned; `relation` what an acute roll has to do with older ones.
    """

    record: RollRecord
    batch_id: BatchId
    name: str
    birth_date: date
    period: Period
    progress: Progress
    header: PouchCard
    days: tuple[Day, ...]
    jobs: tuple[JobRecord, ...]
    slots: SlotTable
    acute: Acute | None
    relation: Related
    overridden: tuple[FindingRecord, ...]
    """What was found about the roll or its lines and set aside."""


def roll_page(services: Services, roll_id: RollId) -> RollPage | None:
    """Return one roll, or None when there is no such roll."""
    with services.database.read() as tx:
        record = tx.batches.find_roll(roll_id)
        if record is None:
            return None
        roll = tx.batches.roll(roll_id)
        citizen = tx.citizens.get(roll.citizen_id)
        jobs = tuple(tx.jobs.of_roll(roll_id))
        pouches = tx.jobs.pouches_of_roll(roll_id)
        entries = {
            (job.machine_id, job.order_number): tx.journal.of_order(job.machine_id, job.order_number)
            for job in jobs
            if job.order_number is not None
        }
        slots = slots_of_roll(services, tx, roll_id)
        progress = tx.board.of_rolls([roll_id]).get(roll_id, Progress())
        relation = related_to(tx, roll)
        overridden = overridden_in(tx, (record,), tx.batches.get(record.batch_id).findings)
        discards = discard_lines(tx, tx.discards.of_rolls([roll_id]), roll.pouches, services.catalogue)
        done = {one.number for one in pouches if one.state == "packed"}
        lots = _lots(tx.traces.lots_of_roll(roll_id), [one for one in roll.pouches if one.number in done])
    wrong = {line.record.number: line for line in discards}
    attempts = _attempts(jobs, pouches, entries)
    cards = [
        PouchCard(
            pouch.number,
            pouch,
            contents_of(pouch, services.catalogue),
            attempts.get(pouch.number, ()),
            wrong.get(pouch.number),
            lots.get(pouch.number, {}),
        )
        for pouch in roll.pouches
    ]
    return RollPage(
        record=record,
        batch_id=record.batch_id,
        name=citizen.identity.name,
        birth_date=citizen.identity.birth_date,
        period=roll.period,
        progress=progress,
        header=PouchCard(HEADER_NUMBER, None, (), attempts.get(HEADER_NUMBER, ()), wrong.get(HEADER_NUMBER)),
        days=_days(cards),
        jobs=jobs,
        slots=slots,
        acute=roll.acute,
        relation=relation,
        overridden=overridden,
    )


def contents_of(pouch: Pouch, catalogue: Catalogue) -> tuple[ContentLine, ...]:
    """Return what a pouch holds, in the roll's own order; a product that left the catalogue keeps its number."""
    lines: list[ContentLine] = []
    for content in pouch.contents:
        product = catalogue.products.get(content.product_id)
        if product is None:
            lines.append(ContentLine(content.quarters, "", content.product_id, "", content.product_id))
            continue
        unit = product.units[content.quarters > QUARTERS_PER_UNIT]
        looks = "" if product.appearance_invented else product.appearance
        lines.append(ContentLine(content.quarters, unit, product.short_name, looks, content.product_id))
    return tuple(lines)


def _lots(traced: Iterable[TracedLot], packed: Iterable[Pouch]) -> dict[int, dict[ProductId, tuple[str, ...]]]:
    """Return the lots of each packed pouch by product; of what nothing is written down, one without a name."""
    found: defaultdict[int, defaultdict[ProductId, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for one in traced:
        found[one.number][one.product_id][one.lot] = None
    for pouch in packed:
        for content in pouch.contents:
            if content.product_id not in found[pouch.number]:
                found[pouch.number][content.product_id][""] = None
    return {
        number: {product_id: tuple(lots) for product_id, lots in products.items()} for number, products in found.items()
    }


def _attempts(
    jobs: Sequence[JobRecord],
    pouches: Iterable[PouchRecord],
    entries: Mapping[tuple[MachineId, int], Sequence[JournalEntry]],
) -> dict[int, tuple[Attempt, ...]]:
    """Return the attempts at each pouch, newest first; the machine may have spent several films in one attempt."""
    age = {job.job_id: place for place, job in enumerate(jobs)}
    told: defaultdict[tuple[MachineId, int, int], list[JournalEntry]] = defaultdict(list)
    for (machine_id, order_number), of_order in entries.items():
        for entry in of_order:
            told[machine_id, order_number, entry.pouch].append(entry)
    found: defaultdict[int, list[Attempt]] = defaultdict(list)
    for record in sorted(pouches, key=lambda record: -age.get(record.job_id, 0)):
        facts = told.get((record.machine_id, record.order_number or 0, record.number), [])
        found[record.number].append(Attempt(record, tuple(_films(facts))))
    return {number: tuple(attempts) for number, attempts in found.items()}


def _films(facts: Iterable[JournalEntry]) -> Iterator[Film]:
    film: list[JournalEntry] = []
    for entry in facts:
        if entry.kind == words.POUCH_STARTED and film:
            yield Film(tuple(film))
            film = []
        film.append(entry)
    if film:
        yield Film(tuple(film))


def _days(cards: Iterable[PouchCard]) -> tuple[Day, ...]:
    days: dict[date, list[PouchCard]] = {}
    for card in cards:
        if card.pouch is not None:
            days.setdefault(card.pouch.date, []).append(card)
    return tuple(Day(day, tuple(found)) for day, found in sorted(days.items()))
