"""The hall of the self-test: machines, database, clock and disk, as they tell of themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from hal.documents import CONTRACT
from hal.journal import Cursor, Mark
from hal.status import Capabilities, MachineStatus, OrderStatus, PackMLState

MACHINE: Final = "M1"
_FREE: Final = 50 * 2**30
_HEAD: Final = "5e" * 32
_NEWER_HEAD: Final = "c3" * 32


@dataclass(frozen=True, slots=True)
class Hall:
    """What the checks of the running site look at.

    `had` is the highest order number of the machine, `sent` the one that the witness keeps of it, `next_order` the next
    that the database gives; `mine` and
    `newest` are fencing tokens; `worked_on` is the order of a pouch that came out, `under_way` the one sent; `told` is
    what the machine was told of its journal, `head` what our record has there, `read` how far the journal is read;
    `standing` is how the machine stands, and `driver` what is wrong with its driver. `before` and `after` are rows by
    table around an upgrade.
    """

    had: int
    sent: int
    next_order: int
    mine: int
    newest: int
    fleet: Mapping[str, Capabilities]
    worked_on: int
    under_way: int | None
    told: Mark
    head: str | None
    read: Mark
    standing: MachineStatus
    driver: str
    now: datetime
    recorded: datetime
    sqlite: Mapping[str, object]
    postgresql: Mapping[str, str]
    free: int
    before: Mapping[str, int]
    after: Mapping[str, int]
    is_signed_for: bool = False
    """Somebody signs that the machine may serve again, while it is in service."""
    demonstration_catalogue: bool = False
    not_clinical: tuple[str, ...] = ()


def sound_hall(today: date) -> Hall:
    """Return a hall in which everything may go on."""
    now = datetime.combine(today, time(11, 0), UTC)
    rows = {"plan": 120, "batch": 12, "pouch_attempt": 9_000, "journal": 40_000}
    return Hall(
        had=41,
        sent=41,
        next_order=42,
        mine=7,
        newest=7,
        fleet={MACHINE: machine()},
        worked_on=41,
        under_way=41,
        told=Mark(Cursor("b7", 90), _HEAD),
        head=_HEAD,
        read=Mark(Cursor("b7", 120), _NEWER_HEAD),
        standing=standing(),
        driver="",
        now=now,
        recorded=now - timedelta(minutes=3),
        sqlite={"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1},
        postgresql={"fsync": "on", "synchronous_commit": "on"},
        free=_FREE,
        before=rows,
        after={**rows, "staff": 0},
    )


def standing(*orders: OrderStatus) -> MachineStatus:
    """Return how a machine stands that has `orders`."""
    return MachineStatus(
        state=PackMLState.STOPPED,
        boot_id="b7",
        last_seq=120,
        high_water=41,
        film=9_000,
        epoch=7,
        orders=orders,
        alarms=(),
        pouches_per_minute=60,
        journal_head=_NEWER_HEAD,
    )


def machine(vendor: str = "Nordpak") -> Capabilities:
    """Return what a machine of `vendor` tells of itself."""
    return Capabilities(
        contract=CONTRACT,
        vendor=vendor,
        model="DP-60",
        serial_number="0001",
        firmware="1.0",
        bays=60,
        tray_cells=60,
        pouch_units=8,
        pouch_volume_mm3=0,
        print_lines=20,
        print_columns=0,
        order_pouches=500,
        queue_depth=1,
        journal_depth=1_000_000,
        design_pouches_per_minute=60,
        journal=True,
        idempotent_load=True,
        encoder=True,
        tablet_counter=True,
        reject_gate=True,
        camera=True,
    )
