"""Drivers that break one promise about proof, power or the machine itself each, and what the check says of it."""

from dataclasses import replace

from hal.driver import Lease
from hal.errors import OutcomeUnknownError, RefusedError, UnreachableError
from hal.journal import NOTHING, JournalEntry
from hal.orders import PackingOrder
from hal.status import Alarm, Capabilities, MachineStatus, OrderState, PackMLState, UnitMode
from hal.wire import words
from tests.conformance.broken_links import Ahead
from tests.conformance.broken_orders import Helpful, Renumbering
from tests.conformance.sound import Build
from tests.conformance.twists import Twisted, bays, capabilities, deaf, journal, status, told, untold


def _film(_me: Twisted, one: JournalEntry, factor: int = 2) -> JournalEntry:
    film = one.fields.get("film")
    return replace(one, fields={**one.fields, "film": film * factor}) if isinstance(film, int) else one


def _few_films(_me: Twisted, one: JournalEntry) -> JournalEntry:
    film = one.fields.get("film")
    return replace(one, fields={**one.fields, "film": film % 2}) if isinstance(film, int) else one


def _void_as_packed(_me: Twisted, one: JournalEntry) -> JournalEntry:
    is_void = one.kind == words.POUCH_CLOSED and one.fields.get("outcome") == words.VOID
    return replace(one, fields={**one.fields, "outcome": words.PACKED}) if is_void else one


def _state(source: str, target: str) -> Build:
    """Tell a change to `source` as one to `target`."""

    def change(_: Twisted, one: JournalEntry) -> JournalEntry:
        is_it = one.kind == words.STATE_CHANGED and one.fields.get("to") == source
        return replace(one, fields={**one.fields, "to": target}) if is_it else one

    return journal(change)


def _comes_back(_me: Twisted, one: JournalEntry) -> JournalEntry:
    is_it = one.kind == words.ORDER_CHANGED and one.fields.get("state") == "interrupted"
    return replace(one, fields={**one.fields, "state": "loaded"}) if is_it else one


def _told_later(me: Twisted, one: JournalEntry) -> JournalEntry:
    return replace(one, at=f"{one.at} {me.plant.boots}")


def _by_time(me: Twisted, one: JournalEntry) -> JournalEntry:
    """Number what is told by the machine's clock."""
    return replace(one, seq=int(one.at[11:13]) * 10_000 + one.seq) if me.plant.boots else one


def _all(state: OrderState) -> Build:
    return status(lambda one: replace(one, orders=tuple(replace(o, state=state) for o in one.orders)), boots=1)


def _alarms(*alarms: Alarm) -> Build:
    return status(lambda one: replace(one, alarms=alarms))


def _without(code: str) -> Build:
    """Leave an alarm out of the capabilities, and let nobody notice by their digest."""

    class Undescribed(Helpful):
        async def open(self, lease: Lease) -> Capabilities:
            found = await super().open(lease)
            return replace(found, alarms=tuple(alarm for alarm in found.alarms if alarm.code != code))

    return Undescribed


class Unfenced(Twisted):
    """Takes any epoch for the highest after a power cut."""

    highest = 0

    async def open(self, lease: Lease) -> Capabilities:
        self.highest = max(self.highest, lease.epoch)
        return await super().open(Lease(lease.holder, self.highest) if self.plant.boots > 1 else lease)

    async def ensure_loaded(self, order: PackingOrder) -> None:
        await super().ensure_loaded(replace(order, epoch=max(order.epoch, self.highest)))


class Remembering(Twisted):
    """Tells the former status when the machine does not answer."""

    last: MachineStatus | None = None

    async def read_status(self) -> MachineStatus:
        try:
            self.last = await super().read_status()
        except UnreachableError:
            if self.last is None:
                raise
        return self.last


class Shortened(Twisted):
    """Leaves the last pouch out from the fourth order on."""

    loads = 0

    async def ensure_loaded(self, order: PackingOrder) -> None:
        self.loads += 1
        await super().ensure_loaded(replace(order, pouches=order.pouches[:-1]) if self.loads > 3 else order)


class Leaking(Twisted):
    """Gives no connection back."""

    async def open(self, lease: Lease) -> Capabilities:
        if self.openings > 10:
            raise UnreachableError("too many connections")
        return await super().open(lease)


class Insisting(Twisted):
    """Connects again when no answer came, makes the order again under a new number, and has it packed."""

    async def ensure_loaded(self, order: PackingOrder) -> None:
        try:
            await super().ensure_loaded(order)
        except OutcomeUnknownError:
            self.plant.heal()
            self.line = self.plant.lines
            await super().ensure_loaded(replace(order, number=order.number + 1))
            await self.ensure_packing(order.number + 1)
            raise


