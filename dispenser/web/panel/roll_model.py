"""A roll in words, with the machine's own evidence for every pouch."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dispenser.app.views_board import LiveRoll
from dispenser.app.views_roll import Attempt, Film, PouchCard, RollPage
from dispenser.core.dosage import PartOfDay
from dispenser.core.ids import ProductId
from dispenser.core.product import Catalogue
from dispenser.core.quantity import Quarters
from dispenser.web.i18n import Texts
from dispenser.web.panel.batch_model import FindingGroup, grouped
from dispenser.web.panel.board_model import ProgressTexts, roll_texts
from dispenser.web.panel.discard_model import DiscardModel, discard_model
from dispenser.web.panel.discard_words import ACUTE_WORDS, cause_text
from dispenser.web.panel.words import ENTRY_WORDS, POUCH_SIGNS, REASON_WORDS, RESULT_WORDS, Sign
from hal.journal import JournalEntry
from hal.orders import order_of
from hal.wire import words

_DIGEST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One journal entry: the machine's own clock, what happened, and whether it is as it should be."""

    at: str
    word: str
    text: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class FilmModel:
    """One physical pouch."""

    number: str
    outcome: Sign | None
    reason: str
    lines: tuple[EvidenceLine, ...]


@dataclass(frozen=True, slots=True)
class AttemptModel:
    """One attempt at a pouch."""

    machine_id: str
    order_number: str
    sign: Sign
    film: str
    reason: str
    films: tuple[FilmModel, ...]


@dataclass(frozen=True, slots=True)
class ContentModel:
    """What the pouch holds of one product; `lots` are those that it may be of, empty before it is packed."""

    quantity: str
    unit: str
    name: str
    appearance: str
    lots: str = ""


@dataclass(frozen=True, slots=True)
class CardModel:
    """One pouch; `part` is empty unless the intake had to be split, `label` is what the machine was told to print.

    `discard` says why it must not be used although it was packed.
    """

    number: int
    sign: Sign
    slot: str
    time: str
    part: str
    instruction: str
    contents: tuple[ContentModel, ...]
    label: tuple[str, ...]
    attempts: tuple[AttemptModel, ...]
    spoiled: int
    discard: DiscardModel | None


@dataclass(frozen=True, slots=True)
class DayModel:
    """The pouches of one date."""

    date: date
    cards: tuple[CardModel, ...]


@dataclass(frozen=True, slots=True)
class OtherRoll:
    """An older roll that this one replaces, wholly or in part."""

    roll_id: str
    text: str


@dataclass(frozen=True, slots=True)
class RollModel:
    """One roll; `void` says why it was taken out of use, `acute` which kind it is, both empty where it is neither."""

    view: RollPage
    live: ProgressTexts
    header: CardModel
    days: tuple[DayModel, ...]
    void: str
    acute: str
    replaces: tuple[OtherRoll, ...]
    overridden: tuple[FindingGroup, ...]


def roll_model(view: RollPage, catalogue: Catalogue, texts: Texts) -> RollModel:
    """Return a roll in the reader's language."""
    writer = _Writer(view, catalogue, texts)
    newest = view.jobs[-1].state if view.jobs else None
    return RollModel(
        view=view,
        live=roll_texts(LiveRoll(view.record.roll_id, view.progress, newest), texts),
        header=writer.card(view.header),
        days=tuple(DayModel(day.date, tuple(writer.card(card) for card in day.cards)) for day in view.days),
        void=cause_text(view.record.void_reason or "", texts),
        acute=texts.t(ACUTE_WORDS[view.acute]) if view.acute else "",
        replaces=tuple(
            OtherRoll(
                one.roll_id,
                texts.t("the whole roll")
                if one.whole
                else texts.n("{count} pouch of it", "{count} pouches of it", one.pouches),
            )
            for one in view.relation.replaces
        ),
        overridden=grouped(view.overridden, texts),
    )


