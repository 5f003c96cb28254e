"""Faults in messages and what is kept: another human, an old plan, words that alter a dosage, a forged store."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, pick
from dispenser.app.selftest.kind import Fault, Kind, Part, Seed
from dispenser.app.selftest.postroom import Json, Letter, Post, bundle, patient, request
from dispenser.app.selftest.shelf import THETAN
from dispenser.app.selftest.world import World
from dispenser.core.citizen import Identity

Altered = Callable[[Chance, World, Json], Json]


def _last(alter: Altered, chance: Chance, world: World) -> Fault | None:
    """Let the last message be another."""
    *before, last = world.post.letters
    now = replace(last, document=alter(chance, world, deepcopy(last.document)))
    return Fault(replace(world, post=replace(world.post, letters=(*before, now))))


def _sent(alter: Callable[[Chance, World, Post], tuple[Letter, ...]], chance: Chance, world: World) -> Fault | None:
    return Fault(replace(world, post=replace(world.post, letters=alter(chance, world, world.post))))


def _resource(place: int, change: Callable[[Chance, World], Mapping[str, object]]) -> Altered:
    """Set elements of one resource of a bundle."""

    def altered(chance: Chance, world: World, document: Json) -> Json:
        return _with(document, place, change(chance, world))

    return altered


def _with(document: Json, place: int, elements: Mapping[str, object]) -> Json:
    entries = document["entry"]
    if isinstance(entries, list):
        entries[place]["resource"].update(elements)
    return document


def _person(world: World) -> Identity:
    return world.packed[0].identity


def _other_number(_: Chance, world: World) -> Mapping[str, object]:
    """The civil registration number of another born on the same day."""
    mine = _person(world)
    return patient(replace(mine, civil_number=f"{mine.civil_number[:6]}3{mine.civil_number[7:]}"))


def _other_birth(chance: Chance, world: World) -> Mapping[str, object]:
    """Another date of birth, and a number that goes with it."""
    mine = _person(world)
    born = mine.birth_date + timedelta(days=chance.randint(1, 20))
    return patient(replace(mine, birth_date=born, civil_number=f"{born:%d%m%y}{mine.civil_number[6:]}"))


def _birth_contradicts(chance: Chance, world: World) -> Mapping[str, object]:
    mine = _person(world)
    return {"birthDate": (mine.birth_date + timedelta(days=chance.randint(1, 300))).isoformat()}


def _no_number(_: Chance, __: World) -> Mapping[str, object]:
    return {"identifier": []}


def _short_number(_: Chance, world: World) -> Mapping[str, object]:
    return patient(replace(_person(world), civil_number=_person(world).civil_number[:9]))


def _no_name(_: Chance, __: World) -> Mapping[str, object]:
    return {"name": [{"use": "old", "family": "Holm"}]}


def _out_of_use(_: Chance, __: World) -> Mapping[str, object]:
    return {"active": False}


def _same_number_twice(_: Chance, world: World, post: Post) -> tuple[Letter, ...]:
    """Push a second citizen with the civil registration number of the first."""
    other = bundle(patient(_person(world), "p2"), request("m9", THETAN, post.day, of="p2"))
    return (*post.letters, Letter(other))


def _line_of_other(_: Chance, world: World, post: Post) -> tuple[Letter, ...]:
    """Push a second citizen with a line that is the first one's."""
    other = bundle(patient(world.packed[1].identity, "p2"), request("m1", THETAN, post.day, of="p2"))
    return (*post.letters, Letter(other))


def _replayed(_: Chance, __: World, post: Post) -> tuple[Letter, ...]:
    """Send the first message again after the second."""
    return (*post.letters, post.letters[0])


def _older_version(_: Chance, __: World, post: Post) -> tuple[Letter, ...]:
    """Send a new version of a line that replaces one which is no longer the newest."""
    return (*post.letters, Letter(request("m1", THETAN, post.day, 4), "m1", 'W/"1"'))


