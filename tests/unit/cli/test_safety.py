"""The risk file is written, the site is looked at, and the clock is confirmed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from dispenser.store.session import Database
from tests.support.cli import Command


def test_the_risk_file_is_a_page_and_a_paper(dispenser: Command, tmp_path: Path) -> None:
    to = tmp_path / "risk" / "file"
    ended = dispenser("safety", "report", "--to", to, "--json")
    assert ended.code == 0
    assert [row["hazard"] for row in ended.rows[:3]] == ["H01", "H02", "H03"]
    assert {"what", "severity", "controls", "checks", "tests", "seeded_faults", "residual"} < set(ended.rows[0])
    page = (to / "hazards.html").read_text("utf-8")
    assert '<html lang="da">' in page
    assert "dosisfleet 0." in page
    assert f"{datetime.now(UTC).year}" in page
    assert (to / "hazards.pdf").read_bytes().startswith(b"%PDF-")


def test_the_risk_file_is_told_on_the_screen_in_english(dispenser: Command, tmp_path: Path) -> None:
    ended = dispenser("safety", "report", "--to", tmp_path, "--language", "en")
    assert ended.code == 0
    assert "The same dose is packed in two rolls" in ended.out
    assert str(tmp_path / "hazards.pdf") in ended.out
    assert '<html lang="en">' in (tmp_path / "hazards.html").read_text("utf-8")


def test_another_language_is_refused(dispenser: Command, tmp_path: Path) -> None:
    ended = dispenser("safety", "report", "--to", tmp_path, "--language", "fr")
    assert (ended.code, "da or en" in ended.err) == (2, True)


def test_a_sound_site_has_no_problems(dispenser: Command, site: Path) -> None:
    ended = dispenser("safety", "site", "--config", site, "--json")
    assert (ended.code, ended.rows) == (0, [])


def test_a_wrong_clock_is_told_until_it_is_confirmed(dispenser: Command, site: Path, store: Database) -> None:
    with store.write() as tx:
        tx.audit.append(datetime.now(UTC) + timedelta(days=2), "A. Holm", "noted", "x", "")
    ended = dispenser("safety", "site", "--config", site, "--json")
    assert (ended.code, [row["code"] for row in ended.rows]) == (3, ["DOSE-0607"])
    assert "confirm-clock" in str(ended.rows[0]["what to do"])
    refused = dispenser("batch", "plan", "--group", "nord", "--first", "2030-01-07", "--who", "A", "--config", site)
    assert (refused.code, "DOSE-0607" in refused.err) == (3, True)
    unsigned = dispenser("safety", "confirm-clock", "--who", "A. Holm", "--reason", " ", "--config", site)
    assert unsigned.code == 3
    confirmed = dispenser("safety", "confirm-clock", "--who", "A. Holm", "--reason", "set by hand", "--config", site)
    assert (confirmed.code, confirmed.out.startswith("confirmed: ")) == (0, True)
    assert dispenser("safety", "site", "--config", site).code == 0
