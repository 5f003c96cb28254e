"""What every machine was sent, kept apart from the database: nothing that was acted upon is ever lost."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.ids import MachineId
from dispenser.store.errors import DatabaseUnwritableError
from dispenser.store.witness import Witness

M1, M2 = MachineId("m1"), MachineId("m-2")


def test_the_highest_number_counts_and_survives_the_process(tmp_path: Path) -> None:
    file = tmp_path / "new" / "witness"
    one = Witness(file)
    assert one.sent() == {}
    for number in (3, 4, 2):
        one.note(M1, number)
    one.note(M2, 9)
    assert one.sent() == Witness(file).sent() == {M1: 4, M2: 9}


def test_a_witness_begins_once(tmp_path: Path) -> None:
    file = tmp_path / "witness"
    one = Witness(file)
    assert one.sent() == {}
    assert one.begin({M1: 7, M2: 1})
    assert one.sent() == {M1: 7, M2: 1}
    assert not one.begin({M1: 70})
    assert Witness(file).sent() == {M1: 7, M2: 1}


def test_a_new_site_has_nothing_to_ask(tmp_path: Path) -> None:
    one = Witness(tmp_path / "witness")
    assert one.begin({})
    assert one.sent() == {}
    assert not one.begin({M1: 1})


@given(torn=st.binary(max_size=12), cut=st.integers(0, 5))
def test_a_torn_line_spoils_only_itself(tmp_path_factory: pytest.TempPathFactory, torn: bytes, cut: int) -> None:
    file = tmp_path_factory.mktemp("torn") / "witness"
    Witness(file).note(M1, 41)
    whole = file.read_bytes()
    # A line that was not written to its end: a piece of one, or whatever the disk had there.
    file.write_bytes(whole + b"\nm1 42"[:cut] + torn.replace(b"m", b"?"))
    Witness(file).note(M2, 8)
    sent = Witness(file).sent()
    assert sent[M1] == 41
    assert sent[M2] == 8


def test_what_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "witness").mkdir()
    one = Witness(tmp_path / "witness")
    with pytest.raises(DatabaseUnwritableError, match="witness cannot be used: Is a directory"):
        one.note(M1, 1)
    with pytest.raises(DatabaseUnwritableError, match="witness cannot be used"):
        one.sent()
