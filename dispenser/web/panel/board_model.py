"""The fleet board in words: the same texts go into the page and into the live patches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from dispenser.app.views_board import Board, LiveBatch, LiveRoll, Tile
from dispenser.app.views_situation import Tone
from dispenser.store.board import Progress
from dispenser.store.records import BatchRecord
from dispenser.web.i18n import Texts
from dispenser.web.panel.said import said
from dispenser.web.panel.words import (
    BATCH_SIGNS,
    JOB_SIGNS,
    NO_JOB,
    SITUATION_ACTIONS,
    SITUATION_WORDS,
    TONE_WORDS,
    WIRE_WORDS,
    Sign,
)

CALLING = (Tone.ALARM, Tone.LOST, Tone.ATTENTION)
"""Tones of machines that somebody should go to."""
_NOTHING = "–"  # noqa: RUF001 - an en dash stands for "no value"


@dataclass(frozen=True, slots=True)
class LiveTexts:
    """Texts that change under the reader's eyes; every field `f` of thing `x` is the live key `x.f`."""

    def keyed(self, name: str) -> Mapping[str, str]:
        """Return the texts by their live keys."""
        return {f"{name}.{item.name}": str(getattr(self, item.name)) for item in fields(self)}


@dataclass(frozen=True, slots=True)
class TileTexts(LiveTexts):
    """What a tile says; `rank` puts it in its place, `bar_*` are plain numbers for the progress bar."""

    tone: str
    picture: str
    word: str
    action: str
    note: str
    rank: str
    roll: str
    roll_href: str
    done: str
    rest: str
    bar_value: str
    bar_max: str
    void: str
    queued: str
    rate: str
    seen: str


@dataclass(frozen=True, slots=True)
class TileModel:
    """One machine's tile."""

    machine_id: str
    wire: str
    model: str
    live: TileTexts


@dataclass(frozen=True, slots=True)
class CountTexts(LiveTexts):
    """How many machines stand how, and how many pouches must be found; `..calls` are empty when nobody is needed."""

    calling: str
    working: str
    ready: str
    calls: str
    calls_tone: str
    discards: str
    discard_calls: str


@dataclass(frozen=True, slots=True)
class ProgressTexts(LiveTexts):
    """State and progress of a batch or a roll."""

    tone: str
    picture: str
    word: str
    packed: str
    void: str
    bar_value: str


@dataclass(frozen=True, slots=True)
class BoardModel:
    """The fleet board."""

    tiles: tuple[TileModel, ...]
    counts: CountTexts


def board_model(board: Board, texts: Texts) -> BoardModel:
    """Return the board in the reader's language."""
    tiles = tuple(
        TileModel(
            tile.machine_id, texts.t(WIRE_WORDS.get(tile.wire, tile.wire)), tile.model, tile_texts(tile, place, texts)
        )
        for place, tile in enumerate(board.tiles)
    )
    return BoardModel(tiles, count_texts(board, texts))


def tile_texts(tile: Tile, place: int, texts: Texts) -> TileTexts:
    """Return what the tile at `place` says."""
    busy = tile.roll_id is not None
    return TileTexts(
        tone=TONE_WORDS[tile.tone],
        picture=f"#shape-{TONE_WORDS[tile.tone]}",
        word=texts.t(SITUATION_WORDS[tile.situation]),
        action=texts.t(SITUATION_ACTIONS[tile.situation], detail=_detail(tile, texts)),
        note=said(tile.note.text(texts.language), texts),
        rank=str(place),
        roll=tile.roll_id or _NOTHING,
        roll_href=f"/rolls/{tile.roll_id}" if busy else "",
        done=texts.number(tile.done) if busy else _NOTHING,
        rest=texts.t("of {total} pouches", total=texts.number(tile.total)) if busy else texts.t("no roll"),
        bar_value=str(tile.done if busy else 0),
        bar_max=str(max(tile.total, 1)),
        void=texts.number(tile.void),
        queued=texts.number(tile.queued),
        rate=texts.number(tile.pouches_per_minute),
        seen=texts.ago(tile.idle_seconds) if tile.seen_at else _NOTHING,
    )


def count_texts(board: Board, texts: Texts) -> CountTexts:
    """Return the board's counts."""
    calling = board.count(*CALLING)
    return CountTexts(
        calling=texts.number(calling),
        working=texts.number(board.count(Tone.WORKING, Tone.MOVING)),
        ready=texts.number(board.count(Tone.READY)),
        calls=texts.number(calling) if calling else "",
        calls_tone="alarm" if board.count(Tone.ALARM) else "attention",
        discards=texts.number(board.discards),
        discard_calls=texts.number(board.discards) if board.discards else "",
    )


def batch_texts(record: BatchRecord, progress: Progress, texts: Texts) -> ProgressTexts:
    """Return state and progress of a batch."""
    return _progress(BATCH_SIGNS[record.state], progress, texts)


def roll_texts(roll: LiveRoll, texts: Texts) -> ProgressTexts:
    """Return state and progress of a roll."""
    return _progress(JOB_SIGNS[roll.job] if roll.job else NO_JOB, roll.progress, texts)


def live_keys(board: Board, rolls: Iterable[LiveRoll], batches: Iterable[LiveBatch], texts: Texts) -> dict[str, str]:
    """Return every live text by its key."""
    keys = dict(count_texts(board, texts).keyed("fleet"))
    keys["frame.clock"] = texts.clock(board.at)
    for place, tile in enumerate(board.tiles):
        keys |= tile_texts(tile, place, texts).keyed(f"machine.{tile.machine_id}")
    for batch in batches:
        keys |= batch_texts(batch.record, batch.progress, texts).keyed(f"batch.{batch.record.batch_id}")
    for roll in rolls:
        keys |= roll_texts(roll, texts).keyed(f"roll.{roll.roll_id}")
    return keys


def _detail(tile: Tile, texts: Texts) -> str:
    """Return what the situation concerns, with the name of what sits there."""
    words = said(tile.detail, texts)
    return f"{words} ({tile.product})" if tile.product else words


def _progress(sign: Sign, progress: Progress, texts: Texts) -> ProgressTexts:
    return ProgressTexts(
        tone=sign.tone,
        picture=sign.picture,
        word=texts.t(sign.word),
        packed=texts.number(progress.packed),
        void=texts.number(progress.void),
        bar_value=str(progress.packed),
    )
