"""Keys and users of simulated machines."""

import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hal.wire.keys import KeysError
from simulator.__main__ import app
from simulator.keys import USERS, Hash, Users, add_user, hash_of, load_security, parse_hash
from simulator.spec import FleetError, MachineSpec, fleet_of

PASSWORD = "correct horse battery"  # noqa: S105 - a test's


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys") / "packer-1"
    assert run(str(folder))[0] == 0
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A machine's keys without users; making them takes a while."""
    return shutil.copytree(made, tmp_path / "packer-1")


@pytest.fixture(scope="module")
def kept() -> Hash:
    return hash_of(PASSWORD)


def run(*arguments: str, said: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["keys", *arguments], input=said)
    return result.exit_code, result.output


def test_the_command_makes_what_is_missing_and_tells_the_fingerprint(folder: Path, tmp_path: Path) -> None:
    mine, theirs = folder, tmp_path / "controller"
    run(str(theirs))
    code, told = run(str(mine), "--trust", str(theirs / "own.der"), "--user", "controller", said=f"{PASSWORD}\n")
    assert code == 0
    assert told.splitlines()[2] == "user controller"
    security = load_security(mine)
    assert security.keys.trusted == {(theirs / "own.der").read_bytes()}
    assert security.keys.certificate.fingerprint in told
    assert security.keys.certificate.uris == ("urn:dosisfleet:pouchpacker:packer-1",)
    assert security.users.may_enter("controller", PASSWORD)
    assert stat.S_IMODE((mine / USERS).stat().st_mode) == 0o600
    assert PASSWORD not in (mine / USERS).read_text()


@pytest.mark.parametrize(
    ("user", "password"),
    [("controller", "too short"), ("admin", PASSWORD), ("Admin", PASSWORD), ("a b", PASSWORD), ("ø", PASSWORD)],
)
def test_a_name_or_password_that_is_not_taken(folder: Path, user: str, password: str) -> None:
    code, told = run(str(folder), "--user", user, said=f"{password}\n")
    assert code == 5
    assert password not in told
    assert (folder / USERS).read_text() == "[users]\n"


def test_users_are_told_apart(kept: Hash) -> None:
    users = Users({"one": kept, "two": hash_of("another password")})
    assert users.may_enter("one", PASSWORD)
    for name, password in (
        ("one", "another password"),
        ("two", PASSWORD),
        ("three", PASSWORD),
        ("", ""),
        ("ONE", PASSWORD),
    ):
        assert not users.may_enter(name, password)


def test_the_same_password_gives_another_hash(kept: Hash) -> None:
    one, two = kept, hash_of(PASSWORD)
    assert str(one) != str(two)
    assert parse_hash(str(one)) == one
    assert not replace(one, digest=two.digest).fits(PASSWORD)


@pytest.mark.parametrize(
    "text",
    [
        "",
        PASSWORD,
        "md5$1$2$3$x$y",
        "scrypt$16384$8$1$AAAA$AAAA",
        "scrypt$1$8$1$",
        "scrypt$16383$8$1$",
        "scrypt$1099511627776$8$1$",
        "scrypt$16384$8$1000$",
        "scrypt$-2$8$1$",
        "scrypt$x$8$1$",
        "scrypt$16384$8$1$!!$!!",
    ],
)
def test_a_hash_that_is_none_or_too_dear_is_not_computed(text: str, folder: Path, kept: Hash) -> None:
    tail = str(kept).split("$", 4)[4]
    whole = text + tail if text.endswith("$") else text
    with pytest.raises(ValueError, match=r"scrypt|invalid literal|at most|base64|salt"):
        parse_hash(whole)
    (folder / USERS).write_text(f"[users]\none = '{whole}'\n")
    with pytest.raises(KeysError, match=USERS):
        load_security(folder)


@pytest.mark.parametrize("text", ["", "users = 1", "[users]\n[more]\n", "[users", "\udcff"])
def test_a_damaged_list_of_users_lets_nobody_in(folder: Path, text: str) -> None:
    (folder / USERS).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(KeysError, match=USERS):
        load_security(folder)
    with pytest.raises(KeysError):
        add_user(folder, "one", PASSWORD)


def test_a_fleet_file_says_how_a_machine_is_spoken_to() -> None:
    assert MachineSpec("m").security == "none"
    text = '[[machine]]\nid = "m"\nsecurity = "sign_and_encrypt"\nkeys = "keys/m"\n'
    assert fleet_of(text)[0].keys == "keys/m"
    for wrong in (
        text.replace("sign_and_encrypt", "sign"),
        text.replace('keys = "keys/m"', ""),
        text + 'wire = "serial"\n',
    ):
        with pytest.raises(FleetError, match="security"):
            fleet_of(wrong)
