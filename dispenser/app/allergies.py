"""People note what a citizen does not tolerate, give a code to words that have none, and end what was noted."""

from dispenser.app.absence import add_note, note_record
from dispenser.app.known_allergies import ENDED, NO_MEDICINE, NOTED, allergies_of, noted_allergies
from dispenser.app.rejudging import rejudge
from dispenser.app.services import Services
from dispenser.app.staff import NotAllowedError, staff_of
from dispenser.core.ids import CitizenId
from dispenser.store.errors import NotFoundError
from dispenser.store.session import Transaction
from safety.override_checks import check_pharmacist
from safety.rule_question import Allergy
from safety.rules.which import is_atc
from safety.slot_checks import same_name
from scheduling.calendar import local_date


class AllergyError(ValueError):
    """What was to be noted is no allergy; nothing is noted."""


def note_allergy(services: Services, citizen_id: CitizenId, what: Allergy, who: str, reason: str) -> bool:
    """Note that a citizen does not tolerate `what`; return whether the plan has a new revision for it.

    Its words are a code for the same words from home care. Words to which no medicine belongs have `NO_MEDICINE` for a
    code: they are held against nothing.

    Raises:
        NotFoundError: no such citizen.
        UnsignedError: no name or no reason.
        AllergyError: no ATC code, no words, or noted already.
        NotAllowedError: that codes what home care sent in words, and `who` is no pharmacist on the list of staff.
        RefusedMessageError: the citizen's plan cannot be read any more; nothing is noted.
    """
    known = _tidy(what)
    if not is_atc(known.atc) and known.atc != NO_MEDICINE:
        message = f"{what.atc} is no ATC code (J, J01, J01C, J01CA, J01CA04)"
        raise AllergyError(message)
    if not known.text:
        raise AllergyError("say in words what is not tolerated")
    return _note(services, citizen_id, NOTED, known, who, reason)


def end_allergy(services: Services, citizen_id: CitizenId, what: Allergy, who: str, reason: str) -> bool:
    """Note that a citizen tolerates what was noted here; return whether the plan has a new revision for it.

    What home care sent stays until home care takes it back.

    Raises:
        NotFoundError: no such citizen, or that is not noted.
        UnsignedError: no name or no reason.
        NotAllowedError: `who` is no pharmacist on the list of staff.
        RefusedMessageError: the citizen's plan cannot be read any more; nothing is noted.
    """
    return _note(services, citizen_id, ENDED, _tidy(what), who, reason)


def _note(services: Services, citizen_id: CitizenId, kind: str, what: Allergy, who: str, reason: str) -> bool:
    now = services.clock.now()
    with services.database.write() as tx:
        days = (local_date(now), None)
        record = note_record(tx, citizen_id, kind, what.atc, days, who, reason, now, what.text)
        noted = noted_allergies(tx.notes.of_citizens((citizen_id,)).get(citizen_id, ()))
        if kind == NOTED and what in noted:
            message = f"{what.text} {what.atc} is noted already"
            raise AllergyError(message)
        if kind == ENDED and what not in noted:
            there = ", ".join(f"{one.text} {one.atc}" for one in noted) or "nothing"
            message = f"{what.text} {what.atc} is not noted here; noted is: {there}"
            raise NotFoundError(message)
        if kind == ENDED or _settles(tx, citizen_id, what):
            findings = check_pharmacist(who, staff_of(tx))
            if findings:
                raise NotAllowedError(findings=findings)
        add_note(tx, record)
        return rejudge(services, tx, citizen_id, who.strip(), now)


def _settles(tx: Transaction, citizen_id: CitizenId, what: Allergy) -> bool:
    """Return whether noting `what` lets lines go that wait because words have no code."""
    known = allergies_of(tx, (citizen_id,)).get(citizen_id, ())
    return any(not one.atc and same_name(one.text, what.text) for one in known)


def _tidy(what: Allergy) -> Allergy:
    return Allergy(what.atc.strip().upper(), " ".join(what.text.split()))
