"""Every kind of bad input, one row each: it is refused with a code and what to do, and nothing of it stays."""

import socket
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from dispenser.cli import run
from dispenser.config import load
from dispenser.main import services_of
from dispenser.web.app import create_app
from simulator.__main__ import app as simulator
from tests.support.cli import settings
from tests.support.fhir import (
    LINE,
    PERSON,
    QUANTITY,
    REPEAT,
    Json,
    altered,
    bundle,
    encoded,
    patient,
    request,
)

FHIR = {"content-type": "application/fhir+json"}
GOOD = bundle(patient(), request("m1"), request("m2"))
NEWS = altered(GOOD, f"{LINE.replace('[1]', '[2]')}.authoredOn", "2026-11-21")
"""A good change of m2; every bad bundle below has it too, and it must not be taken alone."""
CPR = f"{PERSON}.identifier[0].value"
DRUG = f"{LINE}.medicationCodeableConcept.coding[0].code"


@dataclass(frozen=True, slots=True)
class Bad:
    """A pushed body, the status and code of its answer, and words of the English text and fix."""

    name: str
    body: bytes
    status: int
    code: str
    says: tuple[str, str]
    kept: bool = True
    """Whether the inbox keeps the message."""


BAD = [
    Bad(
        "unknown product",
        encoded(altered(NEWS, DRUG, "99999999999")),
        422,
        "DOSE-0101",
        ("Product 99999999999 is not in the catalogue", "have the sender correct the drug id"),
    ),
    Bad(
        "unknown unit",
        encoded(altered(NEWS, f"{QUANTITY}.unit", "bucket")),
        422,
        "DOSE-1210",
        ("'bucket' is unknown", "Use tablet, kapsel or stk"),
    ),
    *(
        Bad(
            f"impossible quantity {amount}",
            encoded(altered(NEWS, f"{QUANTITY}.value", amount)),
            422,
            "DOSE-1213",
            (f"{amount} tablet is not possible: at most 99", "Correct the quantity"),
        )
        for amount in (0.028, 13.6, 0, -1, 100)
    ),
    Bad(
        "dosage that ends before it begins",
        encoded(altered(NEWS, f"{REPEAT}.boundsPeriod.end", "2026-11-01")),
        422,
        "DOSE-1218",
        ("ends 2026-11-01 before it begins 2026-11-23", "Correct the dates"),
    ),
    Bad(
        "civil number on 31 February",
        encoded(altered(NEWS, CPR, "3102481234")),
        422,
        "DOSE-1104",
        ("not in the calendar", "Correct the number"),
    ),
    Bad(
        "broken JSON",
        encoded(NEWS)[:-20],
        400,
        "DOSE-1003",
        ("not a JSON object", "Correct the JSON"),
    ),
    Bad(
        "ten megabytes",
        encoded(NEWS).ljust(10_000_000),
        413,
        "DOSE-5413",
        ("larger than 1 MB", "Send one citizen's plan at a time"),
        kept=False,
    ),
    Bad(
        "one id twice",
        encoded(bundle(patient(), request("m1"), request("m1"))),
        422,
        "DOSE-1032",
        ("MedicationRequest/m1 occurs several times", "Send every resource once"),
    ),
]


@pytest.fixture
def site(migrated_file: Path, tmp_path: Path) -> Path:
    (tmp_path / "dispenser.db").write_bytes(migrated_file.read_bytes())
    return settings(tmp_path, f"sqlite:///{tmp_path / 'dispenser.db'}")


@pytest.fixture
def client(site: Path) -> Iterator[TestClient]:
    """A controller that has taken a good plan."""
    services = services_of(load(site))
    with services.database, TestClient(create_app(services), base_url="http://localhost") as client:
        assert client.post("/fhir", content=encoded(GOOD), headers=FHIR).status_code == 200
        yield client


