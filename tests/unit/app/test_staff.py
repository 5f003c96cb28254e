"""The list of staff: kept by pharmacists, begun by anybody, never forgotten."""

import pytest

from dispenser.app.services import Services
from dispenser.app.staff import NotAllowedError, add_staff, end_staff, list_staff, name_on_list, staff_of
from safety.override_checks import Member, Role

KIRSTEN, OLE = "Kirsten Holm", "Ole Bo"


def begin(services: Services) -> None:
    add_staff(services, KIRSTEN, Role.PHARMACIST, "Driften")


def members(services: Services) -> tuple[Member, ...]:
    with services.database.read() as tx:
        return staff_of(tx)


def test_a_list_is_begun_and_then_kept_by_pharmacists(services: Services) -> None:
    begin(services)
    record = add_staff(services, "  Ole   Bo ", Role.TECHNICIAN, "kirsten holm")
    assert (record.number, record.name, record.role, record.added_by) == (2, OLE, "technician", KIRSTEN)
    assert members(services) == (Member(KIRSTEN, Role.PHARMACIST), Member(OLE, Role.TECHNICIAN))
    with pytest.raises(NotAllowedError, match="DOSE-0704"):
        add_staff(services, "Eva", Role.PHARMACIST, OLE)
    with pytest.raises(NotAllowedError, match="DOSE-0715"):
        add_staff(services, "ole bo", Role.PHARMACIST, KIRSTEN)
    assert len(members(services)) == 2


def test_who_has_left_is_on_the_list_no_more_but_on_record(services: Services) -> None:
    begin(services)
    add_staff(services, OLE, Role.TECHNICIAN, KIRSTEN)
    gone = end_staff(services, "OLE BO", KIRSTEN)
    assert (gone.name, gone.ended_by, gone.ended_at) == (OLE, KIRSTEN, services.clock.now())
    assert members(services) == (Member(KIRSTEN, Role.PHARMACIST),)
    assert [record.name for record in list_staff(services)] == [KIRSTEN, OLE]
    with pytest.raises(NotAllowedError, match="DOSE-0703"):
        end_staff(services, OLE, KIRSTEN)
    assert add_staff(services, OLE, Role.PHARMACIST, KIRSTEN).number == 3


def test_everything_about_staff_is_on_record(services: Services) -> None:
    begin(services)
    end_staff(services, KIRSTEN, KIRSTEN)
    with services.database.read() as tx:
        told = [(one.who, one.action, one.subject, one.detail) for one in reversed(tx.audit.newest(9))]
    assert told == [
        ("Driften", "staff added", "staff/1", "Kirsten Holm, pharmacist"),
        (KIRSTEN, "staff ended", "staff/1", KIRSTEN),
    ]


def test_a_name_is_written_as_on_the_list() -> None:
    staff = (Member("Kirsten Holm", Role.PHARMACIST),)
    assert [name_on_list(who, staff) for who in ("KIRSTEN  holm", " Eva  B ")] == ["Kirsten Holm", "Eva B"]
