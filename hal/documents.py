"""Machine documents, read strictly: what a machine says is taken only when it is exactly what the contract names.

Every wire carries the same JSON documents. A missing key, a key too many, a repeated key, a number that is no whole
number, a negative count: each is a `ProtocolViolationError`, never a guess.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from itertools import pairwise
from typing import Final, NoReturn

from hal.errors import ProtocolViolationError
from hal.journal import Cursor, FieldValue, JournalEntry, document_of
from hal.status import Alarm, Bay, Capabilities, MachineStatus, OrderState, OrderStatus, PackMLState

CONTRACT: Final = 1
_LARGEST: Final = 2**63 - 1
_DIGEST_LENGTH: Final = 64
_NOT_APPLICABLE: Final = -1


def capabilities_of(text: str) -> Capabilities:
    """Return the capabilities that the capability document `text` describes.

    Raises:
        ProtocolViolationError: not a capability document, or one of another contract version.
    """
    reader = _Reader("capabilities", _parsed("capabilities", text), [field.name for field in fields(Capabilities)])
    if reader.count("contract") != CONTRACT:
        _violated("capabilities", f"contract {reader.count('contract')} is not {CONTRACT}")
    return Capabilities(
        contract=reader.count("contract"),
        vendor=reader.text("vendor"),
        model=reader.text("model"),
        serial_number=reader.text("serial_number"),
        firmware=reader.text("firmware"),
        bays=reader.count("bays"),
        tray_cells=reader.count("tray_cells"),
        pouch_units=reader.count("pouch_units"),
        pouch_volume_mm3=reader.count("pouch_volume_mm3"),
        print_lines=reader.count("print_lines"),
        print_columns=reader.count("print_columns"),
        order_pouches=reader.count("order_pouches"),
        queue_depth=reader.count("queue_depth"),
        journal_depth=reader.count("journal_depth"),
        design_pouches_per_minute=reader.count("design_pouches_per_minute"),
        journal=reader.flag("journal"),
        idempotent_load=reader.flag("idempotent_load"),
        encoder=reader.flag("encoder"),
        tablet_counter=reader.flag("tablet_counter"),
        reject_gate=reader.flag("reject_gate"),
        camera=reader.flag("camera"),
    )


def status_of(text: str) -> MachineStatus:
    """Return the snapshot that the status document `text` describes.

    Raises:
        ProtocolViolationError: not a status document.
    """
    reader = _Reader("status", _parsed("status", text), [field.name for field in fields(MachineStatus)])
    state = reader.text("state")
    try:
        packml = PackMLState(state)
    except ValueError:
        _violated("status", f"{state!r} is no PackML state")
    boot_id = reader.text("boot_id")
    if not boot_id:
        _violated("status", "boot_id is empty")
    return MachineStatus(
        state=packml,
        boot_id=boot_id,
        last_seq=reader.count("last_seq"),
        high_water=reader.count("high_water"),
        film=reader.count("film"),
        epoch=reader.count("epoch"),
        orders=tuple(_order_status(item) for item in reader.items("orders")),
        alarms=tuple(_alarm(item) for item in reader.items("alarms")),
        pouches_per_minute=reader.count("pouches_per_minute"),
    )


def bays_of(text: str) -> tuple[Bay, ...]:
    """Return the bays that the JSON array `text` describes, in its order.

    Raises:
        ProtocolViolationError: not an array of bay documents, or one bay named twice.
    """
    parsed = _parsed("bays", text)
    if not isinstance(parsed, list):
        _violated("bays", "not an array")
    bays = tuple(_bay(item) for item in parsed)
    if len({bay.number for bay in bays}) != len(bays):
        _violated("bays", "one bay stands twice")
    return bays


def entry_of(text: str) -> JournalEntry:
    """Return the journal entry that `text` describes.

    The hash chain runs over the document, so `text` must be canonical, as `hal.journal.document_of` writes it.

    Raises:
        ProtocolViolationError: not a canonical journal entry.
    """
    keys = ("boot", "boot_number", "seq", "at", "kind", "order", "pouch", "fields")
    reader = _Reader("journal entry", _parsed("journal entry", text), keys)
    entry = JournalEntry(
        boot_id=reader.text("boot"),
        boot_number=reader.count("boot_number"),
        seq=reader.count("seq"),
        at=reader.text("at"),
        kind=reader.text("kind"),
        order_number=reader.count("order", least=_NOT_APPLICABLE),
        pouch=reader.count("pouch", least=_NOT_APPLICABLE),
        fields=reader.values("fields"),
    )
    if not entry.boot_id or not entry.kind or entry.seq < 1:
        _violated("journal entry", f"no boot, no kind or no sequence number: {text[:200]}")
    if document_of(entry) != text:
        _violated("journal entry", f"not canonical: {text[:200]}")
    return entry


def entries_of(texts: Sequence[str], cursor: Cursor, limit: int) -> tuple[JournalEntry, ...]:
    """Return the journal entries that a machine answered for at most `limit` entries after `cursor`.

    Inside a boot the sequence number rises by exactly one, a new boot has a higher boot number and starts at 1.

    Raises:
        ProtocolViolationError: more entries than asked for, a gap, or a step back.
    """
    if len(texts) > limit:
        _violated("journal", f"{len(texts)} entries where {limit} were asked for")
    entries = tuple(entry_of(text) for text in texts)
    if entries and entries[0].boot_id == cursor.boot_id and entries[0].seq != cursor.seq + 1:
        _violated("journal", f"entry {entries[0].seq} follows the cursor {cursor.seq} of boot {cursor.boot_id}")
    for former, entry in pairwise(entries):
        if entry.boot_id == former.boot_id:
            follows = entry.boot_number == former.boot_number and entry.seq == former.seq + 1
        else:
            follows = entry.boot_number > former.boot_number and entry.seq == 1
        if not follows:
            _violated(
                "journal",
                f"entry {entry.seq} of boot {entry.boot_number} follows {former.seq} of boot {former.boot_number}",
            )
    return entries


def _order_status(item: object) -> OrderStatus:
    reader = _Reader("order status", item, [field.name for field in fields(OrderStatus)])
    state = reader.text("state")
    try:
        known = OrderState(state)
    except ValueError:
        _violated("order status", f"{state!r} is no state of an order")
    digest = reader.text("digest")
    if len(digest) != _DIGEST_LENGTH:
        _violated("order status", f"{digest!r} is no digest")
    return OrderStatus(
        number=reader.count("number"),
        order_id=reader.text("order_id"),
        digest=digest,
        state=known,
        closed=reader.count("closed"),
    )


def _alarm(item: object) -> Alarm:
    reader = _Reader("alarm", item, [field.name for field in fields(Alarm)])
    return Alarm(code=reader.text("code"), detail=reader.text("detail"))


def _bay(item: object) -> Bay:
    reader = _Reader("bay", item, [field.name for field in fields(Bay)])
    return Bay(
        number=reader.count("number"),
        canister_id=reader.text("canister_id"),
        fill_code=reader.text("fill_code"),
        product=reader.text("product"),
        units=reader.count("units"),
    )


def _parsed(what: str, text: str) -> object:
    try:
        parsed: object = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        message = f"{what}: not a document: {error}"
        raise ProtocolViolationError(message) from error
    return parsed


def _without_repeats(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    result: dict[str, object] = {}
    for key, value in pairs:
        if key in result:
            message = f"key {key!r} stands twice"
            raise ValueError(message)
        result[key] = value
    return result


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is no JSON number"
    raise ValueError(message)


def _violated(what: str, detail: str) -> NoReturn:
    message = f"{what}: {detail}"
    raise ProtocolViolationError(message)


class _Reader:
    """One object of a document, whose keys are exactly `keys`."""

    def __init__(self, what: str, item: object, keys: Iterable[str]) -> None:
        if not isinstance(item, dict):
            _violated(what, "not an object")
        self._what = what
        self._item: Mapping[str, object] = item
        expected, found = set(keys), set(self._item)
        if expected != found:
            _violated(what, f"missing keys {sorted(expected - found)}, unknown keys {sorted(found - expected)}")

    def text(self, key: str) -> str:
        value = self._item[key]
        if not isinstance(value, str):
            _violated(self._what, f"{key} is no text")
        return value

    def count(self, key: str, least: int = 0) -> int:
        value = self._item[key]
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _LARGEST:
            _violated(self._what, f"{key} is no whole number from {least}")
        return value

    def flag(self, key: str) -> bool:
        value = self._item[key]
        if not isinstance(value, bool):
            _violated(self._what, f"{key} is neither true nor false")
        return value

    def items(self, key: str) -> list[object]:
        value = self._item[key]
        if not isinstance(value, list):
            _violated(self._what, f"{key} is no array")
        return value

    def values(self, key: str) -> dict[str, FieldValue]:
        value = self._item[key]
        if not isinstance(value, dict):
            _violated(self._what, f"{key} is no object")
        result: dict[str, FieldValue] = {}
        for name, content in value.items():
            if isinstance(content, bool) or not isinstance(content, str | int):
                _violated(self._what, f"{key}.{name} is neither text nor whole number")
            result[name] = content
        return result
