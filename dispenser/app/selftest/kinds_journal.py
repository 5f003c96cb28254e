"""Faults in what a machine did, as its journal tells: nothing that is not proven may count as packed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from dispenser.app.selftest.chance import Chance, one_of, pick, two_of
from dispenser.app.selftest.evidence import SEAL_DC, numbered_entries
from dispenser.app.selftest.handles import with_packed
from dispenser.app.selftest.kind import Fault, Kind, Part, Seed
from dispenser.app.selftest.packed import Packed
from dispenser.app.selftest.world import World
from hal.journal import FieldValue, JournalEntry
from hal.wire import words

Fields: TypeAlias = dict[str, FieldValue]
Told: TypeAlias = Callable[[Chance, Fields], Fields]
_C17: Final = ("C17",)


def _some(
    chance: Chance, world: World, kind: str, fits: Callable[[JournalEntry], bool] = lambda _: True
) -> tuple[Packed, JournalEntry] | None:
    return one_of(
        chance,
        [(packed, entry) for packed in world.packed for entry in packed.journal if entry.kind == kind and fits(entry)],
    )


def _written(world: World, packed: Packed, journal: Sequence[JournalEntry]) -> Fault:
    """Return `world` with another journal, numbered without a gap: the machine itself believes it."""
    return with_packed(world, packed, replace(packed, journal=numbered_entries(journal)))


def _changed(world: World, packed: Packed, entry: JournalEntry, *now: JournalEntry) -> Fault:
    place = packed.journal.index(entry)
    return _written(world, packed, (*packed.journal[:place], *now, *packed.journal[place + 1 :]))


def _missing(kind: str, chance: Chance, world: World) -> Fault | None:
    found = _some(chance, world, kind)
    return _changed(world, *found) if found else None


def _told(kind: str, tell: Told, fits: Callable[[JournalEntry], bool], chance: Chance, world: World) -> Fault | None:
    """Let an entry of `kind` say something else."""
    found = _some(chance, world, kind, fits)
    if found is None:
        return None
    packed, entry = found
    return _changed(world, packed, entry, replace(entry, fields=tell(chance, dict(entry.fields))))


def _again(kind: str, chance: Chance, world: World) -> Fault | None:
    found = _some(chance, world, kind)
    return _changed(world, *found, found[1], found[1]) if found else None


def _extra(chance: Chance, world: World) -> Fault | None:
    """Let something fall that nobody ordered."""
    found = _some(chance, world, words.SEALED)
    canister = pick(chance, world.stock.canisters)
    if found is None:
        return None
    packed, entry = found
    ordered = next(pouch for pouch in packed.order.pouches if pouch.number == entry.pouch)
    if any(one.product == canister.product_id for one in ordered.picks):
        return None
    fields: Fields = {
        "bay": canister.bay,
        "canister": canister.canister_id,
        "fill": canister.fill_code,
        "product": canister.product_id,
        "commanded": 0,
        "counted": 1,
    }
    return _changed(world, packed, entry, replace(entry, kind=words.DROPPED, fields=fields), entry)


def _after_seal(chance: Chance, world: World) -> Fault | None:
    """Seal a pouch before the last of its medicine has fallen."""
    found = _some(chance, world, words.DROPPED)
    if found is None:
        return None
    packed, entry = found
    rest = [one for one in packed.journal if one is not entry]
    place = next(n for n, one in enumerate(rest) if one.kind == words.SEALED and one.pouch == entry.pouch)
    return _written(world, packed, (*rest[: place + 1], entry, *rest[place + 1 :]))


def _of_other_pouch(chance: Chance, world: World) -> Fault | None:
    """Swap what is told to have fallen into two pouches; pouches of the same medicine may be swapped."""
    packed = pick(chance, world.packed)
    drops = [entry for entry in packed.journal if entry.kind == words.DROPPED]
    found = two_of(chance, drops)
    if found is None:
        return None
    one, other = found
    if one.pouch == other.pouch or _source(one) == _source(other):
        return None
    fields = {one.seq: other.fields, other.seq: one.fields}
    return _written(
        world, packed, [replace(entry, fields=fields.get(entry.seq, entry.fields)) for entry in packed.journal]
    )


def _source(entry: JournalEntry) -> tuple[FieldValue | None, ...]:
    """Where it fell from and how much: the fill is not compared, for a canister may be filled between two pouches."""
    return tuple(entry.fields.get(name) for name in ("bay", "cell", "canister", "product", "counted"))


def _foreign(change: Callable[[JournalEntry], JournalEntry], chance: Chance, world: World) -> Fault | None:
    """Let the evidence of a pouch have an entry of something else in it, under the pouch's own number."""
    found = _some(chance, world, pick(chance, (words.SEALED, words.PRINTED, words.INSPECTED)))
    return _changed(world, *found, change(found[1])) if found else None


