"""Who works here, and may so set findings aside: a list that pharmacists keep."""

from dispenser.app.services import Services
from dispenser.app.told import FindingsError
from dispenser.store.alert_records import StaffRecord
from dispenser.store.session import Transaction
from safety.findings import Finding
from safety.override_checks import Member, Role, check_addition, check_removal
from safety.slot_checks import same_name


class NotAllowedError(FindingsError):
    """Somebody may not do that, for all reasons that the findings tell."""


def staff_of(tx: Transaction) -> tuple[Member, ...]:
    """Return everybody who is on the list of staff now."""
    return tuple(Member(record.name, Role(record.role)) for record in tx.staff.present())


def name_on_list(who: str, staff: tuple[Member, ...]) -> str:
    """Return how the list writes the name of `who`; as given when it does not have it."""
    return next((member.name for member in staff if same_name(member.name, who)), " ".join(who.split()))


def list_staff(services: Services) -> tuple[StaffRecord, ...]:
    """Return everybody who ever was on the list, in the order in which they came."""
    with services.database.read() as tx:
        return tx.staff.all()


def add_staff(services: Services, name: str, role: Role, who: str) -> StaffRecord:
    """Put `name` on the list of staff in the name of `who`, a pharmacist; the first pharmacist, anybody may.

    Raises:
        NotAllowedError: `who` may not, or the name is there already or is none; nothing is changed.
    """
    now = services.clock.now()
    with services.database.write() as tx:
        staff = staff_of(tx)
        _require(check_addition(name, who, staff))
        record = tx.staff.add(" ".join(name.split()), role.value, name_on_list(who, staff), now)
        tx.audit.append(now, record.added_by, "staff added", f"staff/{record.number}", f"{record.name}, {role.value}")
        return record


def end_staff(services: Services, name: str, who: str) -> StaffRecord:
    """Take `name` off the list of staff in the name of `who`, a pharmacist; what they signed stays signed.

    Raises:
        NotAllowedError: `who` may not, or nobody is called that; nothing is changed.
    """
    now = services.clock.now()
    with services.database.write() as tx:
        staff = staff_of(tx)
        _require(check_removal(name, who, staff))
        record = next(one for one in tx.staff.present() if same_name(one.name, name))
        signer = name_on_list(who, staff)
        tx.staff.end(record.number, signer, now)
        tx.audit.append(now, signer, "staff ended", f"staff/{record.number}", record.name)
        return next(one for one in tx.staff.all() if one.number == record.number)


def _require(findings: tuple[Finding, ...]) -> None:
    if findings:
        raise NotAllowedError(findings=findings)