class StartsAnything(Twisted):
    """Packs a copy of an order that cannot be started any more."""

    order: PackingOrder | None = None

    async def ensure_loaded(self, order: PackingOrder) -> None:
        self.order = order
        await super().ensure_loaded(order)

    async def ensure_packing(self, number: int) -> None:
        try:
            await super().ensure_packing(number)
        except RefusedError:
            if self.order is None:
                raise
            number = (await self.read_status()).high_water + 1
            await super().ensure_loaded(replace(self.order, number=number))


_NO_ALARM = "no alarm"
BROKEN: dict[str, tuple[Build, str]] = {
    "film-rises": (journal(_film), "films"),
    "pouch-one-outcome": (told(words.POUCH_CLOSED, outcome="perhaps"), "was closed as 'perhaps'"),
    "packed-with-evidence": (told(words.SEALED, temperature_dc=0), "sealed at [0]"),
    "stock-falls-as-counted": (bays(lambda found: [replace(bay, units=400) for bay in found]), "units taken from bay"),
    "drops-name-their-fill": (told(words.DROPPED, fill="?"), "canister, fill and product in bay"),
    "states-legal": (_state("Starting", "Execute"), "state after Idle to Execute"),
    "order-states-legal": (journal(_comes_back), "to loaded"),
    "mode-told": (status(lambda one: replace(one, mode=UnitMode.MANUAL)), "mode while packing"),
    "consumables-fall": (
        status(lambda one: replace(one, consumables=tuple(replace(item, left=9) for item in one.consumables))),
        "9 before four pouches",
    ),
    "fault-miscount": (journal(_void_as_packed), "pouches of order"),
    "fault-cold-seal": (told(words.POUCH_CLOSED, reason=""), "without a reason"),
    "fault-reject": (journal(_void_as_packed), "pouches of order"),
    "fault-blank-print": (told(words.POUCH_CLOSED, reason=""), "without a reason"),
    "fault-alarm-told": (untold(words.ALARM_RAISED), "no alarm was raised"),
    "clock-orders-nothing": (journal(_by_time), "journal entry"),
    "power-new-boot": (status(lambda one: replace(one, boot_id="always")), "boot of the status"),
    "power-journal-kept": (journal(_told_later), "entry 1 of boot"),
    "power-acknowledged-kept": (
        status(lambda one: replace(one, acknowledged=NOTHING), boots=1),
        "acknowledged after a power cut",
    ),
    "power-epoch-kept": (Unfenced, "was not refused"),
    "power-capabilities-kept": (
        capabilities(lambda me, one: replace(one, firmware=f"{one.firmware}.{me.plant.boots}")),
        "capabilities",
    ),
    "power-lost-is-told": (Remembering, "read_status of a machine without power works"),
    "power-cut-before-start": (deaf(words.WRONG_STATE, words.UNKNOWN_ORDER), "was not refused"),
    "power-cut-while-packing": (untold(words.POUCH_CLOSED, outcome=words.VOID), "has the outcomes []"),
    "power-cut-when-started": (_all(OrderState.LOADED), "is loaded"),
    "power-cut-after-end": (_all(OrderState.INTERRUPTED), "state of the order"),
    "power-film-rises": (journal(_few_films), "films in the order"),
    "power-tombstones": (Renumbering, "was not refused"),
    "many-orders": (Shortened, "pouches of order"),
    "many-reopenings": (Leaking, "too many connections"),
    "long-journal-twice": (status(lambda one: replace(one, journal_head="0" * 64)), "head of the journal"),
    "random-cuts": (Insisting, "nobody asked for them"),
    "random-power-cuts": (_all(OrderState.LOADED), "is live after a power cut"),
    "random-commands": (Ahead, "closed"),
    "canister-pulled": (_alarms(), _NO_ALARM),
    "wrong-canister": (_alarms(Alarm("E1", "")), _NO_ALARM),
    "door-opened": (
        status(lambda one: replace(one, state=PackMLState.EXECUTE)),
        "no state of an alarm that is abort",
    ),
    "emergency-stop": (_without(words.ALARM_EMERGENCY), "is not among the capabilities"),
    "canister-empty": (_alarms(), _NO_ALARM),
    "film-out": (_without(words.ALARM_FILM), "is not among the capabilities"),
    "ribbon-out": (_alarms(Alarm("E2", "")), _NO_ALARM),
    "take-up-full": (_alarms(), _NO_ALARM),
    "aborted-is-not-resumed": (StartsAnything, "was not refused"),
}