def _other_film(entry: JournalEntry) -> JournalEntry:
    return replace(entry, fields={**entry.fields, "film": int(entry.fields["film"]) + 1})


def _other_order(entry: JournalEntry) -> JournalEntry:
    return replace(entry, order_number=entry.order_number + 1)


def _set(name: str, *values: FieldValue) -> Told:
    def told(chance: Chance, fields: Fields) -> Fields:
        return {**fields, name: pick(chance, values)}

    return told


def _one_off(chance: Chance, fields: Fields) -> Fields:
    return {**fields, "counted": int(fields["counted"]) + pick(chance, (-1, 1))}


def _nothing(_: Chance, fields: Fields) -> Fields:
    return {**fields, "counted": 0}


def _without(name: str) -> Told:
    def told(_: Chance, fields: Fields) -> Fields:
        return {key: value for key, value in fields.items() if key != name}

    return told


def _printed_other(chance: Chance, world: World) -> Fault | None:
    """Print the label of another pouch."""
    packed = pick(chance, world.packed)
    found = two_of(chance, [entry for entry in packed.journal if entry.kind == words.PRINTED])
    if found is None:
        return None
    one, other = found
    return _changed(world, packed, one, replace(one, fields={**one.fields, "digest": other.fields["digest"]}))


def _torn(chance: Chance, world: World, *, at_start: bool) -> Fault | None:
    """Lose an entry that proves nothing by itself, and with it perhaps the one thing that was wrong."""
    packed = pick(chance, world.packed)
    place = 0 if at_start else chance.randrange(1, len(packed.journal) - 1)
    torn = (*packed.journal[:place], *packed.journal[place + 1 :])
    return with_packed(world, packed, replace(packed, journal=torn))


def _repeated(chance: Chance, world: World) -> Fault | None:
    """Read an entry a second time."""
    packed = pick(chance, world.packed)
    place = chance.randrange(len(packed.journal))
    again = (*packed.journal[: place + 1], *packed.journal[place:])
    return with_packed(world, packed, replace(packed, journal=again))


def _true(_: Chance, fields: Fields) -> Fields:
    return {**fields, "counted": True}


def _after_pouch(chance: Chance, world: World) -> Fault | None:
    """Let a drop of a pouch come when it is closed and the next one may be open."""
    found = _some(chance, world, words.DROPPED)
    if found is None:
        return None
    packed, drop = found
    closed = next(
        place
        for place, entry in enumerate(packed.journal)
        if (entry.kind, entry.pouch) == (words.POUCH_CLOSED, drop.pouch)
    )
    place = chance.randint(closed + 1, len(packed.journal))
    return _written(world, packed, (*packed.journal[:place], drop, *packed.journal[place:]))


def _for_no_pouch(chance: Chance, world: World) -> Fault | None:
    """Begin a pouch that is not in the order, and let something fall into it."""
    found = _some(chance, world, words.DROPPED)
    if found is None:
        return None
    packed, drop = found
    number = packed.order.pouches[-1].number + chance.randint(1, 9)
    begun = replace(drop, kind=words.POUCH_STARTED, pouch=number, fields={"film": 9_999})
    return _written(world, packed, (*packed.journal, begun, replace(drop, pouch=number)))


def _made_up(chance: Chance, world: World) -> Fault | None:
    """Count a drop twice, and take it away again."""
    found = _some(chance, world, words.DROPPED)
    if found is None:
        return None
    packed, drop = found
    less = replace(drop, fields={**drop.fields, "counted": -int(drop.fields["counted"])})
    return _changed(world, packed, drop, drop, drop, less)


def _is_bay(entry: JournalEntry) -> bool:
    return "bay" in entry.fields


def _is_many(entry: JournalEntry) -> bool:
    return "bay" in entry.fields and int(entry.fields["counted"]) > 1


def _is_cell(entry: JournalEntry) -> bool:
    return "cell" in entry.fields


def _is_one(entry: JournalEntry) -> bool:
    return entry.fields["counted"] == 1


def _kind(name: str, what: str, seed: Seed, *checks: str) -> Kind:
    return Kind(name, what, Part.EVIDENCE, checks or _C17, seed)


def _entry(
    name: str,
    what: str,
    kind: str,
    tell: Told,
    *checks: str,
    fits: Callable[[JournalEntry], bool] = lambda _: True,
) -> Kind:
    return _kind(name, what, partial(_told, kind, tell, fits), *checks)


