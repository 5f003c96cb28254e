"""The fleet at a glance: one tile per machine, in the order "needs me first"."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from dispenser.app.machines import bays_of_snapshot, note_of_snapshot
from dispenser.app.services import Services
from dispenser.app.told import Note
from dispenser.app.views_names import named
from dispenser.app.views_situation import TONES, Situation, Standing, Tone, situation_of
from dispenser.core.ids import BatchId, MachineId, ProductId, RollId
from dispenser.core.job import JobState
from dispenser.core.product import Catalogue
from dispenser.store.board import Load, Progress
from dispenser.store.records import BatchRecord, MachineRecord
from dispenser.store.session import Transaction
from hal.documents import capabilities_of, status_of
from hal.errors import ProtocolViolationError
from hal.refusals import meaning_of
from hal.status import AlarmModel, Bay, Capabilities, MachineStatus, PackMLState

MOST_LIVE_BATCHES = 20
_BAY = re.compile(r"bay (?P<bay>\d{1,4})")
_WIRES = {"opc.tcp": "OPC UA", "pplis": "serial", "unit": "serial"}


@dataclass(frozen=True, slots=True)
class Tile:
    """One machine; `done` of `total` pouches of its roll are packed, `void` were made and thrown away.

    `detail` says what the situation concerns in the machine's words (`bay 4`), `product` what sits there; `note` says
    why the controller waits; `idle_seconds` is the time since last contact.
    """

    machine_id: MachineId
    wire: str
    model: str
    situation: Situation
    detail: str
    product: str
    tone: Tone
    note: Note
    state: PackMLState | None
    roll_id: RollId | None
    batch_id: BatchId | None
    total: int
    done: int
    void: int
    queued: int
    pouches_per_minute: int
    seen_at: datetime | None
    idle_seconds: int


@dataclass(frozen=True, slots=True)
class Board:
    """All machines, and how many stand how; `discards` counts sealed pouches that somebody must find and destroy."""

    at: datetime
    tiles: tuple[Tile, ...]
    discards: int = 0

    def count(self, *tones: Tone) -> int:
        """Return how many machines have one of `tones`."""
        return sum(tile.tone in tones for tile in self.tiles)


@dataclass(frozen=True, slots=True)
class LiveRoll:
    """Progress of a roll that a machine has, or just had; `job` is its newest attempt."""

    roll_id: RollId
    progress: Progress
    job: JobState | None


@dataclass(frozen=True, slots=True)
class LiveBatch:
    """A batch, and its progress in pouches."""

    record: BatchRecord
    progress: Progress


@dataclass(frozen=True, slots=True)
class Live:
    """Everything that may change under a reader's eyes."""

    board: Board
    rolls: tuple[LiveRoll, ...]


def board(services: Services) -> Board:
    """Return the fleet board as it is now."""
    with services.database.read() as tx:
        return _board(services, tx, tx.board.loads())


def live(services: Services, before: Collection[RollId]) -> Live:
    """Return the board and the progress of the rolls on the machines; `before` are rolls that were there just now.

    They are told once more, so that the last change of a roll is seen by those who watch it.
    """
    with services.database.read() as tx:
        loads = tx.board.loads()
        names = sorted({*before, *(load.roll_id for load in loads.values() if load.roll_id is not None)})
        progress = tx.board.of_rolls(names)
        jobs = tx.board.newest_jobs(names)
        tiles = _board(services, tx, loads)
    rolls = tuple(LiveRoll(name, progress.get(name, Progress()), jobs.get(name)) for name in names)
    return Live(tiles, rolls)


def live_batches(services: Services, before: Collection[BatchId]) -> tuple[LiveBatch, ...]:
    """Return the progress of the batches that the machines work on, and of those in `before`."""
    with services.database.read() as tx:
        names = sorted({*before, *tx.board.released_batches(MOST_LIVE_BATCHES)})
        progress = tx.board.of_batches(names)
        return tuple(LiveBatch(tx.batches.get(name), progress.get(name, Progress())) for name in names)


