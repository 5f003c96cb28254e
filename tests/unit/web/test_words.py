"""Every state that can be has a word, a shape and, for machines, the next action; in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.app.views_names import named
from dispenser.app.views_situation import ONLINE, TONES, Situation, Standing, Tone, situation_of
from dispenser.core.batch import BatchState
from dispenser.core.job import JobState
from dispenser.web.i18n import Texts
from dispenser.web.panel.render import environment
from dispenser.web.panel.said import said
from dispenser.web.panel.words import (
    BATCH_SIGNS,
    ENTRY_WORDS,
    JOB_SIGNS,
    POUCH_SIGNS,
    SEVERITY_SIGNS,
    SITUATION_ACTIONS,
    SITUATION_WORDS,
    TONE_WORDS,
)
from hal.status import Alarm, PackMLState
from hal.wire import words
from safety.findings import Severity
from tests.support.hall import catalogue

ALARMS = [code for name, code in vars(words).items() if name.startswith("ALARM_") and str(code).isupper()]
standings = st.builds(
    Standing,
    link=st.sampled_from([ONLINE, "offline", "fenced", ""]),
    seen=st.booleans(),
    state=st.sampled_from([None, *PackMLState]),
    alarms=st.lists(st.builds(Alarm, st.sampled_from([*ALARMS, "VENDOR_42"]), st.text(max_size=10)), max_size=3),
    job=st.sampled_from([None, *JobState]),
    queued=st.integers(0, 3),
    hindered=st.booleans(),
)


@given(standings)
def test_every_standing_is_one_situation_with_word_and_action(standing: Standing) -> None:
    situation, _ = situation_of(standing)
    assert situation in SITUATION_WORDS
    assert situation in SITUATION_ACTIONS
    assert TONE_WORDS[TONES[situation]]


@given(standings)
def test_old_news_and_alarms_are_never_shown_as_fine(standing: Standing) -> None:
    tone = TONES[situation_of(standing)[0]]
    if not standing.seen or standing.link != ONLINE or standing.state is None:
        assert tone is Tone.LOST
    elif standing.alarms:
        assert tone is Tone.ALARM


def test_a_machine_that_is_not_served_for_a_told_reason_sends_nobody_to_its_cable() -> None:
    for seen in (False, True):
        standing = Standing("offline", seen=seen, state=None, hindered=True)
        assert situation_of(standing) == (Situation.NOT_SERVED, "")


def test_an_emergency_stop_is_said_first() -> None:
    alarms = (Alarm(words.ALARM_JAM, "bay 3"), Alarm(words.ALARM_EMERGENCY, ""))
    assert situation_of(Standing(ONLINE, True, PackMLState.ABORTED, alarms)) == (Situation.EMERGENCY, "")  # noqa: FBT003


@pytest.mark.parametrize("code", ALARMS)
def test_every_alarm_of_the_wire_has_a_situation_of_its_own(code: str) -> None:
    standing = Standing(ONLINE, seen=True, state=PackMLState.HELD, alarms=(Alarm(code, "bay 3"),))
    assert situation_of(standing)[0] is not Situation.OTHER_ALARM


def test_every_state_has_a_sign_and_every_shape_is_drawn() -> None:
    sprite = environment().get_template("shapes.html").render()
    assert set(BATCH_SIGNS) == set(BatchState)
    assert set(JOB_SIGNS) == set(JobState)
    assert set(POUCH_SIGNS) == {"planned", "packed", "void", "unknown"}
    assert set(SEVERITY_SIGNS) == {severity.name.lower() for severity in Severity}
    tables = (BATCH_SIGNS, JOB_SIGNS, POUCH_SIGNS, SEVERITY_SIGNS)
    shapes = {sign.shape for table in tables for sign in table.values()} | set(TONE_WORDS.values())
    assert {shape for shape in shapes if f'id="shape-{shape}"' not in sprite} == set()


def test_every_journal_kind_that_concerns_a_pouch_has_a_word() -> None:
    of_pouch = {words.POUCH_STARTED, words.DROPPED, words.SEALED, words.PRINTED, words.INSPECTED, words.POUCH_CLOSED}
    assert set(ENTRY_WORDS) == of_pouch


@pytest.mark.parametrize(
    ("english", "danish"),
    [
        ("bay 12", "plads 12"),
        ("order 7 pouch 3", "ordre 7, pose 3"),
        (
            "Furix 40 mg: 3 units needed, 0 in canisters; 9 tray cells needed, 4 there",
            "Furix 40 mg: 3 enheder skal bruges, 0 i kassetter; 9 bakkefelter skal bruges, 4 findes",
        ),
        (
            "M1: a pouch of 9 units, 8 at most",
            "M1: en pose med 9 enheder, højst 8",
        ),
        ("something new", "something new"),
    ],
)
def test_what_others_say_is_put_into_danish_where_it_is_known(english: str, danish: str) -> None:
    assert said(english, Texts("da")) == danish


def test_a_medicine_is_named_where_only_its_number_was_said() -> None:
    assert named("28100000005: 3 units needed, 99999999999", catalogue()) == "Furix 40 mg: 3 units needed, 99999999999"


@given(st.text(max_size=80))
def test_nothing_said_is_ever_lost_or_breaks_the_page(text: str) -> None:
    assert said(text, Texts("da")) or not text
