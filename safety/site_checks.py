"""Whether the site may go on: what machines, database, clock, disk and settings tell of themselves (DOSE-06xx)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from hal.journal import NOTHING, START, Cursor, JournalEntry, Mark
from hal.status import Capabilities, MachineStatus, OrderState
from safety import machine_codes, site_codes
from safety.findings import Finding, found

SIMULATED_VENDOR: Final = "dosisfleet"
"""Vendor that every simulated machine names; no machine is built by us."""
LIVE_ORDERS: Final = frozenset({OrderState.LOADED, OrderState.RUNNING, OrderState.HELD})
CLOCK_TOLERANCE: Final = timedelta(seconds=60)
"""How far the clock may go back: less than a correction by a time server at work, and than any deadline needs."""
LONGEST_SILENCE: Final = timedelta(days=31)
"""A site that has recorded nothing for longer has the wrong clock or an old database."""
LEAST_FREE_BYTES: Final = 256 * 2**20
"""Room for the evidence of everything that can be under way at once, many times over."""
NEEDED_SQLITE: Final = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
"""What SQLite must answer; synchronous 2 is FULL."""
NEEDED_POSTGRESQL: Final = {"fsync": ("on",), "synchronous_commit": ("on", "local", "remote_write", "remote_apply")}
"""What PostgreSQL may answer: every acknowledged commit is on a disk."""
_MIB: Final = 2**20
_KEPT_BY_DRIVER: Final = "driver"


def check_record(machine: str, had: int, next_order: int) -> tuple[Finding, ...]:
    """Find a machine that has `had` an order of a number that the database has not given yet (`next_order` is next)."""
    if had < next_order:
        return ()
    return (found(site_codes.OLDER_RECORD, machine, machine=machine, had=had, known=next_order - 1),)


def check_witness(machine: str, sent: int, next_order: int) -> tuple[Finding, ...]:
    """Find a machine that was `sent` an order of a number that the database has not given (`next_order` is next)."""
    if sent < next_order:
        return ()
    return (found(machine_codes.SENT_MORE, machine, machine=machine, sent=sent, known=next_order - 1),)


def check_mark(machine: str, told: Mark, head: str | None) -> tuple[Finding, ...]:
    """Find a machine that was `told` of a place in its journal that we never told it of.

    `head` is what our own record has at that place, None when it has none.
    """
    if told == NOTHING or told.head == head:
        return ()
    return (found(machine_codes.OTHER_RECORD, machine, machine=machine, place=_place(told.cursor)),)


def check_head(machine: str, read: Mark, told: Mark, known: Cursor = START) -> tuple[Finding, ...]:
    """Find that the chain over the journal as it was `read` is not the one that the machine has `told` of.

    Nothing can be said of the chain where both are not about the same entry. `known` is how far it was read before the
    machine told: it has forgotten what it told of when it now tells of less of the same boot.
    """
    if told.cursor.boot_id == known.boot_id and told.cursor.seq < known.seq:
        return (found(machine_codes.JOURNAL_REWRITTEN, machine, machine=machine, place=_place(known)),)
    if read.cursor != told.cursor or read.head == told.head:
        return ()
    return (found(machine_codes.JOURNAL_REWRITTEN, machine, machine=machine, place=_place(read.cursor)),)


def check_driver(machine: str, detail: str) -> tuple[Finding, ...]:
    """Find that `machine` has no driver that can be used; `detail` says why, and is empty when it has one."""
    return (found(machine_codes.NO_DRIVER, machine, machine=machine, detail=detail),) if detail else ()


def check_at_rest(machine: str, status: MachineStatus) -> tuple[Finding, ...]:
    """Find an order that a machine which is to serve again still has in work."""
    live = [order.number for order in status.orders if order.state in LIVE_ORDERS]
    return tuple(found(machine_codes.STILL_AT_WORK, machine, machine=machine, order=number) for number in live)


def check_given_up(machine: str, *, is_served: bool) -> tuple[Finding, ...]:
    """Find that a machine that somebody signs for is in service.

    A signature that waited for its next loss of link would make nothing of pouches that nobody destroyed.
    """
    return (found(machine_codes.IN_SERVICE, machine, machine=machine),) if is_served else ()


def _place(cursor: Cursor) -> str:
    return f"{cursor.boot_id}/{cursor.seq}"


def check_lease(machine: str, mine: int, newest: int) -> tuple[Finding, ...]:
    """Find that our fencing token for `machine` is not the `newest` one given."""
    return () if mine == newest else (found(site_codes.FENCED_OFF, machine, machine=machine),)


def check_evidence(machine: str, capabilities: Capabilities) -> tuple[Finding, ...]:
    """Find that `machine` cannot prove a pouch: every drop counted, every pouch inspected, all of it on record.

    A journal that the driver keeps for its machine, each entry on the disk before anybody hears of it, is a record too.
    """
    wanted = {
        "journal": capabilities.journal or capabilities.journal_keeper == _KEPT_BY_DRIVER,
        "tablet counter": capabilities.tablet_counter,
        "camera": capabilities.camera,
    }
    missing = ", ".join(name for name, there in wanted.items() if not there)
    return (found(site_codes.UNFIT_MACHINE, machine, machine=machine, missing=missing),) if missing else ()


def check_under_way(machine: str, order: int, pouch: int, under_way: int | None) -> tuple[Finding, ...]:
    """Find a packed `pouch` of an `order` that is not the one `under_way` (None: none is)."""
    if order == under_way:
        return ()
    return (found(site_codes.STRANGE_POUCH, machine, machine=machine, order=order, pouch=pouch),)


def check_film(machine: str, drop: JournalEntry, open_pouches: Collection[int]) -> tuple[Finding, ...]:
    """Find a `drop` for a pouch that has no open film: it fell into whatever lay below.

    `open_pouches` are the numbers of the pouches of its order that were ordered, begun and not closed yet.
    """
    if drop.pouch in open_pouches:
        return ()
    where = {"order": drop.order_number, "pouch": drop.pouch, "product": drop.fields.get("product", "?")}
    return (found(site_codes.STRAY_DROP, machine, machine=machine, **where),)


def check_journal(machine: str, last: JournalEntry | None, entries: Iterable[JournalEntry]) -> tuple[Finding, ...]:
    """Find the first of `entries` that does not follow the one before it, or `last`, the newest one on record.

    Inside a boot `seq` rises by one; a boot begins with 1 and follows the boot before it. Without `last` nothing is on
    record yet.
    """
    for entry in entries:
        if last is not None and entry.boot_id == last.boot_id:
            follows = entry.seq == last.seq + 1
        else:
            follows = entry.seq == 1 and (last is None or entry.boot_number == last.boot_number + 1)
        if not follows:
            places = {"entry": f"{entry.boot_id}/{entry.seq}", "before": f"{last.boot_id}/{last.seq}" if last else "-"}
            return (found(site_codes.JOURNAL_LOST, machine, machine=machine, **places),)
        last = entry
    return ()


def check_clock(now: datetime, recorded: datetime | None) -> tuple[Finding, ...]:
    """Hold the clock against the latest instant on record (None: nothing is): not before it, and not long after."""
    if recorded is None:
        return ()
    shown = {"now": _shown(now), "recorded": _shown(recorded)}
    if recorded - now > CLOCK_TOLERANCE:
        return (found(site_codes.CLOCK_BACK, "clock", **shown),)
    if now - recorded > LONGEST_SILENCE:
        return (found(site_codes.CLOCK_AHEAD, "clock", days=(now - recorded).days, **shown),)
    return ()


def check_sqlite(answers: Mapping[str, object]) -> tuple[Finding, ...]:
    """Find settings of SQLite under which a power cut loses an acknowledged commit; `answers` are its own."""
    return tuple(
        _not_durable(name, str(answers.get(name)), needed)
        for name, needed in NEEDED_SQLITE.items()
        if str(answers.get(name)) != needed
    )


def check_postgresql(answers: Mapping[str, str]) -> tuple[Finding, ...]:
    """Find settings of PostgreSQL under which a power cut loses an acknowledged commit; `answers` are its own."""
    return tuple(
        _not_durable(name, answers.get(name, ""), allowed[0])
        for name, allowed in NEEDED_POSTGRESQL.items()
        if answers.get(name) not in allowed
    )


def check_free_space(free: int | None) -> tuple[Finding, ...]:
    """Find that the database's disk has too few bytes `free`; None is a server, whose disk is not ours to see."""
    if free is None or free >= LEAST_FREE_BYTES:
        return ()
    return (found(site_codes.DISK_FULL, "disk", free=free // _MIB, least=LEAST_FREE_BYTES // _MIB),)


def is_simulated(capabilities: Capabilities) -> bool:
    """Return whether a machine says that it is a simulated one."""
    return capabilities.vendor == SIMULATED_VENDOR


def check_fleet(
    machines: Mapping[str, Capabilities], *, demonstration_catalogue: bool, not_clinical: Sequence[str]
) -> tuple[Finding, ...]:
    """Keep what is made up apart from what is real.

    `machines` are all that ever answered; `not_clinical` names the rules in force that no citizen may be treated by.
    """
    real = ", ".join(sorted(name for name, one in machines.items() if not is_simulated(one)))
    simulated = ", ".join(sorted(name for name, one in machines.items() if is_simulated(one)))
    if not real:
        return ()
    findings: list[Finding] = []
    if simulated:
        findings.append(found(site_codes.MIXED_FLEET, "fleet", simulated=simulated, real=real))
    if demonstration_catalogue:
        findings.append(found(site_codes.DEMONSTRATION_CATALOGUE, "catalogue", real=real))
    findings.extend(found(site_codes.DEMONSTRATION_RULES, name, rules=name, real=real) for name in not_clinical)
    return tuple(findings)


def check_upgrade(
    before: Mapping[str, int], after: Mapping[str, int], shrinking: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Find tables that lost rows in an upgrade, or are gone; rows are counted by table.

    Tables in `shrinking` are meant to: the upgrade says so itself.
    """
    return tuple(
        found(site_codes.ROWS_LOST, table, table=table, before=rows, lost=rows - after.get(table, 0))
        for table, rows in sorted(before.items())
        if table not in shrinking and after.get(table, 0) < rows
    )


def _not_durable(setting: str, value: str, needed: str) -> Finding:
    return found(site_codes.NOT_DURABLE, "database", setting=setting, value=value, needed=needed)


def _shown(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
