"""A wrong setting is named with the nearest valid one; nothing half-valid is ever used."""

from pathlib import Path

import pytest

from dispenser.config import Config, ConfigError, load, origins


def problems_of(tmp_path: Path, text: str) -> tuple[str, ...]:
    file = tmp_path / "site.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file)
    return caught.value.problems


def test_defaults_are_enough() -> None:
    assert load(None) == Config()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("databse = 'sqlite:///x.db'", "databse: there is no such setting; did you mean 'database'?"),
        ("[server]\nprt = 1", "server.prt: there is no such setting; did you mean 'port'?"),
        ("[[machines]]\nid = 'm1'\nurl = 'x'", "did you mean 'uri'?"),
        ("[server]\nport = 70000", "server.port"),
        ("[site]\ngtin = '02000000000001'", "check digit"),
        ("[[machines]]\nid = 'M 1'\nuri = 'opc.tcp://127.0.0.1:1/'", "machines.0.id"),
        ("[[periods]]\ngroup = 'nord'\nfirst = 2026-11-30\ndays = 15", "periods.0.days"),
        ("[server\nport = 1", "not TOML"),
    ],
)
def test_every_problem_is_named(tmp_path: Path, text: str, expected: str) -> None:
    assert any(expected in problem for problem in problems_of(tmp_path, text))


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    assert len(problems_of(tmp_path, "databse = 1\n[server]\nprt = 1\nport = 'x'\n[site]\nname = ''")) == 4


def test_two_machines_cannot_share_a_name_or_a_place(tmp_path: Path) -> None:
    machine = "[[machines]]\nid = '{}'\nuri = '{}'\n"
    assert (
        "'m1' is there twice" in problems_of(tmp_path, machine.format("m1", "a:/1") + machine.format("m1", "a:/2"))[0]
    )
    assert (
        "'a:/1' is there twice" in problems_of(tmp_path, machine.format("m1", "a:/1") + machine.format("m2", "a:/1"))[0]
    )


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: No such file"):
        load(tmp_path / "none.toml")


def test_the_environment_wins_and_origins_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "site.toml"
    file.write_text("[site]\nname = 'Fra fil'\n[server]\nport = 1\n", encoding="utf-8")
    monkeypatch.setenv("DISPENSER_SERVER__PORT", "9000")
    config = load(file)
    assert (config.site.name, config.server.port) == ("Fra fil", 9000)
    told = {name: (value, origin) for name, value, origin in origins(config, file)}
    assert told["site.name"] == ("Fra fil", "file")
    assert told["server.port"] == ("9000", "environment")
    assert told["server.host"] == ("127.0.0.1", "default")


def test_a_misspelt_variable_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPENSER_DATABSE", "sqlite:///x.db")
    with pytest.raises(ConfigError, match="DISPENSER_DATABASE"):
        load(None)
