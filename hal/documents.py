"""Machine documents, read strictly: what a machine says is taken only when it is exactly what the contract names.

Every wire carries the same JSON documents. A missing key, a key too many, a repeated key, a number that is no whole
number, a negative count: each is a `ProtocolViolationError`, never a guess.
"""

from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise
from typing import Final

from hal.journal import Cursor, JournalEntry, Mark, document_of
from hal.status import (
    Alarm,
    AlarmModel,
    Bay,
    BayModel,
    Capabilities,
    Consumable,
    ConsumableModel,
    MachineStatus,
    OrderState,
    OrderStatus,
    PackMLState,
    UnitMode,
)
from hal.strict import Reader, parsed, violated
from hal.wire import words

CONTRACT: Final = 2
"""Version of the machine contract that this package speaks."""
_DIGEST_LENGTH: Final = 64
_NOT_APPLICABLE: Final = -1
_KEYS: Final = {
    kind: frozenset(field.name for field in fields(kind))
    for kind in (
        Capabilities,
        MachineStatus,
        OrderStatus,
        Alarm,
        Bay,
        Consumable,
        BayModel,
        ConsumableModel,
        AlarmModel,
    )
}
"""Keys of the documents that have one for each field."""
_ENTRY_KEYS: Final = frozenset({"boot", "boot_number", "seq", "at", "kind", "order", "pouch", "fields"})
_MODES: Final = frozenset(mode.value for mode in UnitMode)


def capabilities_of(text: str) -> Capabilities:
    """Return the capabilities that the capability document `text` describes.

    Raises:
        ProtocolViolationError: not a capability document, or one of another contract version.
    """
    reader = Reader("capabilities", parsed("capabilities", text), _KEYS[Capabilities])
    if reader.count("contract") != CONTRACT:
        violated("capabilities", f"contract {reader.count('contract')} is not {CONTRACT}")
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
        bay_models=tuple(_bay_model(item) for item in reader.items("bay_models")),
        cell_quarters=reader.counts("cell_quarters"),
        pouch_width_mm=reader.count("pouch_width_mm"),
        pitch_least_mm=reader.count("pitch_least_mm"),
        pitch_most_mm=reader.count("pitch_most_mm"),
        print_dpi=reader.count("print_dpi"),
        label_width_mm=reader.count("label_width_mm"),
        label_height_mm=reader.count("label_height_mm"),
        charset=reader.word("charset", words.CHARSETS),
        symbol_characters=reader.count("symbol_characters"),
        film_bits=reader.count("film_bits"),
        warm_up_seconds=reader.count("warm_up_seconds"),
        answer_seconds=reader.count("answer_seconds"),
        modes=reader.counts("modes"),
        camera_sensitivity_ppm=reader.count("camera_sensitivity_ppm"),
        camera_specificity_ppm=reader.count("camera_specificity_ppm"),
        journal_keeper=reader.word("journal_keeper", words.JOURNAL_KEEPERS),
        consumables=tuple(_consumable_model(item) for item in reader.items("consumables")),
        alarms=tuple(_alarm_model(item) for item in reader.items("alarms")),
    )


def status_of(text: str) -> MachineStatus:
    """Return the snapshot that the status document `text` describes.

    Raises:
        ProtocolViolationError: not a status document.
    """
    reader = Reader("status", parsed("status", text), _KEYS[MachineStatus])
    state = reader.text("state")
    try:
        packml = PackMLState(state)
    except ValueError:
        violated("status", f"{state!r} is no PackML state")
    boot_id = reader.text("boot_id")
    if not boot_id:
        violated("status", "boot_id is empty")
    mode = reader.count("mode")
    if mode not in _MODES:
        violated("status", f"{mode} is no unit mode")
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
        mode=UnitMode(mode),
        journal_head=_head("status", reader.text("journal_head")),
        acknowledged=_mark(reader.item("acknowledged")),
        consumables=tuple(_consumable(item) for item in reader.items("consumables")),
        command=reader.count("command"),
    )


def bays_of(text: str) -> tuple[Bay, ...]:
    """Return the bays that the JSON array `text` describes, in its order.

    Raises:
        ProtocolViolationError: not an array of bay documents, or one bay named twice.
    """
    items = parsed("bays", text)
    if not isinstance(items, list):
        violated("bays", "not an array")
    bays = tuple(_bay(item) for item in items)
    if len({bay.number for bay in bays}) != len(bays):
        violated("bays", "one bay stands twice")
    return bays


