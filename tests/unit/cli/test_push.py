"""`dispenser push`: every file answered for itself; refused is 3, nobody there is 4, no such file is 2."""

import http.server
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispenser.store.session import Database
from tests.support.cli import Command
from tests.support.fhir import bundle, patient, request


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """Two bundles: one good (a second medicine), one with a product nobody knows."""
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "1-good.json").write_text(json.dumps(bundle(patient(), request("m2"))), encoding="utf-8")
    unknown = request("m3")
    unknown["medicationCodeableConcept"] = {
        "coding": [{"system": "https://laegemiddelstyrelsen.dk/drugid", "code": "99999999999"}]
    }
    (folder / "2-bad.json").write_text(json.dumps(bundle(patient(), unknown)), encoding="utf-8")
    return folder


def test_a_good_plan_is_taken(dispenser: Command, controller: str, plans: Path, store: Database) -> None:
    good = plans / "1-good.json"
    ended = dispenser("push", good, "--url", controller, "--json")
    assert (ended.code, ended.rows) == (0, [{"file": str(good), "status": 200, "problems": []}])
    with store.read() as tx:
        assert tx.resources.current("MedicationRequest", "m2") is not None
    assert dispenser("push", good, "--url", controller).out.endswith("1 accepted, 0 refused\n")


def test_of_a_folder_the_good_is_taken_and_the_bad_told(
    dispenser: Command, controller: str, plans: Path, store: Database
) -> None:
    ended = dispenser("push", plans, "--url", controller, "--json")
    good, bad = ended.rows
    assert (ended.code, good["status"], bad["status"]) == (3, 200, 422)
    assert "99999999999" in str(bad["problems"])
    with store.read() as tx:
        assert tx.resources.current("MedicationRequest", "m2") is not None
        assert tx.resources.current("MedicationRequest", "m3") is None
    told = dispenser("push", plans, "--url", controller).out
    assert "2-bad.json: refused (422)" in told
    assert told.endswith("1 accepted, 1 refused\n")


def test_nobody_there(dispenser: Command, plans: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    ended = dispenser("push", plans, "--url", f"http://127.0.0.1:{port}")
    assert ended.code == 4
    assert f"http://127.0.0.1:{port} does not answer" in ended.err
    assert "dispenser serve" in ended.err


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1/", "http://[::1"])
def test_a_url_that_is_none(dispenser: Command, plans: Path, url: str) -> None:
    ended = dispenser("push", plans, "--url", url)
    assert ended.code in {2, 4}
    assert ended.err
    assert "Traceback" not in ended.err


def test_a_file_that_is_not_there_is_wrong_use(dispenser: Command, controller: str, tmp_path: Path) -> None:
    ended = dispenser("push", tmp_path / "none.json", "--url", controller)
    assert ended.code == 2
    # The message is drawn in a box, which may break a long path anywhere.
    assert "none.json" in re.sub(r"[\s│]", "", ended.err)


class Stranger(http.server.BaseHTTPRequestHandler):
    """Some other server that happens to listen there."""

    answer = (404, b"{}")

    def do_POST(self) -> None:
        status, body = type(self).answer
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        del arguments


@pytest.fixture
def stranger() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), Stranger) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "body"), [(404, b"{}"), (404, b"<h1>Not found</h1>"), (200, b"welcome"), (502, b"[]"), (200, b"{}")]
)
def test_a_server_that_is_no_controller_takes_no_plan(
    dispenser: Command, plans: Path, stranger: str, status: int, body: bytes
) -> None:
    Stranger.answer = (status, body)
    ended = dispenser("push", plans / "1-good.json", "--url", stranger)
    assert ended.code == 4
    assert stranger in ended.err
    assert "accepted" not in ended.out
