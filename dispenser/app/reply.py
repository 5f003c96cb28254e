"""What a use case answers to a system that pushed something."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """HTTP status, FHIR resource as a JSON document, and the entity tag when one resource was concerned."""

    status: int
    document: dict[str, object]
    etag: str | None = None