def tile_of(record: MachineRecord, load: Load, catalogue: Catalogue, now: datetime) -> Tile:
    """Return the tile of one machine from what the store last heard of it."""
    status, bays, note = _snapshot(record.status)
    capabilities = _capabilities(record.capabilities)
    situation, detail = situation_of(
        Standing(
            link=record.link,
            seen=record.seen_at is not None,
            state=status.state if status else None,
            alarms=status.alarms if status else (),
            job=load.job_state,
            queued=load.queued,
            # A link that broke says the same in both languages; findings and refusals tell what to do in each.
            hindered=note.danish != note.english,
        )
    )
    return Tile(
        machine_id=record.machine_id,
        wire=wire_of(record.uri),
        model=f"{capabilities.vendor} {capabilities.model}" if capabilities else "",
        situation=situation,
        detail=detail,
        product=_product_at(detail, bays, catalogue),
        tone=TONES[situation],
        note=_told(note, status, capabilities, catalogue),
        state=status.state if status else None,
        roll_id=load.roll_id,
        batch_id=load.batch_id,
        total=load.total,
        done=load.progress.packed,
        void=load.progress.void,
        queued=load.queued,
        pouches_per_minute=status.pouches_per_minute if status else 0,
        seen_at=record.seen_at,
        idle_seconds=int((now - record.seen_at).total_seconds()) if record.seen_at else 0,
    )


def wire_of(uri: str) -> str:
    """Return how a machine is connected, in words that a technician uses."""
    scheme = urlsplit(uri).scheme
    return _WIRES.get(scheme.split("+")[0], scheme)


def _board(services: Services, tx: Transaction, loads: Mapping[MachineId, Load]) -> Board:
    now, machines = services.clock.now(), tx.machines.all()
    tiles = [tile_of(record, loads.get(record.machine_id, Load()), services.catalogue, now) for record in machines]
    return Board(
        now, tuple(sorted(tiles, key=lambda tile: (tile.tone.value, tile.machine_id))), tx.discards.open_count()
    )


def _snapshot(document: str | None) -> tuple[MachineStatus | None, Sequence[Bay], Note]:
    """Return status, bays and note; a snapshot of another program version counts as none until the next look."""
    if document is None:
        return None, (), Note()
    try:
        parsed = json.loads(document)
        status = None if parsed["status"] is None else status_of(json.dumps(parsed["status"]))
        return status, bays_of_snapshot(document), note_of_snapshot(document)
    except (ProtocolViolationError, ValueError, KeyError, TypeError):
        return None, (), Note()


def _product_at(detail: str, bays: Sequence[Bay], catalogue: Catalogue) -> str:
    """Return the short name of what sits in the bay that `detail` names, empty when it names none."""
    named = _BAY.fullmatch(detail)
    if named is None:
        return ""
    products = [catalogue.products.get(ProductId(bay.product)) for bay in bays if bay.number == int(named["bay"])]
    return "".join(product.short_name for product in products if product is not None)


def _capabilities(document: str | None) -> Capabilities | None:
    if document is None:
        return None
    try:
        return capabilities_of(document)
    except ProtocolViolationError:
        return None


def _told(note: Note, status: MachineStatus | None, capabilities: Capabilities | None, catalogue: Catalogue) -> Note:
    """Return why the controller waits; when it does not say, what the machine's alarms mean and what to do at it."""
    if note != Note() or status is None:
        return Note(named(note.danish, catalogue), named(note.english, catalogue))
    own = {alarm.code: alarm for alarm in capabilities.alarms} if capabilities else {}
    notes = [_alarm(alarm.code, own.get(alarm.code)) for alarm in status.alarms]
    return Note(*(" ".join(texts) for texts in zip(*notes, strict=True))) if notes else Note()


def _alarm(code: str, own: AlarmModel | None) -> tuple[str, str]:
    """Return what an alarm means and what to do, in Danish and English: the machine's own words go before ours."""
    if own is not None and own.text_da and own.text_en:
        return f"{own.text_da} {own.steps_da}".strip(), f"{own.text_en} {own.steps_en}".strip()
    meaning = meaning_of(code)
    return (f"{meaning.text_da} {meaning.fix_da}", f"{meaning.text_en} {meaning.fix_en}") if meaning else ("", "")
