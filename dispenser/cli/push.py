"""Push FHIR bundles over HTTP, one transaction per file."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx2
from rich.progress import track

FHIR_JSON = "application/fhir+json"
_REFUSED = 3
_SECONDS = 30.0


class ServerUnreachableError(Exception):
    """The controller does not answer."""


def push_files(files: Sequence[Path], url: str, *, as_json: bool) -> int:
    """POST every bundle in `files` to `url`; return the exit code: 0, or 3 when one was refused.

    Raises:
        ServerUnreachableError: nobody answers; what was pushed before stays, and may be pushed again.
    """
    refused = 0
    results: list[dict[str, object]] = []
    with httpx2.Client(base_url=url, timeout=_SECONDS) as client:
        found = list(_bundles(files))
        for file in found if as_json else track(found, description="pushing plans"):
            status, document = _post(client, url, file.read_bytes())
            issues = [_issue(issue) for issue in document.get("issue", [])]
            refused += bool(issues)
            results.append({"file": str(file), "status": status, "problems": issues})
    if as_json:
        sys.stdout.write(json.dumps(results, ensure_ascii=False) + "\n")
    else:
        _tell(results, refused)
    return _REFUSED if refused else 0


def _bundles(files: Sequence[Path]) -> Iterator[Path]:
    for file in files:
        yield from sorted(file.glob("*.json")) if file.is_dir() else [file]


def _post(client: httpx2.Client, url: str, body: bytes) -> tuple[int, dict[str, list[dict[str, object]]]]:
    try:
        response = client.post("/fhir", content=body, headers={"content-type": FHIR_JSON})
    except httpx2.TransportError as error:
        message = f"{url} does not answer ({error}); is `dispenser serve` running there?"
        raise ServerUnreachableError(message) from error
    return response.status_code, response.json()


def _issue(issue: dict[str, object]) -> str:
    expression = issue.get("expression")
    where = ", ".join(str(part) for part in expression) if isinstance(expression, list) else ""
    details = issue.get("details")
    text = details.get("text", "") if isinstance(details, dict) else ""
    return f"{where}: {text}" if where else str(text)


def _tell(results: Sequence[dict[str, object]], refused: int) -> None:
    for result in results:
        problems = result["problems"]
        if isinstance(problems, list) and problems:
            sys.stdout.write(f"{result['file']}: refused ({result['status']})\n")
            sys.stdout.writelines(f"  {problem}\n" for problem in problems)
    sys.stdout.write(f"{len(results) - refused} accepted, {refused} refused\n")