KINDS: Final = (
    _kind("journal-torn", "an entry of the journal is lost", partial(_torn, at_start=False), "S3"),
    _kind("journal-beginning-lost", "the first entry of a boot is lost", partial(_torn, at_start=True), "S3"),
    _kind("journal-repeated", "an entry of the journal is read twice", _repeated, "S3"),
    _kind("drop-missing", "a drop was not counted at all", partial(_missing, words.DROPPED)),
    _kind("drop-twice", "a drop was counted twice", partial(_again, words.DROPPED)),
    _kind("drop-extra", "something fell that nobody ordered", _extra),
    _kind("drop-after-seal", "something fell after the pouch was sealed", _after_seal),
    _kind("drop-after-pouch", "something fell after the pouch was closed", _after_pouch, "S3"),
    _kind("drop-for-no-pouch", "something fell for a pouch that nobody ordered", _for_no_pouch, "S3"),
    _kind("drops-swapped", "what fell into two pouches has changed places", _of_other_pouch),
    _entry("counted-off", "one more or less fell than ordered", words.DROPPED, _one_off),
    _entry("counted-nothing", "nothing fell", words.DROPPED, _nothing),
    _entry("counted-unsaid", "the count is missing", words.DROPPED, _without("counted")),
    _entry("counted-in-words", "the count is no number", words.DROPPED, _set("counted", "two", "?")),
    _entry("counted-true", "the count is a truth value", words.DROPPED, _true, fits=_is_one),
    _kind("counted-below-nothing", "a count below nothing makes up for a drop too many", _made_up),
    _entry("dropped-at-once", "more fell than can fall in the time", words.DROPPED, _set("ms", 0, 1, 9), fits=_is_many),
    _entry("dropped-in-no-time", "the time of a drop is no number", words.DROPPED, _set("ms", -1, "?"), fits=_is_bay),
    _entry("dropped-from-other-bay", "it fell from another bay", words.DROPPED, _set("bay", 77), fits=_is_bay),
    _entry(
        "dropped-from-other-canister",
        "it fell from another canister",
        words.DROPPED,
        _set("canister", "X"),
        fits=_is_bay,
    ),
    _entry("dropped-from-other-cell", "it fell from another cell", words.DROPPED, _set("cell", 9_999), fits=_is_cell),
    _entry("dropped-other-product", "another product fell", words.DROPPED, _set("product", "28109999999")),
    _kind("not-sealed", "the pouch was not sealed", partial(_missing, words.SEALED)),
    _entry("sealed-cold", "the seal was too cold", words.SEALED, _set("temperature_dc", 0, 900, 1_199)),
    _entry("sealed-hot", "the seal was burnt", words.SEALED, _set("temperature_dc", 2_001, 2_600)),
    _entry("seal-unmeasured", "the seal was not measured", words.SEALED, _without("temperature_dc")),
    _entry("seal-in-words", "the seal's temperature is no number", words.SEALED, _set("temperature_dc", str(SEAL_DC))),
    _kind("not-printed", "the pouch was not printed", partial(_missing, words.PRINTED), "C16"),
    _entry("printed-otherwise", "something else was printed", words.PRINTED, _set("digest", "0" * 64, ""), "C16"),
    _kind("printed-other-label", "the label of another pouch was printed", _printed_other, "C16"),
    _kind("not-inspected", "the camera did not look", partial(_missing, words.INSPECTED)),
    _entry("rejected", "the camera rejected the pouch", words.INSPECTED, _set("result", "reject", "", "unknown")),
    _entry("read-otherwise", "the camera read another symbol", words.INSPECTED, _set("read", "0", "x"), "C16"),
    _entry("not-read", "the camera could not read the symbol", words.INSPECTED, _set("read", ""), "C16"),
    _entry("read-unsaid", "the camera does not tell what it read", words.INSPECTED, _without("read"), "C16"),
    _kind("not-closed", "the pouch was not reported closed", partial(_missing, words.POUCH_CLOSED)),
    _entry("closed-void", "the machine has voided the pouch", words.POUCH_CLOSED, _set("outcome", words.VOID), "C25"),
    _entry("closed-unknown", "the outcome is no word we know", words.POUCH_CLOSED, _set("outcome", "ok", ""), "C25"),
    _kind("film-of-other-pouch", "the evidence is of another film", partial(_foreign, _other_film)),
    _kind("entry-of-other-order", "the evidence is of another order", partial(_foreign, _other_order)),
)