def _no_version(_: Chance, __: World, post: Post) -> tuple[Letter, ...]:
    return (*post.letters, Letter(request("m1", THETAN, post.day, 4), "m1"))


def _posted(_: Chance, __: World, document: Json) -> Json:
    """Send a line without a name of its own: each delivery would be another medicine."""
    entries = document["entry"]
    if isinstance(entries, list):
        entries[1]["request"] = {"method": "POST", "url": "MedicationRequest"}
    return document


def _dosage(**elements: object) -> Altered:
    """Set elements of the first line's dosage."""

    def altered(_: Chance, __: World, document: Json) -> Json:
        entries = document["entry"]
        if isinstance(entries, list):
            entries[1]["resource"]["dosageInstruction"][0].update(elements)
        return document

    return altered


def _words(chance: Chance, _: World, document: Json) -> Json:
    texts = ("1 tablet morgen, dog ikke søndag", "kun ved smerter", "pause i weekenden", "ikke på dialysedage")
    return _dosage(text=pick(chance, texts))(chance, _, document)


def _other_amount(chance: Chance, _: World, document: Json) -> Json:
    texts = ("5 tabletter morgen", "1½ tablet om morgenen", "4 gange daglig", "syv stk. morgen")
    return _dosage(text=pick(chance, texts))(chance, _, document)


def _note(_: Chance, __: World) -> Mapping[str, object]:
    return {"note": [{"text": "Halv dosis den første uge"}]}


def _forged(before: bytes, now: bytes, _: Chance, world: World) -> Fault | None:
    return Fault(replace(world, post=replace(world.post, forged=(before, now))))


def _kind(name: str, what: str, seed: Seed, *checks: str) -> Kind:
    return Kind(name, what, Part.MESSAGES, checks, seed)


def _patient(name: str, what: str, change: Callable[[Chance, World], Mapping[str, object]]) -> Kind:
    return _kind(name, what, partial(_last, _resource(0, change)), "C20")


KINDS: Final = (
    _patient("other-civil-number", "a known citizen comes with another CPR number", _other_number),
    _patient("other-birth-date", "a known citizen comes with another date of birth", _other_birth),
    _patient("birth-date-contradicts", "date of birth and CPR number contradict each other", _birth_contradicts),
    _patient("civil-number-missing", "a citizen comes without a CPR number", _no_number),
    _patient("civil-number-short", "a CPR number has lost a digit", _short_number),
    _patient("name-missing", "a citizen comes without a name", _no_name),
    _patient("citizen-out-of-use", "a citizen's record is not in use", _out_of_use),
    _kind("civil-number-twice", "two citizens come with one CPR number", partial(_sent, _same_number_twice), "C20"),
    _kind(
        "line-of-other-citizen", "a line comes for another citizen than before", partial(_sent, _line_of_other), "C20"
    ),
    _kind("message-replayed", "an old message comes again after a newer one", partial(_sent, _replayed), "C21"),
    _kind(
        "version-older",
        "a change replaces a version that is no longer the newest",
        partial(_sent, _older_version),
        "C21",
    ),
    _kind("version-unsaid", "a change does not say which version it replaces", partial(_sent, _no_version), "C21"),
    _kind("line-without-name", "a line comes without a name of its own", partial(_last, _posted), "C21"),
    _kind("words-alter-dosage", "words beside a dosage alter it", partial(_last, _words), "C24"),
    _kind("words-of-other-amount", "words beside a dosage name another amount", partial(_last, _other_amount), "C19"),
    _kind("note-beside-dosage", "a note says more than the dosage", partial(_last, _resource(1, _note)), "C24"),
    Kind(
        "audit-altered",
        "somebody has changed the audit trail",
        Part.RECORD,
        ("S8",),
        partial(_forged, b"plan accepted", b"plan rejected"),
    ),
)
