import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from dispenser.web.codes import ALL_CODES
from dispenser.web.security import LARGEST_BODY_BYTES

FHIR = {"content-type": "application/fhir+json"}
EVERYWHERE = ("/", "/static/base.css", "/fhir/metadata", "/api/machines", "/nowhere", "/fhir/nothing", "/api/nothing")


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"


def test_pages_and_plans_are_kept_by_nobody(client: TestClient) -> None:
    for path in ("/", "/rolls/0000010003", "/fhir/metadata", "/api/batches/000001"):
        assert client.get(path).headers["cache-control"] == "no-store", path


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.evil", "evil:localhost"])
def test_a_foreign_host_name_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:80", "panel.apotek.example:443", "LOCALHOST"])
def test_own_host_names_are_served(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/batches/000002/release", "/language", "/fhir", "/api/batches/000002/release"])
def test_another_site_can_post_nothing(client: TestClient, path: str, headers: dict[str, str]) -> None:
    assert client.post(path, headers=headers).status_code == 403


def test_a_large_body_is_refused_before_it_is_read(client: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 50 * LARGEST_BODY_BYTES:
            sent += 65_536
            yield b" " * 65_536

    answer = client.post("/fhir", content=endless(), headers=FHIR)
    assert answer.status_code == 413
    assert answer.json()["resourceType"] == "OperationOutcome"
    announced = client.post("/fhir", content=b"{}", headers={**FHIR, "content-length": str(LARGEST_BODY_BYTES + 1)})
    assert announced.status_code == 413


def test_the_largest_allowed_body_is_judged_by_its_content(client: TestClient) -> None:
    assert client.post("/fhir", content=b" " * LARGEST_BODY_BYTES, headers=FHIR).status_code == 400


@pytest.mark.parametrize(
    "kind", ["", "application/json", "text/plain", "application/fhir+xml", "application/fhir+json; charset=latin-1"]
)
def test_fhir_takes_only_fhir(client: TestClient, kind: str) -> None:
    answer = client.post("/fhir", content=b"{}", headers={"content-type": kind})
    assert answer.status_code == 415
    assert answer.headers["content-type"] == "application/fhir+json"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/fhir/nothing", 404),
        ("DELETE", "/fhir/MedicationRequest/m1", 405),
        ("GET", "/fhir", 405),
        ("GET", "/fhir/MedicationRequest/a%20b", 404),
        ("GET", "/fhir/MedicationRequest/" + "a" * 65, 404),
    ],
)
def test_every_wrong_turn_under_fhir_is_an_operation_outcome(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/nothing", 404), ("PUT", "/api/machines", 405)])
def test_every_wrong_turn_under_api_is_a_problem_document(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == f"DOSE-5{status}"


def test_static_files_come_from_a_list_and_not_from_a_path(client: TestClient) -> None:
    for path in ("/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/", "/static/base.css/x"):
        assert client.get(path).status_code == 404, path
    fresh = client.get("/static/panel.js")
    assert fresh.headers["content-type"] == "text/javascript; charset=utf-8"
    again = client.get("/static/panel.js", headers={"if-none-match": fresh.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_no_documentation_page_pulls_scripts_from_elsewhere(client: TestClient) -> None:
    for path in ("/docs", "/redoc"):
        assert client.get(path).status_code == 404
    described = json.loads(client.get("/api/openapi.json").content)
    assert {"/fhir", "/fhir/MedicationRequest/{resource_id}", "/api/machines", "/healthz"} <= set(described["paths"])


def test_codes_of_the_http_layer_are_complete_and_unique() -> None:
    assert len({code.id for code in ALL_CODES}) == len(ALL_CODES)
    for code in ALL_CODES:
        assert all((code.danish, code.english, code.fix_danish, code.fix_english, code.source))


def test_an_unexpected_error_tells_nothing_of_the_inside(client: TestClient) -> None:
    app = client.app
    app.state.services = None  # type: ignore[attr-defined]  # an application that was composed wrongly
    for path in ("/api/machines", "/fhir/MedicationRequest/m1", "/healthz"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert "Traceback" not in answer.text
        assert "DOSE-5500" in answer.text
