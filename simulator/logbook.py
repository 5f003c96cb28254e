"""The machine's journal, written ahead: nothing is visible before the memory keeps it.

A line of the log is `{"entry": <journal entry>}`; beside the entry may stand what only the simulator knows: `truth`
(a physical pouch, with its closing entry), `fell` (what really left a canister or cell), `order`, `bay`. A line
`{"note": ...}` holds what the machine remembers without telling. Entry and truth share one line, so no power cut
can keep one without the other.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from simulator.memory import Memory
from simulator.tally import Tally

Document = Mapping[str, object]

encode: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
"""Canonical JSON: sorted keys, no spaces."""


class Logbook:
    """Journal of one machine over all its boots.

    `documents` are the entries of former boots, `starts` maps each boot id to the index of its first entry; `tally`
    has heard them.
    """

    def __init__(
        self,
        memory: Memory,
        boot_id: str,
        boot_number: int,
        powered_up_at: datetime,
        documents: Sequence[str] = (),
        starts: Mapping[str, int] | None = None,
        tally: Tally | None = None,
    ) -> None:
        self.tally = tally or Tally()
        self._memory = memory
        self._documents = list(documents)
        self._starts = dict(starts or {})
        self._starts[boot_id] = len(self._documents)
        self._lengths = _lengths(self._starts, len(self._documents))
        self._boot_id = boot_id
        self._boot = f'"boot":{encode(boot_id)},"boot_number":{boot_number}'
        self._powered_up_at = powered_up_at
        self._clock_error = timedelta()
        self._now = -1
        self._at = ""
        self._seq = 0
        self._lines: list[str] = []
        self._waiting: list[str] = []
        self._heads: list[bytes] = []
        self._head = ""
        self._chain(self._documents)
        self.set_time(0)

    def set_clock(self, error: timedelta) -> None:
        """Let the machine's clock be wrong by so much from now on."""
        if error != self._clock_error:
            self._clock_error = error
            now, self._now = self._now, -1
            self.set_time(now)

    @property
    def last_seq(self) -> int:
        """Newest visible entry of this boot."""
        return self._seq - len(self._waiting)

    @property
    def total(self) -> int:
        """Visible entries over all boots."""
        return len(self._documents)

    def set_time(self, now_ms: int) -> None:
        """Stamp what follows with `now_ms` virtual milliseconds after power-up."""
        if now_ms != self._now:
            self._now = now_ms
            moment = self._powered_up_at + self._clock_error + timedelta(milliseconds=now_ms)
            self._at = moment.isoformat(timespec="milliseconds")

    def write(
        self,
        kind: str,
        order: int = -1,
        pouch: int = -1,
        fields: Document | None = None,
        beside: Document | None = None,
    ) -> None:
        """Put an entry in the journal, and `beside` it on the same line what is not reported."""
        self._seq += 1
        self.tally.hear(kind, fields or {}, self._now, self._at)
        # Built by hand because it is the hot path; the keys stand in sorted order.
        document = (
            f'{{"at":"{self._at}",{self._boot},"fields":{encode(fields or {})},'
            f'"kind":"{kind}","order":{order},"pouch":{pouch},"seq":{self._seq}}}'
        )
        self._waiting.append(document)
        if beside:
            self._lines.append(f'{{"entry":{document},{encode(beside)[1:]}')
        else:
            self._lines.append(f'{{"entry":{document}}}')

    def note(self, note: Document) -> None:
        """Remember something over power cuts without reporting it."""
        self._lines.append(f'{{"note":{encode(note)}}}')

    def flush(self) -> None:
        """Keep what was written, then let it be seen.

        Raises:
            OSError: it could not be kept.
        """
        if self._lines:
            self._memory.append(self._lines)
            self._lines = []
            self._documents += self._waiting
            self._chain(self._waiting)
            self._waiting = []

    def _chain(self, documents: Iterable[str]) -> None:
        for document in documents:
            digest = hashlib.sha256(f"{self._head}\n{document}".encode())
            self._head = digest.hexdigest()
            self._heads.append(digest.digest())

    @property
    def head(self) -> str:
        """Chain over every visible entry: SHA-256 over the former head, a newline and the entry; empty before any."""
        return self._head

    def place(self, boot_id: str, seq: int) -> tuple[int, str] | None:
        """Return how many entries there are up to a place, and the head there; None when there is no such place."""
        if (boot_id, seq) == ("", 0):
            return 0, ""
        if boot_id not in self._starts or seq < 1:
            return None
        count = self._starts[boot_id] + seq
        length = self.last_seq if boot_id == self._boot_id else self._lengths[boot_id]
        return (count, self._heads[count - 1].hex()) if seq <= length else None

    def after(self, boot_id: str, seq: int, limit: int) -> list[str]:
        """Return at most `limit` visible entries after a position; from the start for an unknown boot."""
        start = self._starts.get(boot_id)
        if start is None:
            first = 0
        elif boot_id == self._boot_id:
            first = start + max(0, seq)
        else:
            first = start + min(max(0, seq), self._lengths[boot_id])
        return self._documents[first : first + max(0, limit)]


def _lengths(starts: Mapping[str, int], total: int) -> dict[str, int]:
    ordered = sorted(starts.items(), key=lambda pair: pair[1])
    ends = [start for _, start in ordered[1:]] + [total]
    return {boot: end - start for (boot, start), end in zip(ordered, ends, strict=True)}
