"""What the command does with the data and settings it finds: it works, or says what is wrong and with which code."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from dispenser.store.session import Database
from tests.support.cli import Command, settings

NEEDS_DATA = [
    ("machine", "list"),
    ("batch", "list"),
    ("batch", "show", "000001"),
    ("batch", "release", "000001", "--who", "A. Holm"),
    ("batch", "plan", "--group", "nord", "--first", "2026-11-30", "--who", "A. Holm"),
    ("period", "open", "--group", "nord", "--first", "2026-11-30"),
    ("labels", "000001", "--out", "labels.pdf"),
]


def test_migrate_makes_the_data_and_can_be_repeated(dispenser: Command, tmp_path: Path) -> None:
    file = tmp_path / "new" / "dispenser.db"
    config = settings(tmp_path, f"sqlite:///{file}")
    for _ in range(2):
        ended = dispenser("migrate", "--config", config)
        assert (ended.code, ended.out) == (0, "the database is up to date\n")
    Database.open(f"sqlite:///{file}").close()


@pytest.mark.parametrize("command", NEEDS_DATA)
def test_without_data_every_command_names_the_one_that_makes_it(
    dispenser: Command, tmp_path: Path, command: tuple[str, ...]
) -> None:
    config = settings(tmp_path, f"sqlite:///{tmp_path / 'none.db'}")
    ended = dispenser(*command, "--config", config)
    assert ended.code == 5
    assert "dispenser migrate" in ended.err
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("command", [("migrate",), ("serve",), *NEEDS_DATA])
def test_data_of_a_newer_program_is_left_alone(dispenser: Command, site: Path, command: tuple[str, ...]) -> None:
    file = site.parent / "dispenser.db"
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffff'")
    connection.close()
    before = file.read_bytes()
    ended = dispenser(*command, "--config", site)
    assert ended.code == 6
    assert "newer program" in ended.err
    assert file.read_bytes() == before


@pytest.mark.parametrize("command", [("migrate",), ("serve",), ("config", "check"), *NEEDS_DATA])
def test_settings_that_are_not_there_are_named(dispenser: Command, tmp_path: Path, command: tuple[str, ...]) -> None:
    ended = dispenser(*command, "--config", tmp_path / "none.toml")
    assert (ended.code, ended.out) == (5, "")
    assert "none.toml: No such file" in ended.err


def test_settings_are_found_by_variable(dispenser: Command, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOSISFLEET_CONFIG", str(site))
    assert dispenser("machine", "list", "--json").code == 0


def test_machines_are_shown_as_last_heard(dispenser: Command, site: Path) -> None:
    (row,) = dispenser("machine", "list", "--config", site, "--json").rows
    assert (row["machine"], row["link"], row["uri"]) == ("M1", "online", "opc.tcp://10.0.0.1:4840/")
    assert str(row["seen_at"]).startswith("2026-11-22T08:00:00")
    assert "M1" in dispenser("machine", "list", "--config", site).out


def test_checked_settings_are_told_with_their_origin(
    dispenser: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = settings(tmp_path, "sqlite:///x.db", '[[machines]]\nid = "m1"\nuri = "opc.tcp://127.0.0.1:4840/"\n')
    monkeypatch.setenv("DISPENSER_SERVER__PORT", "9000")
    ended = dispenser("config", "check", "--config", config, "--json")
    told = {row["setting"]: (row["value"], row["origin"]) for row in ended.rows}
    assert ended.code == 0
    assert told["database"] == ("sqlite:///x.db", "file")
    assert told["server.port"] == ("9000", "environment")
    assert told["site.name"] == ("Demoapoteket", "default")


def test_checked_settings_show_no_password(dispenser: Command, tmp_path: Path) -> None:
    config = settings(tmp_path, "postgresql://dispenser:sesame@db.example/dispenser")
    for options in ((), ("--json",)):
        ended = dispenser("config", "check", "--config", config, *options)
        assert ended.code == 0
        assert "sesame" not in ended.out + ended.err
        assert "db.example" in ended.out


@pytest.mark.parametrize(
    ("database", "more", "told"),
    [
        ("mysql://db/x", "", "sqlite:///FILE"),
        ("sqlite:///x.db", 'catalogue = "none.csv"', "none.csv"),
        ("sqlite:///x.db", '[[machines]]\nid = "m1"\nuri = "gopher://x"', "no driver takes gopher://"),
    ],
)
def test_a_check_finds_what_would_stop_the_controller(
    dispenser: Command, tmp_path: Path, database: str, more: str, told: str
) -> None:
    ended = dispenser("config", "check", "--config", settings(tmp_path, database, more))
    assert (ended.code, ended.out) == (5, "")
    assert told in ended.err


def test_a_served_site_answers_until_it_is_stopped(site: Path) -> None:
    config = settings(site.parent, f"sqlite:///{site.parent / 'dispenser.db'}", "[server]\nport = 0\n")
    command = shutil.which("dispenser", path=str(Path(sys.executable).parent))
    assert command is not None
    with subprocess.Popen(  # noqa: S603 - our own program
        [command, "serve", "--config", str(config)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            found = re.fullmatch(r"panel on (http://127\.0\.0\.1:\d+)\n", process.stdout.readline())
            assert found is not None
            answer = httpx2.get(f"{found[1]}/api/machines", timeout=10)
            assert answer.status_code == 200
            assert "M1" in json.dumps(answer.json())
        finally:
            os.kill(process.pid, signal.SIGTERM)
            process.wait(20)
        assert "Traceback" not in process.stderr.read()


def test_a_port_in_use_is_named(dispenser: Command, site: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = settings(site.parent, f"sqlite:///{site.parent / 'dispenser.db'}", f"[server]\nport = {port}\n")
        ended = dispenser("serve", "--config", config)
    assert ended.code == 5
    assert f"127.0.0.1:{port} is in use" in ended.err
    assert "server.port" in ended.err
