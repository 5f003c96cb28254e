"""Level wire: the journal."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from hal.conformance.bench import Bench
from hal.conformance.breach import ConformanceError, refusal, require, same
from hal.conformance.check import Level, check
from hal.conformance.reading import head_of, packed_pouches, started_films
from hal.conformance.station import Station, find
from hal.journal import NOTHING, START, Cursor, JournalEntry, Mark
from hal.status import OrderState
from hal.wire import words

_PAGES: Final = (1, 3, 7)
_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    words.POWER_UP: frozenset({"film"}),
    words.STATE_CHANGED: frozenset({"from", "to"}),
    words.ORDER_CHANGED: frozenset({"state", "closed"}),
    words.POUCH_STARTED: frozenset({"film"}),
    words.DROPPED: frozenset({"product", "commanded", "counted", "ms"}),
    words.SEALED: frozenset({"film", "temperature_dc"}),
    words.PRINTED: frozenset({"film", "digest"}),
    words.INSPECTED: frozenset({"film", "result", "read"}),
    words.POUCH_CLOSED: frozenset({"film", "outcome", "reason"}),
    words.ALARM_RAISED: frozenset({"code", "detail"}),
    words.ALARM_CLEARED: frozenset({"code"}),
    words.BAY_CHANGED: frozenset({"bay", "canister", "fill", "product", "units"}),
    words.MODE_CHANGED: frozenset({"from", "to"}),
    words.FILM_CHANGED: frozenset({"event", "film"}),
    words.CONSUMABLE: frozenset({"kind", "left"}),
}
"""Journal kind to the fields that it has at least."""


@check(
    "status-as-journal",
    Level.WIRE,
    "At rest, the status counts what the journal tells",
    "I hvile tæller status det, journalen fortæller",
)
async def status_as_journal(bench: Bench) -> None:
    """The status is a shortcut; the journal is the truth."""
    async with bench.opened() as station:
        mark, film = await station.mark(), (await station.driver.read_status()).film
        order = await station.order()
        await station.start(order)
        await station.until_order(order.number, OrderState.ENDED)
        status, entries = await station.at_rest(mark)
        require(bool(entries), "an order was packed and the journal has no news")
        same("newest entry", (status.boot_id, status.last_seq), (entries[-1].boot_id, entries[-1].seq))
        same("pouches fed", status.film - film, len(started_films(entries)))
        known = find(status, order.number)
        same("pouches closed", known.closed if known else -1, len(packed_pouches(entries, order.number)))
        states = [entry.fields.get("state") for entry in entries if entry.kind == words.ORDER_CHANGED]
        same("state of the order in the journal", states[-1:], [OrderState.ENDED.value])
        moves = [entry.fields.get("to") for entry in entries if entry.kind == words.STATE_CHANGED]
        require(not moves or moves[-1] == status.state.value, f"{status.state.value}, in the journal {moves[-1:]}")


@check(
    "journal-pages",
    Level.WIRE,
    "The journal is the same in pages of any size, without gaps",
    "Journalen er den samme i sider af enhver størrelse, uden huller",
)
async def journal_pages(bench: Bench) -> None:
    """A controller reads on from its cursor after any pause."""
    async with bench.opened() as station:
        mark = await station.mark()
        entries = await station.packed(await station.order())
        require(bool(entries), "an order was packed and the journal has no news")
        for page in _PAGES:
            again = await station.news(mark, page)
            same(f"journal in pages of {page}", again[: len(entries)], entries)
        oldest = list(await station.driver.journal_after(START, 2))
        longer = list(await station.driver.journal_after(START, 4))
        require(bool(oldest) and longer[: len(oldest)] == oldest, "the oldest entries change with the size of a page")
        same("number of the oldest entry", oldest[0].seq, 1)


@check(
    "journal-ends",
    Level.WIRE,
    "After the newest entry there is none, and none beyond it",
    "Efter den nyeste post kommer ingen, heller ikke længere fremme",
)
async def journal_ends(bench: Bench) -> None:
    """An empty answer means that everything is known."""
    async with bench.opened() as station:
        mark = await station.mark()
        same("entries after the newest", list(await station.driver.journal_after(mark, 100)), [])
        same("entries for a limit of 0", list(await station.driver.journal_after(START, 0)), [])
        last = list(await station.driver.journal_after(Cursor(mark.boot_id, mark.seq - 1), 100))
        same("number of the newest entry", [entry.seq for entry in last], [mark.seq])


@check(
    "journal-numbered",
    Level.WIRE,
    "Numbers rise by one inside a boot, boots rise, and each begins with PowerUp",
    "Numre stiger med én i hver opstart, opstarter stiger, og hver begynder med PowerUp",
)
async def journal_numbered(bench: Bench) -> None:
    """Boots are put in order by their number, never by a clock (I1, I13)."""
    async with bench.opened() as station:
        entries = await station.whole_journal()
    require(bool(entries), "the journal is empty")
    ids: dict[str, int] = {}
    for entry in entries:
        number = ids.setdefault(entry.boot_id, entry.boot_number)
        same(f"number of boot {entry.boot_id} in entry {entry.seq}", entry.boot_number, number)
        if entry.seq == 1:
            same(f"kind of the first entry of boot {entry.boot_id}", entry.kind, words.POWER_UP)
        else:
            require(entry.kind != words.POWER_UP, f"entry {entry.seq} of boot {entry.boot_id} is a PowerUp")
    same("boots in order of their numbers", sorted(set(ids.values())), list(ids.values()))


@check(
    "journal-head",
    Level.WIRE,
    "The chain head of the status is that of the journal as it is read",
    "Kædens hoved i status er det, journalen giver, når den læses",
)
async def journal_head(bench: Bench) -> None:
    """Two who have the same head have read the same journal."""
    async with bench.opened() as station:
        status, entries = await station.at_rest(START)
        same("head of the journal from its first entry", status.journal_head, head_of(entries))
        await station.packed(await station.order(2))
        status, entries = await station.at_rest(START)
        same("head after an order", status.journal_head, head_of(entries))


@check(
    "journal-kept",
    Level.WIRE,
    "Read again on another connection, every entry is what it was",
    "Læst igen på en ny forbindelse er hver post, hvad den var",
)
async def journal_kept(bench: Bench) -> None:
    """What was told is not told otherwise later."""
    async with bench.opened() as station:
        await station.packed(await station.order(2))
        first = await station.whole_journal()
    async with bench.opened() as station:
        second = await station.whole_journal()
    for former, entry in zip(first, second, strict=False):
        same(f"entry {former.seq} of boot {former.boot_id}", entry, former)
    require(len(second) >= len(first), f"{len(second)} entries, {len(first)} were there before")


@check(
    "journal-words",
    Level.WIRE,
    "Every entry is of a known kind and has the fields of that kind",
    "Hver post er af kendt slags og har de felter, der hører til",
)
async def journal_words(bench: Bench) -> None:
    """What is not understood proves nothing."""
    async with bench.opened() as station:
        entries = await station.packed(await station.order())
    for entry in entries:
        fields = _FIELDS.get(entry.kind)
        if fields is None:
            message = f"entry {entry.seq} is of the kind {entry.kind!r}, which the contract does not know"
            raise ConformanceError(message)
        missing = sorted(fields - entry.fields.keys())
        require(not missing, f"entry {entry.seq}, {entry.kind}, lacks {', '.join(missing)}")
        if entry.kind == words.DROPPED:
            sources = {"bay", "cell"} & entry.fields.keys()
            require(len(sources) == 1, f"entry {entry.seq}, Dropped, comes from {sorted(sources)}")


@check(
    "journal-times",
    Level.WIRE,
    "Every entry has the machine's own time as ISO 8601 in UTC",
    "Hver post har maskinens eget tidspunkt som ISO 8601 i UTC",
)
async def journal_times(bench: Bench) -> None:
    """It orders nothing, and is shown to people."""
    async with bench.opened() as station:
        entries = await station.packed(await station.order(2))
    for entry in entries:
        try:
            at = datetime.fromisoformat(entry.at)
        except ValueError:
            message = f"entry {entry.seq} has the time {entry.at!r}"
            raise ConformanceError(message) from None
        require(at.utcoffset() == timedelta(0), f"the time of entry {entry.seq}, {entry.at!r}, is not in UTC")


# -- Acknowledging ---------------------------------------------------------------------------------------------------


async def newest(station: Station) -> Mark:
    """Return the mark of the newest entry, at rest.

    Raises:
        ConformanceError: the machine does not come to rest.
    """
    status, _ = await station.at_rest(await station.mark())
    return Mark(Cursor(status.boot_id, status.last_seq), status.journal_head)


@check(
    "acknowledge-kept",
    Level.WIRE,
    "What was acknowledged stands in the status, also on another connection",
    "Det kvitterede står i status, også på en ny forbindelse",
)
async def acknowledge_kept(bench: Bench) -> None:
    """The machine must know what it may forget one day."""
    async with bench.opened() as station:
        await station.packed(await station.order(2))
        mark = await newest(station)
        await station.driver.acknowledge(mark)
        same("acknowledged", (await station.driver.read_status()).acknowledged, mark)
    async with bench.opened() as station:
        same("acknowledged after reopening", (await station.driver.read_status()).acknowledged, mark)


@check(
    "acknowledge-forward",
    Level.WIRE,
    "An older mark, and the same again, change nothing",
    "Et ældre mærke, og det samme igen, ændrer intet",
)
async def acknowledge_forward(bench: Bench) -> None:
    """A late message must not take back what was recorded."""
    async with bench.opened() as station:
        await station.packed(await station.order(2))
        mark = await newest(station)
        entries = await station.whole_journal()
        older = _mark_of(entries[:-2])
        for one in (mark, mark, older, NOTHING):
            await station.driver.acknowledge(one)
            same("acknowledged", (await station.driver.read_status()).acknowledged, mark)


def _mark_of(entries: list[JournalEntry]) -> Mark:
    return Mark(Cursor(entries[-1].boot_id, entries[-1].seq), head_of(entries))


@check(
    "acknowledge-wrong-head",
    Level.WIRE,
    "A head that is not the machine's is refused as WRONG_HEAD, as is a place that it does not know",
    "Et hoved, der ikke er maskinens, afvises som WRONG_HEAD, ligesom et ukendt sted",
)
async def acknowledge_wrong_head(bench: Bench) -> None:
    """Whoever read something else must find out."""
    async with bench.opened() as station:
        await station.packed(await station.order(2))
        before = (await station.driver.read_status()).acknowledged
        right = await newest(station)
        for what, mark in {
            "a wrong head": Mark(right.cursor, "0" * 64),
            "an entry that is not there yet": Mark(Cursor(right.cursor.boot_id, right.cursor.seq + 1_000), right.head),
            "a boot that never was": Mark(Cursor("never", 1), right.head),
        }.items():
            codes = await refusal(station.driver.acknowledge(mark), f"acknowledging {what}")
            require(words.WRONG_HEAD in codes, f"acknowledging {what} was refused as {codes}")
        same("acknowledged after the refusals", (await station.driver.read_status()).acknowledged, before)
