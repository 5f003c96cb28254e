"""The list of what a citizen does not tolerate, as a bundle says it: what of it is new, and what is no longer on it."""

from dataclasses import dataclass

from dispenser.core.ids import CitizenId
from dispenser.store.records import ResourceRecord
from dispenser.store.session import Transaction
from pharmacy_sync.fhir.allergies import ALLERGY, IN_FORCE, NO_LONGER_SENT, OVER, allergies_in
from pharmacy_sync.fhir.submission import Submission, SubmittedAllergy
from pharmacy_sync.problems import allergy, state
from safety.findings import Finding, found


@dataclass(frozen=True, slots=True)
class PushedAllergies:
    """A bundle's list beside what is stored: what differs, what counted before and is not on it, whose it is not."""

    new: tuple[SubmittedAllergy, ...]
    gone: tuple[ResourceRecord, ...]
    foreign: tuple[Finding, ...]

    @property
    def changed(self) -> bool:
        """Whether the list says something else than before."""
        return bool(self.new or self.gone)

    def noticed(self) -> tuple[Finding, ...]:
        """Return a warning for everything that counts no more because it is not on the list."""
        return tuple(
            found(allergy.NO_LONGER_SENT, f"{ALLERGY}/{record.resource_id}", text=_words(record))
            for record in self.gone
        )


def pushed_allergies(tx: Transaction, citizen_id: CitizenId, submission: Submission) -> PushedAllergies:
    """Hold the list of `submission` against what is stored; an empty list says nothing."""
    sent = {one.allergy_id: one for one in submission.allergies}
    known = {name: tx.resources.current(ALLERGY, name) for name in sent}
    new = tuple(one for name, one in sent.items() if not _is_stored(one, known[name]))
    foreign = tuple(
        found(state.OTHER_CITIZEN, f"{ALLERGY}/{name}")
        for name, record in known.items()
        if record is not None and record.citizen_id != citizen_id
    )
    stored = tx.resources.of_citizen(citizen_id, ALLERGY) if sent else ()
    gone = tuple(one for one in stored if one.status == IN_FORCE and one.resource_id not in sent)
    return PushedAllergies(new, gone, foreign)


def status_of(sent: SubmittedAllergy) -> str:
    """Return the status under which a pushed allergy is stored."""
    return IN_FORCE if sent.counts else OVER


def dropped(record: ResourceRecord) -> tuple[str, str, str, str]:
    """Return id, status, content and digest of what counts no more because it is not on the list."""
    return record.resource_id, NO_LONGER_SENT, record.content, record.digest


def _is_stored(sent: SubmittedAllergy, record: ResourceRecord | None) -> bool:
    return record is not None and record.digest == sent.digest and record.status == status_of(sent)


def _words(record: ResourceRecord) -> str:
    return ", ".join(f"{one.text} {one.atc}".strip() for one in allergies_in(record.content)) or record.resource_id
