"""Show cheaply that a label is right because another of the same order was; or say nothing.

Labels of equal intakes differ in date and number alone. Once one was looked at closely and is right, another that says
the same of the same contents and picks is right too, if its date, time, number and roll are its pouch's.
"""

from dispenser.core.pouch import Pouch
from dispenser.core.quantity import QUARTERS_PER_UNIT
from hal.orders import BayPick, PouchOrder
from safety.label_reader import LabelUnreadableError, read_place, read_when
from safety.label_words import Labelled, slot_text, time_text

_Kind = tuple[object, ...]


class LabelProof:
    """What is known of the labels of one order."""

    def __init__(self, about: Labelled) -> None:
        """Know nothing yet."""
        self._about = about
        self._pouches = len(about.roll.pouches)
        self._times: dict[_Kind, str] = {}

    def keep(self, ordered: PouchOrder, pouch: Pouch) -> None:
        """Remember the label of `ordered`, which was looked at closely and is right in every word."""
        self._times[_kind(ordered, pouch)] = slot_text(pouch.slot, self._about.slots)

    def shows(self, ordered: PouchOrder, pouch: Pouch) -> bool:
        """Return whether the label of `ordered` is one that is remembered, under the date and number of `pouch`."""
        time = self._times.get(_kind(ordered, pouch))
        if time is None:
            return False
        try:
            day, at = read_when(ordered.lines[2])
            place = read_place(ordered.lines[-2])
        except LabelUnreadableError:
            return False
        expected = (pouch.number, self._pouches, self._about.roll.roll_id)
        return day == pouch.date and time_text(at) == time and place == expected


def _kind(ordered: PouchOrder, pouch: Pouch) -> _Kind:
    """Return all that decides whether a label is right but date and number: every other line, contents and picks."""
    lines = ordered.lines
    return (
        lines[:2],
        lines[3:-2],
        lines[-1:],
        pouch.slot,
        pouch.part,
        pouch.parts,
        pouch.instruction,
        tuple([(content.product_id, content.quarters) for content in pouch.contents]),
        tuple(
            [
                (pick.product, pick.units * QUARTERS_PER_UNIT if isinstance(pick, BayPick) else pick.quarters)
                for pick in ordered.picks
            ]
        ),
    )