class _Writer:
    """Writes the cards of one roll."""

    def __init__(self, view: RollPage, catalogue: Catalogue, texts: Texts) -> None:
        self._catalogue = catalogue
        self._slots = view.slots
        self._total = view.record.pouches
        self._texts = texts
        self._labels: dict[tuple[int, int], tuple[str, tuple[str, ...]]] = {}
        for job in view.jobs:
            if job.order_document and job.order_number is not None:
                for pouch in order_of(job.order_document).pouches:
                    self._labels[job.order_number, pouch.number] = (pouch.symbol, pouch.lines)

    def card(self, card: PouchCard) -> CardModel:
        """Return one pouch's card."""
        texts, pouch = self._texts, card.pouch
        orders = [attempt.record.order_number or 0 for attempt in card.attempts]
        labels = [self._labels[order, card.number][1] for order in orders if (order, card.number) in self._labels]
        films = [film for attempt in card.attempts for film in attempt.films]
        split = pouch is not None and pouch.parts > 1
        return CardModel(
            number=card.number,
            sign=POUCH_SIGNS[card.state],
            slot=texts.slot(pouch.slot) if pouch else texts.t("Header pouch"),
            time=texts.time(self._slots.times[pouch.slot]) if pouch and isinstance(pouch.slot, PartOfDay) else "",
            part=texts.t("Part {part} of {parts}", part=pouch.part, parts=pouch.parts) if pouch and split else "",
            instruction=pouch.instruction if pouch else "",
            contents=tuple(
                ContentModel(
                    texts.quantity(line.quarters),
                    line.unit,
                    line.short_name,
                    line.appearance,
                    self._lots(card.lots.get(line.product_id, ())),
                )
                for line in card.contents
            ),
            label=labels[0] if labels else (),
            attempts=tuple(self._attempt(attempt, card.number) for attempt in card.attempts if attempt.films),
            spoiled=sum(film.outcome == words.VOID for film in films),
            discard=discard_model(card.discard, self._total, self._slots, texts) if card.discard else None,
        )

    def _lots(self, lots: Sequence[str]) -> str:
        nobody = self._texts.t("unknown")
        named = ", ".join(lot or nobody for lot in lots)
        return self._texts.t("Lot {lots}", lots=named) if lots else ""

    def _attempt(self, attempt: Attempt, number: int) -> AttemptModel:
        record, order = attempt.record, attempt.record.order_number or 0
        return AttemptModel(
            machine_id=record.machine_id,
            order_number=str(order),
            sign=POUCH_SIGNS[record.state],
            film=str(record.film) if record.film is not None else "",
            reason=self._reason(record.reason),
            films=tuple(self._film(film, self._labels.get((order, number))) for film in attempt.films),
        )

    def _film(self, film: Film, label: tuple[str, tuple[str, ...]] | None) -> FilmModel:
        return FilmModel(
            number=str(film.number),
            outcome=POUCH_SIGNS[film.outcome] if film.outcome else None,
            reason=self._reason(film.reason),
            lines=tuple(self._line(entry, label) for entry in film.entries if entry.kind in ENTRY_WORDS),
        )

    def _line(self, entry: JournalEntry, label: tuple[str, tuple[str, ...]] | None) -> EvidenceLine:
        told, wrong = self._fact(entry, label)
        word = self._texts.t(ENTRY_WORDS[entry.kind])
        return EvidenceLine(self._texts.clock(datetime.fromisoformat(entry.at)), word, told, wrong)

    def _fact(self, entry: JournalEntry, label: tuple[str, tuple[str, ...]] | None) -> tuple[str, bool]:
        texts, facts = self._texts, entry.fields
        if entry.kind == words.DROPPED:
            return self._drop(facts), facts["commanded"] != facts["counted"]
        if entry.kind == words.SEALED:
            return texts.t("{degrees} °C", degrees=texts.tenths(int(facts["temperature_dc"]))), False
        if entry.kind == words.PRINTED:
            same = label is not None and facts["digest"] == _print_digest(*label)
            told = texts.t("as ordered") if same else texts.t("not as ordered")
            return f"{told} ({str(facts['digest'])[:_DIGEST_DIGITS]})", not same
        if entry.kind == words.INSPECTED:
            return self._result(str(facts["result"])), facts["result"] != "pass"
        if entry.kind == words.POUCH_CLOSED:
            reason = self._reason(str(facts["reason"]))
            return self._result(str(facts["outcome"])) + (f": {reason}" if reason else ""), facts[
                "outcome"
            ] == words.VOID
        return texts.t("film {film}", film=facts.get("film", "")), False

    def _drop(self, facts: Mapping[str, str | int]) -> str:
        texts = self._texts
        product = self._catalogue.products.get(ProductId(str(facts["product"])))
        name = product.short_name if product else str(facts["product"])
        if "cell" in facts:
            counted = texts.quantity(Quarters(int(facts["counted"])))
            commanded = texts.quantity(Quarters(int(facts["commanded"])))
            return texts.t(
                "{name} from tray cell {cell}: {counted} of {commanded}",
                name=name,
                cell=facts["cell"],
                counted=counted,
                commanded=commanded,
            )
        return texts.t(
            "{name} from bay {bay}, canister {canister}, fill {fill}: {counted} of {commanded} counted",
            name=name,
            **{key: facts[key] for key in ("bay", "canister", "fill", "counted", "commanded")},
        )

    def _result(self, word: str) -> str:
        return self._texts.t(RESULT_WORDS[word]) if word in RESULT_WORDS else word

    def _reason(self, reason: str) -> str:
        return self._texts.t(REASON_WORDS[reason]) if reason in REASON_WORDS else reason


def _print_digest(symbol: str, lines: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join((symbol, *lines)).encode()).hexdigest()
