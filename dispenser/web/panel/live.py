"""Live values: one look at the store per beat for all readers, and per reader only what has changed."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Mapping

import structlog
from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from dispenser.app.services import Services
from dispenser.app.views_board import LiveBatch, live, live_batches
from dispenser.core.batch import BatchState
from dispenser.core.ids import BatchId, RollId
from dispenser.store.errors import StoreError
from dispenser.web.i18n import LANGUAGES, Texts
from dispenser.web.panel.board_model import live_keys

BEAT_SECONDS = 0.5
BEATS_PER_BATCH_COUNT = 4
"""Whole batches are counted less often than the rolls on the machines: they have a hundred times the rows."""
_FIRST_RETRY_MS = 1_000
_log = structlog.get_logger(__name__)

router = APIRouter(include_in_schema=False)


class LiveValues:
    """The newest live texts per language; looked up only while somebody reads.

    Readers wait for the next beat and send the difference to what they sent last, so a slow reader skips beats
    instead of piling them up.
    """

    def __init__(self, services: Services) -> None:
        """Start nothing yet."""
        self._services = services
        self._keys: Mapping[str, Mapping[str, str]] = {}
        self._beat = asyncio.Event()
        self._readers = Counter[str]()
        self._task: asyncio.Task[None] | None = None
        self._rolls: frozenset[RollId] = frozenset()
        self._open: frozenset[BatchId] = frozenset()
        self._batches: tuple[LiveBatch, ...] = ()

    async def changes(self, language: str) -> AsyncGenerator[Mapping[str, str], None]:
        """Yield first all live texts, then those that changed, as soon as any did; at least the clock does.

        Raises whatever ended the looking, so that the stream breaks and its reader comes again.
        """
        self._readers[language] += 1
        task = self._started()
        sent: Mapping[str, str] = {}
        try:
            while True:
                await self._beat.wait()
                if task.done():
                    task.result()
                # A beat that was looked up before its first reader of this language came has no texts for it.
                now = self._keys.get(language, sent)
                if changed := {key: text for key, text in now.items() if sent.get(key) != text}:
                    yield changed
                sent = now
        finally:
            self._readers[language] -= 1
            if not self._readers.total():
                task.cancel()
                self._task = None

    def _started(self) -> asyncio.Task[None]:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
            self._task.add_done_callback(lambda _: self._ring())
        return self._task

    def _ring(self) -> None:
        # Every beat has an event of its own: whoever is late waits for the next, and nobody queues for a lock.
        ringing, self._beat = self._beat, asyncio.Event()
        ringing.set()

    async def _run(self) -> None:
        beats = 0
        while True:
            try:
                await run_in_threadpool(self._look, with_batches=beats % BEATS_PER_BATCH_COUNT == 0)
            except StoreError as error:
                # Silence is what readers must see now: after five seconds they mark everything as old.
                _log.warning("no live values", error=str(error))
            else:
                beats += 1
                self._ring()
            await self._services.clock.sleep(BEAT_SECONDS)

    def _look(self, *, with_batches: bool) -> None:
        seen = live(self._services, self._rolls)
        self._rolls = frozenset(tile.roll_id for tile in seen.board.tiles if tile.roll_id is not None)
        if with_batches:
            self._batches = live_batches(self._services, self._open)
            self._open = frozenset(
                batch.record.batch_id for batch in self._batches if batch.record.state is BatchState.RELEASED
            )
        self._keys = {
            language: live_keys(seen.board, seen.rolls, self._batches, Texts(language))
            for language in LANGUAGES
            if self._readers[language]
        }


@router.get("/events", response_class=EventSourceResponse)
async def events(request: Request, language: str = "da") -> AsyncGenerator[ServerSentEvent, None]:
    """Stream live texts as JSON objects of key and text; the first event holds all of them."""
    values = request.app.state.live
    if not isinstance(values, LiveValues):
        raise TypeError
    retry: int | None = _FIRST_RETRY_MS
    async for changed in values.changes(language if language in LANGUAGES else LANGUAGES[0]):
        yield ServerSentEvent(data=changed, retry=retry)
        retry = None
