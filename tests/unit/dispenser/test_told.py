"""What stops a machine is told in both languages, with what to do."""

from dispenser.app.told import note_of
from hal.errors import Reason, RefusedError
from hal.wire import words


def test_every_reason_of_a_machine_is_told_with_its_fix() -> None:
    error = RefusedError((Reason(words.QUEUE_FULL, "2 orders, at most 2"), Reason("ACME_7", "nobody knows")))
    note = note_of(error)
    assert note.danish == (
        "QUEUE_FULL Maskinens kø er fuld (2 orders, at most 2). Vent, til en ordre er færdig.; ACME_7: nobody knows"
    )
    assert note.english == (
        "QUEUE_FULL The machine's queue is full (2 orders, at most 2). Wait until an order has ended.; "
        "ACME_7: nobody knows"
    )


def test_anything_else_says_the_same_in_both_languages() -> None:
    note = note_of(OSError("gone"))
    assert (note.danish, note.english) == ("gone", "gone")
