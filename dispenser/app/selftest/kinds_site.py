"""Faults of the running site: the wrong database, a second controller, a clock set back, what must never meet."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, pick
from dispenser.app.selftest.hall import MACHINE, Hall, machine, standing
from dispenser.app.selftest.kind import Fault, Kind, Part
from dispenser.app.selftest.world import World
from hal.journal import Cursor, Mark
from hal.status import OrderState, OrderStatus
from safety.site_checks import SIMULATED_VENDOR

Altered = Callable[[Chance, Hall], Hall]


def _hall(alter: Altered, chance: Chance, world: World) -> Fault | None:
    return Fault(replace(world, hall=alter(chance, world.hall)))


def _restored(chance: Chance, hall: Hall) -> Hall:
    return replace(hall, had=hall.next_order + chance.randrange(500))


def _restored_while_off(chance: Chance, hall: Hall) -> Hall:
    """Let the machine be switched off: only the witness tells what it was sent."""
    return replace(hall, sent=hall.next_order + chance.randrange(500))


def _fenced(chance: Chance, hall: Hall) -> Hall:
    return replace(hall, newest=hall.mine + chance.randint(1, 9))


def _without(name: str, _: Chance, hall: Hall) -> Hall:
    """Let a machine lack what proves a pouch."""
    one = hall.fleet[MACHINE]
    lacking = {
        "journal": replace(one, journal=False),
        "counter": replace(one, tablet_counter=False),
        "camera": replace(one, camera=False),
    }
    return replace(hall, fleet={**hall.fleet, MACHINE: lacking[name]})


def _other_order(chance: Chance, hall: Hall) -> Hall:
    return replace(hall, worked_on=hall.worked_on + pick(chance, (-1, 1, 17)))


def _no_order(_: Chance, hall: Hall) -> Hall:
    return replace(hall, under_way=None)


def _other_database(chance: Chance, hall: Hall) -> Hall:
    """Let the machine have been told of its journal by somebody else's database."""
    told = Mark(Cursor(hall.told.cursor.boot_id, hall.told.cursor.seq + chance.randint(1, 500)), "77" * 32)
    return replace(hall, told=told, head=None)


def _other_head(_: Chance, hall: Hall) -> Hall:
    return replace(hall, head="00" * 32)


def _rewritten(chance: Chance, hall: Hall) -> Hall:
    return replace(hall, read=replace(hall.read, head=f"{chance.randrange(256):02x}" * 32))


def _still_at_work(chance: Chance, hall: Hall) -> Hall:
    state = pick(chance, (OrderState.LOADED, OrderState.RUNNING, OrderState.HELD))
    return replace(hall, standing=standing(OrderStatus(41, "o41", "d" * 64, state, chance.randrange(40))))


def _signed_for(_: Chance, hall: Hall) -> Hall:
    return replace(hall, is_signed_for=True)


def _no_driver(chance: Chance, hall: Hall) -> Hall:
    return replace(hall, driver=pick(chance, ("ImportError: no module named acme", "no driver takes acme://")))


def _set_back(chance: Chance, hall: Hall) -> Hall:
    return replace(hall, now=hall.recorded - timedelta(seconds=chance.randint(61, 10_000_000)))


def _far_ahead(chance: Chance, hall: Hall) -> Hall:
    return replace(hall, now=hall.recorded + timedelta(days=chance.randint(32, 5_000)))


def _unsafe_sqlite(chance: Chance, hall: Hall) -> Hall:
    wrong = pick(chance, (("journal_mode", "memory"), ("synchronous", 1), ("synchronous", 0), ("foreign_keys", 0)))
    return replace(hall, sqlite={**hall.sqlite, wrong[0]: wrong[1]})


def _silent_sqlite(chance: Chance, hall: Hall) -> Hall:
    lost = pick(chance, sorted(hall.sqlite))
    return replace(hall, sqlite={name: value for name, value in hall.sqlite.items() if name != lost})


