"""Ways to break one promise of a sound driver."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from hal.driver import Lease
from hal.errors import RefusedError
from hal.journal import Cursor, FieldValue, JournalEntry, Mark
from hal.orders import BayPick, CellPick, PackingOrder, Pick, PouchOrder
from hal.status import Bay, Capabilities, MachineStatus
from tests.conformance.sound import Build, Plant, Sound

Change = Callable[["Twisted", JournalEntry], JournalEntry]


class Twisted(Sound):
    """A sound driver that counts its openings, and tells things otherwise than they are."""

    def __init__(self, plant: Plant) -> None:
        super().__init__(plant)
        self.openings = 0

    async def open(self, lease: Lease) -> Capabilities:
        found = await super().open(lease)
        self.openings += 1
        return found


def status(change: Callable[[MachineStatus], MachineStatus], boots: int = 0) -> Build:
    """Tell the status otherwise, from the power-up after `boots` on."""

    class Told(Twisted):
        async def read_status(self) -> MachineStatus:
            found = await super().read_status()
            return change(found) if self.plant.boots > boots else found

    return Told


def capabilities(change: Callable[[Twisted, Capabilities], Capabilities]) -> Build:
    class Told(Twisted):
        async def open(self, lease: Lease) -> Capabilities:
            return change(self, await super().open(lease))

    return Told


def bays(change: Callable[[list[Bay]], list[Bay]]) -> Build:
    class Told(Twisted):
        async def read_bays(self) -> Sequence[Bay]:
            return change(list(await super().read_bays()))

    return Told


def journal(change: Change) -> Build:
    """Tell every entry otherwise."""

    class Told(Twisted):
        async def journal_after(self, cursor: Cursor, limit: int) -> Sequence[JournalEntry]:
            return [change(self, entry) for entry in await super().journal_after(cursor, limit)]

    return Told


def told(kind: str, **fields: FieldValue) -> Build:
    """Tell entries of a kind with other fields."""
    return journal(lambda _, one: replace(one, fields={**one.fields, **fields}) if one.kind == kind else one)


def untold(kind: str, **those: FieldValue) -> Build:
    """Tell entries of a kind, with `those` fields, as something else."""

    def change(_: Twisted, one: JournalEntry) -> JournalEntry:
        hidden = one.kind == kind and those.items() <= dict(one.fields).items()
        return replace(one, kind="Consumable", fields={"kind": "film", "left": 1}) if hidden else one

    return journal(change)


def loads(change: Callable[[PackingOrder], PackingOrder]) -> Build:
    """Send another order than was given."""

    class Sends(Twisted):
        async def ensure_loaded(self, order: PackingOrder) -> None:
            await super().ensure_loaded(change(order))

    return Sends


def prints(change: Callable[[str], str]) -> Build:
    return loads(lambda order: pouches(order, lambda one: replace(one, lines=tuple(map(change, one.lines)))))


def pouches(order: PackingOrder, change: Callable[[PouchOrder], PouchOrder]) -> PackingOrder:
    return replace(order, pouches=tuple(map(change, order.pouches)))


def picks(change: Callable[[Pick], Pick | None]) -> Build:
    """Send other picks than were given; None leaves one out."""

    def changed(pouch: PouchOrder) -> PouchOrder:
        made = (change(pick) for pick in pouch.picks)
        return replace(pouch, picks=tuple(pick for pick in made if pick is not None))

    return loads(lambda order: pouches(order, changed))


def bay_pick(change: Callable[[BayPick], BayPick | None]) -> Build:
    return picks(lambda pick: change(pick) if isinstance(pick, BayPick) else pick)


def cell_pick(change: Callable[[CellPick], CellPick | None]) -> Build:
    return picks(lambda pick: change(pick) if isinstance(pick, CellPick) else pick)


class Deaf(Twisted):
    """Does not hear a refusal whose codes are all among `codes` (all when there are none)."""

    codes: frozenset[str] = frozenset()

    def hears(self, refused: RefusedError) -> None:
        found = {reason.code for reason in refused.reasons}
        if self.codes and not found <= self.codes:
            raise refused

    async def ensure_loaded(self, order: PackingOrder) -> None:
        try:
            await super().ensure_loaded(order)
        except RefusedError as refused:
            self.hears(refused)

    async def ensure_packing(self, number: int) -> None:
        try:
            await super().ensure_packing(number)
        except RefusedError as refused:
            self.hears(refused)

    async def acknowledge(self, mark: Mark) -> None:
        try:
            await super().acknowledge(mark)
        except RefusedError as refused:
            self.hears(refused)


def deaf(*codes: str) -> Build:
    class Hears(Deaf):
        pass

    Hears.codes = frozenset(codes)
    return Hears
