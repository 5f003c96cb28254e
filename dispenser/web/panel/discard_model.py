"""Pouches to find and destroy, in words, roll by roll."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dispenser.app.views_discards import DiscardLine, DiscardPage, DiscardRoll
from dispenser.core.dosage import PartOfDay
from dispenser.core.ids import RollId
from dispenser.core.slots import SlotTable
from dispenser.web.i18n import Texts
from dispenser.web.panel.discard_words import (
    ACUTE_WORDS,
    DESTROYED,
    TO_DISCARD,
    cause_text,
    reason_texts,
    who_text,
)
from dispenser.web.panel.words import Sign


@dataclass(frozen=True, slots=True)
class DiscardModel:
    """One pouch out of use: `when` and `who` tell who took it out, `destroyed` who destroyed it, empty until then."""

    number: int
    place: str
    day: str
    slot: str
    sign: Sign
    cause: str
    reasons: tuple[str, ...]
    acute: str
    when: str
    who: str
    destroyed: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class DiscardRollModel:
    """One roll with its pouches to find; `problems` say why what was just noted could not be."""

    view: DiscardRoll
    count: str
    pouches: tuple[DiscardModel, ...]
    problems: tuple[str, ...]
    who: str


@dataclass(frozen=True, slots=True)
class DiscardPageModel:
    """All rolls with pouches to find; `more` says that older ones are not shown, empty when all are."""

    rolls: tuple[DiscardRollModel, ...]
    open: str
    more: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that could not be followed: for which roll, what was ticked and written in it, and why not."""

    roll_id: RollId
    numbers: Collection[int]
    who: str
    problems: Sequence[str]


def discard_page_model(view: DiscardPage, texts: Texts, tried: Tried | None = None) -> DiscardPageModel:
    """Return the pouches to find in the reader's language."""
    shown = sum(len(roll.lines) for roll in view.rolls)
    more = texts.t("The newest {shown} are shown.", shown=texts.number(shown)) if shown < view.open else ""
    rolls = tuple(_roll(roll, texts, tried if tried and tried.roll_id == roll.roll_id else None) for roll in view.rolls)
    return DiscardPageModel(rolls, texts.number(view.open), more)


def discard_model(
    line: DiscardLine, total: int, slots: SlotTable, texts: Texts, ticked: Collection[int] = ()
) -> DiscardModel:
    """Return one pouch of a roll of `total` pouches, planned with `slots`, in the reader's language."""
    record, pouch = line.record, line.pouch
    slot = texts.slot(pouch.slot) if pouch else ""
    if pouch and isinstance(pouch.slot, PartOfDay):
        slot = f"{slot} {texts.time(slots.times[pouch.slot])}"
    done = line.destroyed
    return DiscardModel(
        number=record.number,
        place=texts.t("No. {number} of {total}", number=record.number, total=texts.number(total))
        if pouch
        else texts.t("Header pouch"),
        day=texts.day(pouch.date) if pouch else "",
        slot=slot,
        sign=DESTROYED if done else TO_DISCARD,
        cause=cause_text(record.cause, texts),
        reasons=reason_texts(record.reason, texts),
        acute=texts.t(ACUTE_WORDS[record.acute]),
        when=texts.moment(record.at),
        who=who_text(line.who, texts),
        destroyed=f"{texts.moment(done.at)}, {done.who}" if done else "",
        ticked=record.number in ticked,
    )


def _roll(roll: DiscardRoll, texts: Texts, tried: Tried | None) -> DiscardRollModel:
    return DiscardRollModel(
        view=roll,
        count=texts.n("{count} pouch", "{count} pouches", len(roll.lines)),
        pouches=tuple(
            discard_model(line, roll.total, roll.slots, texts, tried.numbers if tried else ()) for line in roll.lines
        ),
        problems=tuple(tried.problems) if tried else (),
        who=tried.who if tried else "",
    )
