"""Judges a world by what really happened: pouches as they came out, their labels, and what everybody was told.

Nothing here runs inside a task of the world: a violation that is raised in a supervisor's task would be swallowed.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from dispenser.app.evidence import UnaccountedOrderError, physical_pouches
from dispenser.core.ids import MachineId
from hal.journal import START, chain, document_of
from hal.orders import BayPick, digest_of, order_of
from hal.orders import document_of as order_document
from tests.world.faults import LOSSY
from tests.world.machines import Box
from tests.world.world import World

REVOKE_SECONDS: Final = 2.0
_SLOTS: Final = {"Morgen": "morning", "Middag": "noon", "Aften": "evening", "Nat": "night"}
_ENTRIES: Final = 100_000


@dataclass(frozen=True)
class Found:
    """A pouch that came out of a machine, as somebody reads it who has nothing but the pouch."""

    machine: str
    film: int
    outcome: str
    citizen: int
    day: date | None
    """None for a header."""
    slot: str
    contents: dict[str, int]
    serial: str

    @property
    def key(self) -> tuple[int, date, str] | None:
        return None if self.day is None else (self.citizen, self.day, self.slot)


def found_on(box: Box) -> Iterator[Found]:
    """Every closed pouch of a machine; what a label says is read from the order that the machine had."""
    for line in box.truth():
        order, number = int(str(line["order"])), int(str(line["pouch"]))
        lines = box.orders[order][number]
        citizen = int(lines[0].rsplit(" ", 1)[1])
        day, slot = _when(lines[2]) if number else (None, "")
        contents = line["contents"] if isinstance(line["contents"], dict) else {}
        if box.spec.profile in LOSSY:
            # Nobody can see what fell besides; that it was ordered once, and as planned, is all that can be asked.
            contents = _ordered(box, order, number)
        serial = str(line["symbol"]).rsplit("(21)", 1)[-1]
        film = int(str(line["film"]))
        yield Found(box.spec.id, film, str(line["outcome"]), citizen, day, slot, dict(contents), serial)


def _ordered(box: Box, order: int, number: int) -> dict[str, int]:
    """Return the quarters by product that a pouch was to hold."""
    contents: dict[str, int] = {}
    for pick in next(one.picks for one in order_of(box.documents[order]).pouches if one.number == number):
        quarters = 4 * pick.units if isinstance(pick, BayPick) else pick.quarters
        contents[pick.product] = contents.get(pick.product, 0) + quarters
    return contents


def _when(line: str) -> tuple[date, str]:
    """Read `Mandag 23.11.2026 Morgen kl. 08:00`."""
    _, day, slot, *_ = line.split(" ")
    number, month, year = map(int, day.split("."))
    return date(year, month, number), _SLOTS[slot]


def discarded(world: World) -> set[str]:
    """Serials of the pouches that nobody is to use."""
    with world.eyes.database.read() as tx:
        return {f"{record.roll_id}{record.number:03d}" for record in tx.discards.open(_ENTRIES)}


def set_aside(world: World) -> None:
    """Remember what people were told to discard: they did, whatever a restored database knows of it."""
    gone = discarded(world)
    found = [found for box in world.boxes for found in found_on(box)]
    world.set_aside |= {(one.machine, one.film) for one in found if one.serial in gone}


def in_use(world: World) -> dict[tuple[int, date, str], list[Found]]:
    """Pouches that citizens will be given, by citizen, date and slot."""
    gone = discarded(world)
    pouches: dict[tuple[int, date, str], list[Found]] = {}
    for box in world.boxes:
        for found in found_on(box):
            is_gone = found.serial in gone or (found.machine, found.film) in world.set_aside
            if found.outcome == "packed" and found.key is not None and not is_gone:
                pouches.setdefault(found.key, []).append(found)
    return pouches


def wanted(world: World) -> dict[tuple[int, date, str], dict[str, int]]:
    """What the newest plans ask for."""
    return {
        (citizen, day, slot): contents
        for citizen in world.told
        for (day, slot), contents in world.plan_of(citizen).expected(world.size.days).items()
    }


def pending(world: World) -> list[str]:
    """What is not yet as it shall be; empty once everything is packed and on record."""
    if any(told.at is None and not told.refused for sent in world.told.values() for told in sent):
        return ["a plan has not been taken yet"]
    pouches = in_use(world)
    late = [f"{key} is not packed" for key in wanted(world) if not pouches.get(key)]
    with world.eyes.database.read() as tx:
        for box in world.boxes:
            machine_id = MachineId(box.spec.id)
            if tx.jobs.live_on(machine_id) or tx.jobs.queued_for(machine_id):
                late.append(f"{machine_id} has an open job")
            if box.machine is None or tx.journal.count(machine_id) < box.machine.total_entries:
                late.append(f"the journal of {machine_id} is not all on record")
    return late


def violations(world: World) -> list[str]:
    """Everything that must never be, in a world that has settled."""
    wrong = list(world.loop.unexpected())
    wrong += doubles(world)
    wrong += _wrong(world)
    for box in world.boxes:
        wrong += _films(box)
        wrong += _fenced(box)
        wrong += _labels(box)
        wrong += _journal(world, box)
        if not world.restored:
            wrong += _record(world, box)
    wrong += _revoked(world)
    wrong += _resent(world)
    return wrong


def doubles(world: World) -> Iterator[str]:
    """No medicine twice for one intake; a medicine that came later may have a pouch of its own beside the first."""
    for key, pouches in sorted(in_use(world).items()):
        products = [product for one in pouches for product in one.contents]
        if len(products) != len(set(products)):
            where = [f"film {one.film} of {one.machine}" for one in pouches]
            yield f"S1: {key} is packed {len(pouches)} times: {where}"


def _wrong(world: World) -> Iterator[str]:
    """What is in use is what the newest plans ask for."""
    asked = wanted(world)
    for key, pouches in sorted(in_use(world).items()):
        together = {product: quarters for one in pouches for product, quarters in one.contents.items()}
        if key not in asked:
            yield f"S2: {key} is packed, and the plan has nothing there"
        elif together != asked[key]:
            yield f"S2: {key} holds {[one.contents for one in pouches]} instead of {asked[key]}"


def _films(box: Box) -> Iterator[str]:
    films = [int(str(line["film"])) for line in box.truth()]
    started = [number for number, _ in box.films]
    if films != sorted(set(films)):
        yield f"S3: {box.spec.id} closed the films {films}"
    if started != list(range(1, len(started) + 1)):
        yield f"S3: {box.spec.id} fed the films {started}"
    if sorted(films) != sorted(started):
        yield f"S3: {box.spec.id} fed {len(started)} films and closed {len(films)}"


def _fenced(box: Box) -> Iterator[str]:
    for effect in box.effects:
        if effect.epoch < effect.highest:
            yield f"S6: {box.spec.id} took {effect.kind} under {effect.epoch} after {effect.highest} at {effect.at:.3f}"


def _labels(box: Box) -> Iterator[str]:
    for line in box.truth():
        if line["outcome"] == "packed":
            order, pouch = int(str(line["order"])), int(str(line["pouch"]))
            ordered = box.symbols[order, pouch]
            if line["symbol"] != ordered:
                yield f"I4: {box.spec.id} film {line['film']} bears {line['symbol']!r}, not {ordered!r}"


def _record(world: World, box: Box) -> Iterator[str]:
    try:
        known = physical_pouches(world.eyes, MachineId(box.spec.id))
    except UnaccountedOrderError as error:
        yield f"S5: {error}"
        return
    # What two people have destroyed counts for nothing, whatever it was.
    gone = {film for machine, film in world.set_aside if machine == box.spec.id}
    told = [(one.order, one.pouch, one.film, "" if one.film in gone else one.outcome) for one in known]
    real = [
        (line["order"], line["pouch"], line["film"], "" if line["film"] in gone else line["outcome"])
        for line in box.truth()
    ]
    if told != real:
        yield f"S3: the record of {box.spec.id} says {told}, and it was {real}"
    for one, line in zip(known, box.truth(), strict=False):
        if box.spec.profile not in LOSSY and one.outcome == "packed" and dict(one.contents) != line["contents"]:
            yield f"S3: film {one.film} of {box.spec.id} is {line['contents']}, on record {one.contents}"


def _journal(world: World, box: Box) -> Iterator[str]:
    if box.machine is None:
        return
    own: list[str] = []
    position = ("", 0)
    while page := box.machine.journal_after(*position, 100):
        own += page
        last = json.loads(page[-1])
        position = last["boot"], last["seq"]
    with world.eyes.database.read() as tx:
        entries = tx.journal.after(MachineId(box.spec.id), START, _ENTRIES)
        record = tx.machines.get(MachineId(box.spec.id))
    if [document_of(entry) for entry in entries] != own:
        yield f"S8: the journal of {box.spec.id} and its record differ ({len(own)} and {len(entries)} entries)"
    head = ""
    for entry in entries:
        head = chain(head, entry)
    if head != record.journal_head:
        yield f"S8: the chain of {box.spec.id} does not lead to its head"
    for before, after in pairwise(entries):
        if after.boot_id == before.boot_id and after.seq != before.seq + 1:
            yield f"I1: {box.spec.id} {after.boot_id}: {before.seq} is followed by {after.seq}"


def _revoked(world: World) -> Iterator[str]:
    """No pouch of a plan that is gone is begun later than two seconds after, while nothing was in the way."""
    for citizen, sent in world.told.items():
        for told in sent:
            if told.at is None or any(line.active for line in told.plan.lines):
                continue
            for box in world.boxes:
                for at, order, pouch in box.starts:
                    is_old = box.stored_at[order] < told.at and box.citizens[order] == citizen
                    if is_old and at > told.at + REVOKE_SECONDS and not world.was_troubled(told.at, at):
                        yield f"S10: {box.spec.id} began pouch {pouch} of order {order} {at - told.at:.2f} s late"


def _resent(world: World) -> Iterator[str]:
    for told in world.resent:
        yield f"never resend: {told}"


def ghosts(world: World) -> list[str]:
    """Bring every order of the past to its machine once more, under the newest lease: none may be taken again."""
    wrong: list[str] = []
    for box in world.boxes:
        machine = box.machine
        if machine is None:
            continue
        for number, document in box.documents.items():
            order = order_of(document)
            highest = max(effect.epoch for effect in box.effects)
            late = order_document(
                type(order)(order.order_id, number, highest, order.capabilities_digest, order.pouches)
            )
            total = machine.status_document()["film"]
            answer = Box.store_unwatched(machine, late, digest_of(order_of(late)))
            if answer.ok and late != document:
                wrong.append(f"S7: {box.spec.id} takes order {number} again (film {total})")
    return wrong
