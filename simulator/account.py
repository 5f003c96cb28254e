"""What a machine reported about each physical pouch beside what is true; pure."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hal.wire.words import DROPPED, INSPECTED, PACKED, POUCH_CLOSED, POUCH_STARTED
from simulator.orders import QUARTERS

Contents = Mapping[str, int]
"""Product to quarter units."""


@dataclass(frozen=True, slots=True)
class PouchAccount:
    """One closed pouch. `counted` is what the machine's sensors made of it, `true` what lies in it."""

    order: int
    pouch: int
    film: int
    outcome: str
    reason: str
    counted: Contents
    true: Contents
    symbol: str
    inspected: str = ""
    truth: Mapping[str, object] = field(default_factory=dict)
    """Everything that is true about it, as `simulator.truth` tells."""

    @property
    def is_wrong(self) -> bool:
        """Reported as packed, and what lies in it is not what was counted, or nothing is printed on it."""
        return self.outcome == PACKED and (dict(self.counted) != dict(self.true) or not self.symbol)

    def document(self) -> dict[str, object]:
        """Return the account as JSON shows it."""
        return {
            "order": self.order,
            "pouch": self.pouch,
            "film": self.film,
            "outcome": self.outcome,
            "reason": self.reason,
            "counted": dict(self.counted),
            "contents": dict(self.true),
            "symbol": self.symbol,
            "inspected": self.inspected,
            "wrong": self.is_wrong,
        }


@dataclass(slots=True)
class Accountant:
    """Reads a machine's log line by line; keeps the pouch in work."""

    counted: dict[str, int] = field(default_factory=dict)
    inspected: str = ""

    def take(self, line: str) -> PouchAccount | None:
        """Take in one line; return the account of a pouch that it closes."""
        if '"entry":' not in line:
            return None
        document = json.loads(line)
        entry = document.get("entry")
        if not isinstance(entry, Mapping):
            return None
        kind, fields = entry["kind"], entry["fields"]
        if kind == POUCH_STARTED:
            self.counted, self.inspected = {}, ""
        elif kind == DROPPED:
            quarters = fields["counted"] * (1 if "cell" in fields else QUARTERS)
            if quarters:
                self.counted[fields["product"]] = self.counted.get(fields["product"], 0) + quarters
        elif kind == INSPECTED:
            self.inspected = fields["result"]
        elif kind == POUCH_CLOSED and "truth" in document:
            return self._close(entry, document["truth"])
        return None

    def _close(self, entry: Mapping[str, object], truth: Mapping[str, object]) -> PouchAccount:
        fields, contents = entry["fields"], truth["contents"]
        return PouchAccount(
            order=int(str(entry["order"])),
            pouch=int(str(entry["pouch"])),
            film=int(str(truth["film"])),
            outcome=str(truth["outcome"]),
            reason=str(fields["reason"]) if isinstance(fields, Mapping) else "",
            counted=dict(self.counted),
            true=dict(contents) if isinstance(contents, Mapping) else {},
            symbol=str(truth["symbol"]),
            inspected=self.inspected,
            truth=truth,
        )


def accounts(lines: Iterable[str]) -> Iterator[PouchAccount]:
    """Yield the account of each closed pouch, in the order of closing."""
    accountant = Accountant()
    for line in lines:
        account = accountant.take(line)
        if account is not None:
            yield account
