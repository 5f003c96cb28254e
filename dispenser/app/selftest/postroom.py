"""The post room of the self-test: messages as home care sends them, and a store that takes them."""

import atexit
import json
import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from dispenser.app.selftest.chance import Chance, pick
from dispenser.app.selftest.clinic import rules_on
from dispenser.app.selftest.shelf import ALFENOL, DELTAZID, SHELF, SLOTS
from dispenser.app.services import Services
from dispenser.core.citizen import Identity
from dispenser.core.product import Product
from dispenser.store.session import Database
from labels.content import LabelSite

Json: TypeAlias = dict[str, object]
SITE: Final = LabelSite("Svane Apotek", "33 12 34 56", "05712345000007")
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
"""Where nobody waits for a disk; what is kept there need not last."""
_CIVIL: Final = "urn:oid:1.2.208.176.1.2"
_DRUG: Final = "https://laegemiddelstyrelsen.dk/drugid"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message: a bundle, or with `resource` a new version of one request that replaces the tag `if_match`."""

    document: Json
    resource: str = ""
    if_match: str | None = None

    @property
    def body(self) -> bytes:
        """The bytes that are sent."""
        return json.dumps(self.document, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Post:
    """Messages in the order of their coming; the last is the one that is looked at.

    `forged` is what somebody then writes into the database's file, in the place of what stood there.
    """

    letters: tuple[Letter, ...]
    day: date
    forged: tuple[bytes, bytes] | None = None


def sound_post(chance: Chance, identity: Identity, day: date) -> Post:
    """Return a plan as first pushed, and as changed and pushed again."""
    first = bundle(patient(identity), request("m1", ALFENOL, day), request("m2", DELTAZID, day))
    more = pick(chance, (2, 3))
    changed = bundle(patient(identity), request("m1", ALFENOL, day, more), request("m2", DELTAZID, day))
    return Post((Letter(first), Letter(changed)), day)


def patient(identity: Identity, name: str = "p1") -> Json:
    """Return a FHIR Patient."""
    given, _, family = identity.name.rpartition(" ")
    return {
        "resourceType": "Patient",
        "id": name,
        "identifier": [{"system": _CIVIL, "value": identity.civil_number}],
        "name": [{"use": "official", "given": [given], "family": family}],
        "birthDate": identity.birth_date.isoformat(),
    }


def request(name: str, product: Product, day: date, units: int = 1, of: str = "p1") -> Json:
    """Return a FHIR MedicationRequest: `units` every morning from `day` on."""
    repeat: Json = {"boundsPeriod": {"start": day.isoformat()}, "when": ["MORN"]}
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {
            "coding": [{"system": _DRUG, "code": str(product.product_id)}],
            "text": f"{product.name} {product.strength}",
        },
        "subject": {"reference": f"Patient/{of}"},
        "authoredOn": day.isoformat(),
        "dosageInstruction": [
            {
                "timing": {"repeat": repeat},
                "doseAndRate": [{"doseQuantity": {"value": units, "unit": product.units[0]}}],
            }
        ],
    }


def bundle(*resources: Mapping[str, object]) -> Json:
    """Return a FHIR transaction that puts `resources`."""
    entries = [
        {"resource": resource, "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}}
        for resource in resources
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


class StillClock:
    """A clock that stands at noon."""

    def __init__(self, day: date) -> None:
        """Stand on `day`."""
        self._now = datetime.combine(day, time(11, 0), UTC)

    def now(self) -> datetime:
        """Return the instant."""
        return self._now

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._now.timestamp()

    async def sleep(self, seconds: float) -> None:
        """Return at once."""


class PostRoom:
    """A store in a folder of its own, which is emptied for every world."""

    def __init__(self) -> None:
        """Make the empty store."""
        where = _MEMORY if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None
        self._folder = tempfile.TemporaryDirectory(prefix="dispenser-selftest-", dir=where)
        self._file = Path(self._folder.name) / "post.db"
        # One for all worlds: it remembers its statements.
        self._database = Database(f"sqlite:///{self._file}")
        self._database.migrate()
        self._database.close()
        self._empty = self._file.read_bytes()

    @contextmanager
    def opened(self, day: date) -> Generator[Services]:
        """Open the store as it is, on the day `day`, for as long as a block lasts."""
        try:
            yield Services(self._database, SHELF, SLOTS, StillClock(day), SITE, rules_on(day).providers)
        finally:
            self._database.close()

    def empty(self) -> None:
        """Throw everything away."""
        self._file.write_bytes(self._empty)

    def forge(self, forged: tuple[bytes, bytes]) -> None:
        """Write into the closed store what nobody may.

        Raises:
            ValueError: what should be written over is not there.
        """
        before, now = forged
        content = self._file.read_bytes()
        if before not in content or len(before) != len(now):
            message = f"{before!r} is not there, or not as long as {now!r}"
            raise ValueError(message)
        self._file.write_bytes(content.replace(before, now))

    def close(self) -> None:
        """Leave nothing behind."""
        self._database.close()
        self._folder.cleanup()


@lru_cache(maxsize=1)
def post_room() -> PostRoom:
    """Return the one post room of this process; it is closed at the end."""
    room = PostRoom()
    atexit.register(room.close)
    return room
