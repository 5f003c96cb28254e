"""Push FHIR bundles over HTTP, one transaction per file."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx2
from rich.console import Console
from rich.progress import track

FHIR_JSON = "application/fhir+json"
_REFUSED = 3
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One pushed file: the HTTP status, and every problem when it was refused."""

    file: str
    status: int
    problems: tuple[str, ...]


class ServerUnreachableError(Exception):
    """The controller does not answer, or what answers is none."""


def push_files(files: Sequence[Path], url: str, *, as_json: bool) -> int:
    """POST every bundle in `files` to `url`, print what came of it, and return the exit code: 3 if one was refused.

    Raises:
        ServerUnreachableError: no controller answers; what was pushed before stays, and may be pushed again.
    """
    results = deliver(files, url, Console(stderr=True, quiet=as_json))
    if as_json:
        sys.stdout.write(json.dumps([asdict(result) for result in results], ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in told(results))
    return _REFUSED if any(result.problems for result in results) else 0


def deliver(files: Sequence[Path], url: str, console: Console) -> list[Delivery]:
    """POST every bundle in `files` to `url`, with a progress bar on `console`; return what became of each.

    Raises:
        ServerUnreachableError: no controller answers.
    """
    results: list[Delivery] = []
    with _client(url) as client:
        for file in track(list(_bundles(files)), description="pushing plans", console=console, disable=console.quiet):
            status, problems = _post(client, url, file.read_bytes())
            results.append(Delivery(str(file), status, problems))
    return results


def _bundles(files: Sequence[Path]) -> Iterator[Path]:
    for file in files:
        yield from sorted(file.glob("*.json")) if file.is_dir() else [file]


def _client(url: str) -> httpx2.Client:
    try:
        return httpx2.Client(base_url=url, timeout=_SECONDS)
    except httpx2.InvalidURL as error:
        message = f"{url} is no address of a controller: {error}"
        raise ServerUnreachableError(message) from error


def _post(client: httpx2.Client, url: str, body: bytes) -> tuple[int, tuple[str, ...]]:
    """Return the status, and the problems of a refusal; nothing counts as taken that the answer does not confirm."""
    try:
        response = client.post("/fhir", content=body, headers={"content-type": FHIR_JSON})
    except httpx2.TransportError as error:
        message = f"{url} does not answer ({error}); is `dispenser serve` running there?"
        raise ServerUnreachableError(message) from error
    match _document(response):
        case {"resourceType": "OperationOutcome", "issue": [_, *_] as issues}:
            return response.status_code, tuple(_issue(issue) for issue in issues)
        case {"resourceType": "Bundle"} if response.is_success:
            return response.status_code, ()
        case _:
            message = f"{url} answers ({response.status_code}), but not as a controller does; is the address right?"
            raise ServerUnreachableError(message)


def _document(response: httpx2.Response) -> object:
    try:
        return response.json()
    except ValueError:
        return None


def _issue(issue: dict[str, object]) -> str:
    expression = issue.get("expression")
    where = ", ".join(str(part) for part in expression) if isinstance(expression, list) else ""
    details = issue.get("details")
    text = details.get("text", "") if isinstance(details, dict) else ""
    return f"{where}: {text}" if where else str(text)


def told(results: Sequence[Delivery]) -> Iterator[str]:
    """Yield what a human wants to know of `results`: every refusal with its problems, then the counts."""
    refused = [result for result in results if result.problems]
    for result in refused:
        yield f"{result.file}: refused ({result.status})"
        yield from (f"  {problem}" for problem in result.problems)
    yield f"{len(results) - len(refused)} accepted, {len(refused)} refused"