def entry_of(text: str) -> JournalEntry:
    """Return the journal entry that `text` describes.

    The hash chain runs over the document, so `text` must be canonical, as `hal.journal.document_of` writes it.

    Raises:
        ProtocolViolationError: not a canonical journal entry.
    """
    reader = Reader("journal entry", parsed("journal entry", text), _ENTRY_KEYS)
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
        violated("journal entry", f"no boot, no kind or no sequence number: {text[:200]}")
    if document_of(entry) != text:
        violated("journal entry", f"not canonical: {text[:200]}")
    entry.come_in(text)
    return entry


def entries_of(texts: Sequence[str], cursor: Cursor, limit: int) -> tuple[JournalEntry, ...]:
    """Return the journal entries that a machine answered for at most `limit` entries after `cursor`.

    Inside a boot the sequence number rises by exactly one, a new boot has a higher boot number and starts at 1.

    Raises:
        ProtocolViolationError: more entries than asked for, a gap, or a step back.
    """
    if len(texts) > limit:
        violated("journal", f"{len(texts)} entries where {limit} were asked for")
    entries = tuple(entry_of(text) for text in texts)
    if entries and entries[0].boot_id == cursor.boot_id and entries[0].seq != cursor.seq + 1:
        violated("journal", f"entry {entries[0].seq} follows the cursor {cursor.seq} of boot {cursor.boot_id}")
    for former, entry in pairwise(entries):
        if entry.boot_id == former.boot_id:
            follows = entry.boot_number == former.boot_number and entry.seq == former.seq + 1
        else:
            follows = entry.boot_number > former.boot_number and entry.seq == 1
        if not follows:
            violated(
                "journal",
                f"entry {entry.seq} of boot {entry.boot_number} follows {former.seq} of boot {former.boot_number}",
            )
    return entries


def _order_status(item: object) -> OrderStatus:
    reader = Reader("order status", item, _KEYS[OrderStatus])
    state = reader.text("state")
    try:
        known = OrderState(state)
    except ValueError:
        violated("order status", f"{state!r} is no state of an order")
    digest = reader.text("digest")
    if len(digest) != _DIGEST_LENGTH:
        violated("order status", f"{digest!r} is no digest")
    return OrderStatus(
        number=reader.count("number"),
        order_id=reader.text("order_id"),
        digest=digest,
        state=known,
        closed=reader.count("closed"),
    )


def _alarm(item: object) -> Alarm:
    reader = Reader("alarm", item, _KEYS[Alarm])
    return Alarm(code=reader.text("code"), detail=reader.text("detail"))


def _bay(item: object) -> Bay:
    reader = Reader("bay", item, _KEYS[Bay])
    return Bay(
        number=reader.count("number"),
        canister_id=reader.text("canister_id"),
        fill_code=reader.text("fill_code"),
        product=reader.text("product"),
        units=reader.count("units"),
    )


def _mark(item: object) -> Mark:
    reader = Reader("mark", item, ("boot_id", "seq", "head"))
    boot_id, seq, head = reader.text("boot_id"), reader.count("seq"), _head("mark", reader.text("head"))
    if not bool(boot_id) == (seq > 0) == bool(head):
        violated("mark", "boot, sequence number and head are there together, or none of them")
    return Mark(Cursor(boot_id, seq), head)


def _head(what: str, head: str) -> str:
    if head and (len(head) != _DIGEST_LENGTH or not set(head) <= set("0123456789abcdef")):
        violated(what, f"{head!r} is no head of a chain")
    return head


def _consumable(item: object) -> Consumable:
    reader = Reader("consumable", item, _KEYS[Consumable])
    return Consumable(reader.word("kind", words.CONSUMABLES), reader.text("unit"), reader.count("left"))


def _bay_model(item: object) -> BayModel:
    reader = Reader("bay model", item, _KEYS[BayModel])
    return BayModel(
        number=reader.count("number"),
        kind=reader.word("kind", words.BAY_KINDS),
        tag=reader.word("tag", words.BAY_TAGS),
        sensor=reader.word("sensor", words.BAY_SENSORS),
    )


def _consumable_model(item: object) -> ConsumableModel:
    reader = Reader("consumable model", item, _KEYS[ConsumableModel])
    return ConsumableModel(reader.word("kind", words.CONSUMABLES), reader.text("unit"))


def _alarm_model(item: object) -> AlarmModel:
    reader = Reader("alarm model", item, _KEYS[AlarmModel])
    return AlarmModel(
        code=reader.text("code"),
        category=reader.word("category", words.ALARM_CATEGORIES),
        text_da=reader.text("text_da"),
        text_en=reader.text("text_en"),
        steps_da=reader.text("steps_da"),
        steps_en=reader.text("steps_en"),
    )