def rows(site: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything that is stored, by table."""
    connection = sqlite3.connect(site.parent / "dispenser.db")
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}  # noqa: S608
    finally:
        connection.close()


def require_untouched(before: dict[str, list[tuple[object, ...]]], site: Path, kept: int) -> None:
    """Nothing has changed but that the inbox has `kept` more messages."""
    after = rows(site)
    assert len(after.pop("inbox")) == len(before["inbox"]) + kept
    assert after == {table: content for table, content in before.items() if table != "inbox"}


def problem(document: Json) -> tuple[str, str]:
    """Code and English text of the first problem of an OperationOutcome."""
    assert document["resourceType"] == "OperationOutcome"
    issues = document["issue"]
    assert isinstance(issues, list)
    details = issues[0]["details"]
    assert details["text"]
    return details["coding"][0]["code"], details["_text"]["extension"][0]["extension"][1]["valueString"]


def test_the_change_that_every_bad_bundle_carries_is_good(client: TestClient, site: Path) -> None:
    before = rows(site)
    assert client.post("/fhir", content=encoded(NEWS), headers=FHIR).status_code == 200
    assert rows(site) != before


@pytest.mark.parametrize("bad", BAD, ids=[bad.name for bad in BAD])
def test_a_bad_message_is_refused_whole_with_its_code_and_what_to_do(client: TestClient, site: Path, bad: Bad) -> None:
    before = rows(site)
    answer = client.post("/fhir", content=bad.body, headers=FHIR)
    code, text = problem(answer.json())
    assert (answer.status_code, code) == (bad.status, bad.code)
    assert all(words in text for words in bad.says)
    require_untouched(before, site, kept=bad.kept)


@pytest.mark.parametrize(
    ("tag", "status", "code", "says"),
    [
        (None, 428, "DOSE-1604", "If-Match"),
        ('W/"9"', 412, "DOSE-1605", 'If-Match is W/"9", but the current version is W/"1". Read the resource again'),
        ("nonsense", 412, "DOSE-1605", "Read the resource again"),
        ("*", 412, "DOSE-1605", "Read the resource again"),
    ],
)
def test_a_change_of_another_version_is_refused(
    client: TestClient, site: Path, tag: str | None, status: int, code: str, says: str
) -> None:
    before = rows(site)
    headers = FHIR if tag is None else {**FHIR, "if-match": tag}
    answer = client.put(
        "/fhir/MedicationRequest/m1", content=encoded(request() | {"status": "stopped"}), headers=headers
    )
    found, text = problem(answer.json())
    assert (answer.status_code, found) == (status, code)
    assert says in text
    require_untouched(before, site, kept=1)


def ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    """Run `dispenser` and return its exit code and its complaint."""
    monkeypatch.setattr(sys, "argv", ["dispenser", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        run()
    assert isinstance(end.value.code, int)
    return end.value.code, capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "config check"])
@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('databse = "x"', "databse: there is no such setting; did you mean 'database'?"),
        ("[server]\nprt = 1", "server.prt: there is no such setting; did you mean 'port'?"),
        ('[[machines]]\nid = "m1"\nurl = "opc.tcp://h/"', "did you mean 'uri'?"),
        ('[[machines]]\nid = "m1"\nuri = "gopher://h/"', "machines.m1: no driver takes gopher://; installed: opcua"),
        ('[[machines]]\nid = "m1"\nuri = "packer-1"', "machines.m1: no URI; installed: opcua"),
    ],
)
def test_settings_with_a_mistake_stop_everything_and_name_the_nearest_right_one(
    site: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    more: str,
    says: str,
) -> None:
    before = rows(site)
    config = settings(site.parent, f"sqlite:///{site.parent / 'dispenser.db'}", more)
    code, complaint = ended(monkeypatch, capsys, *command.split(), "--config", config)
    assert code == 5
    assert says in complaint
    require_untouched(before, site, kept=0)


def test_a_port_in_use_is_named_with_what_to_do(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = rows(site)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        more = f'[server]\nport = {port}\n[[machines]]\nid = "m1"\nuri = "opc.tcp://127.0.0.1:9/"'
        config = settings(site.parent, f"sqlite:///{site.parent / 'dispenser.db'}", more)
        code, complaint = ended(monkeypatch, capsys, "serve", "--config", config)
    assert code == 5
    assert f"127.0.0.1:{port} is in use; stop what listens there, or set server.port" in complaint
    require_untouched(before, site, kept=0)


@pytest.mark.parametrize("command", ["serve", "migrate"])
@pytest.mark.parametrize("where", ["/dev/null/x/y.db", "{file}/y.db", "{file}/data/y.db", "{folder}"])
def test_data_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str, where: str
) -> None:
    (tmp_path / "a-file").write_text("precious", encoding="utf-8")
    place = where.format(file=tmp_path / "a-file", folder=tmp_path)
    code, complaint = ended(monkeypatch, capsys, command, "--config", settings(tmp_path, f"sqlite:///{place}"))
    assert code == 5
    assert str(Path(place).parent) in complaint
    assert "Traceback" not in complaint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-file", "site.toml"]
    assert (tmp_path / "a-file").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize(
    ("machine", "says"),
    [("packer1", "nearest: packer-1"), ("nonsense", "nearest: packer-1, tower")],
)
def test_an_unknown_simulated_machine_is_answered_with_the_nearest_name(
    tmp_path: Path, machine: str, says: str
) -> None:
    fleet = tmp_path / "fleet.toml"
    machine_table = '[[machine]]\nid = "{}"\nwhere = "opc.tcp://127.0.0.1:0/"\n'
    fleet.write_text(machine_table.format("packer-1") + machine_table.format("tower"), encoding="utf-8")
    state = tmp_path / "state"
    done = CliRunner().invoke(simulator, ["run", str(fleet), "--machine", machine, "--state", str(state)])
    assert done.exit_code == 5
    assert f"no machine '{machine}' in the fleet file; {says}" in done.output
    assert not state.exists()