def _unsafe_postgresql(chance: Chance, hall: Hall) -> Hall:
    return replace(hall, postgresql={**hall.postgresql, pick(chance, sorted(hall.postgresql)): "off"})


def _full(chance: Chance, hall: Hall) -> Hall:
    return replace(hall, free=chance.randrange(200 * 2**20))


def _simulated_beside(_: Chance, hall: Hall) -> Hall:
    return replace(hall, fleet={**hall.fleet, "M2": machine(SIMULATED_VENDOR)})


def _made_up_catalogue(_: Chance, hall: Hall) -> Hall:
    return replace(hall, demonstration_catalogue=True)


def _made_up_rules(_: Chance, hall: Hall) -> Hall:
    return replace(hall, not_clinical=("demonstration 1",))


def _rows_lost(chance: Chance, hall: Hall) -> Hall:
    table = pick(chance, sorted(hall.before))
    return replace(hall, after={**hall.after, table: hall.before[table] - 1})


def _table_lost(chance: Chance, hall: Hall) -> Hall:
    table = pick(chance, sorted(hall.before))
    return replace(hall, after={name: rows for name, rows in hall.after.items() if name != table})


def _kind(name: str, what: str, alter: Altered, check: str) -> Kind:
    return Kind(name, what, Part.SITE, (check,), partial(_hall, alter))


KINDS: Final = (
    _kind("database-restored", "the database is older than a machine", _restored, "S1"),
    _kind(
        "database-restored-while-off",
        "the database is older than what a silent machine was sent",
        _restored_while_off,
        "S1",
    ),
    _kind("journal-of-other-database", "a machine served another database meanwhile", _other_database, "S1"),
    _kind("journal-known-otherwise", "a machine was told of another journal than ours", _other_head, "S1"),
    _kind("journal-rewritten", "a machine's journal is not the one that was read", _rewritten, "S3"),
    _kind("readmitted-in-service", "somebody signs for a machine that is in service", _signed_for, "S3"),
    _kind("readmitted-at-work", "a machine is to serve again while it is at work", _still_at_work, "S3"),
    _kind("driver-unusable", "the driver of a machine cannot be used", _no_driver, "S3"),
    _kind("second-controller", "another controller has taken a machine over", _fenced, "S2"),
    _kind("machine-without-journal", "a machine keeps no journal", partial(_without, "journal"), "S3"),
    _kind("machine-without-counter", "a machine does not count tablets", partial(_without, "counter"), "S3"),
    _kind("machine-without-camera", "a machine does not look at pouches", partial(_without, "camera"), "S3"),
    _kind("pouch-of-other-order", "a pouch of another order comes out", _other_order, "S3"),
    _kind("pouch-of-no-order", "a pouch comes out while nothing is under way", _no_order, "S3"),
    _kind("clock-set-back", "the clock is set back", _set_back, "S4"),
    _kind("clock-far-ahead", "the clock is far ahead of the record", _far_ahead, "S4"),
    _kind("sqlite-unsafe", "a power cut would lose what SQLite has acknowledged", _unsafe_sqlite, "S5"),
    _kind("sqlite-silent", "SQLite does not say how it keeps what it has acknowledged", _silent_sqlite, "S5"),
    _kind("postgresql-unsafe", "a power cut would lose what PostgreSQL has acknowledged", _unsafe_postgresql, "S5"),
    _kind("disk-full", "the disk has no room for the record", _full, "S5"),
    _kind("simulated-beside-real", "a simulated machine stands beside a real one", _simulated_beside, "S6"),
    _kind("catalogue-made-up", "a real machine packs from the demonstration catalogue", _made_up_catalogue, "S6"),
    _kind("rules-made-up", "a real machine packs by rules that are for no patient", _made_up_rules, "S6"),
    _kind("upgrade-loses-rows", "an upgrade loses a row", _rows_lost, "S7"),
    _kind("upgrade-loses-table", "an upgrade loses a table", _table_lost, "S7"),
)
