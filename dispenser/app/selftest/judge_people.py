"""What the product's own checks say of decisions, signatures, messages and the running site; nothing is added."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from dispenser.app.intake import accept_bundle, accept_request
from dispenser.app.selftest.hall import MACHINE
from dispenser.app.selftest.judge_packing import Findings
from dispenser.app.selftest.postroom import Post, post_room
from dispenser.app.selftest.world import World
from dispenser.app.site import check_audit, check_damage
from dispenser.app.slot_file import SlotTableError, read_slot_file
from hal.journal import Cursor, Mark
from pharmacy_sync import problems
from safety.canister_checks import check_two
from safety.codes import ALL_CODES
from safety.findings import Code, Finding
from safety.lot_checks import check_notice
from safety.override_checks import (
    check_addition,
    check_override,
    check_pharmacist,
    check_removal,
    check_revocation,
    check_second,
)
from safety.overrides import decide
from safety.rule_signing import check_proposal, check_rule_signature
from safety.rulepack import RulePack
from safety.rulepack_file import RulePackError, read_rule_pack
from safety.site_checks import (
    check_at_rest,
    check_clock,
    check_driver,
    check_evidence,
    check_fleet,
    check_free_space,
    check_given_up,
    check_head,
    check_lease,
    check_mark,
    check_postgresql,
    check_record,
    check_sqlite,
    check_under_way,
    check_upgrade,
    check_witness,
)
from safety.slot_checks import check_signature

_CODES: Final[Mapping[str, Code]] = {code.id: code for code in (*ALL_CODES, *problems.ALL_CODES)}


def judge_overrides(world: World) -> Findings:
    """Return why nothing is overridden, seconded or taken back, no allergy settled, and the staff stays as it is."""
    desk = world.desk
    asking, seconding = desk.asking, desk.seconding
    return (
        *check_override(asking.code, asking.wish, desk.staff, desk.today, asking.known),
        *check_second(seconding.code, seconding.override, seconding.who, desk.staff, desk.today),
        *check_revocation(desk.revoking.override, desk.revoking.who, desk.revoking.reason, desk.staff),
        *check_addition(desk.adding.name, desk.adding.who, desk.staff),
        *check_removal(desk.removing.name, desk.removing.who, desk.staff),
        *check_pharmacist(desk.settling, desk.staff),
    )


def judge_decisions(world: World) -> Findings:
    """Return what no override in force sets aside."""
    deciding = world.desk.deciding
    return decide(deciding.findings, deciding.overrides, deciding.about, world.desk.today).standing


def judge_signatures(world: World) -> Findings:
    """Return what is found of a slot table and a rule pack, as before they are signed."""
    desk = world.desk
    table, pack = desk.table, desk.pack
    findings: list[Finding] = []
    try:
        draft = read_slot_file(table.text)
        findings += check_signature(table.author, table.who, table.signed_by, draft.valid_from, desk.today)
    except SlotTableError as error:
        findings += error.findings
    try:
        read = _rule_pack(pack.text)
        findings += check_proposal(read, pack.author, desk.pack_there, desk.today)
        findings += check_rule_signature(read, pack.author, pack.who, pack.signed_by, desk.today, desk.staff)
    except RulePackError as error:
        findings += error.findings
    return tuple(findings)


@lru_cache(maxsize=1)
def _rule_pack(text: str) -> RulePack:
    return read_rule_pack(text)


def judge_lots(world: World) -> Findings:
    """Return what is found of a notice about a lot, and of a GTIN that is registered."""
    desk = world.desk
    return (*check_notice(desk.notice, desk.lots), *check_two(desk.registering.name, desk.registering.who))


def judge_site(world: World) -> Findings:
    """Return what keeps the site from going on."""
    hall = world.hall
    return (
        *check_record(MACHINE, hall.had, hall.next_order),
        *check_witness(MACHINE, hall.sent, hall.next_order),
        *check_mark(MACHINE, hall.told, hall.head),
        *check_head(
            MACHINE, hall.read, Mark(Cursor(hall.standing.boot_id, hall.standing.last_seq), hall.standing.journal_head)
        ),
        *check_at_rest(MACHINE, hall.standing),
        *check_given_up(MACHINE, is_served=hall.is_signed_for),
        *check_driver(MACHINE, hall.driver),
        *check_lease(MACHINE, hall.mine, hall.newest),
        *(finding for name, one in hall.fleet.items() for finding in check_evidence(name, one)),
        *check_under_way(MACHINE, hall.worked_on, 1, hall.under_way),
        *check_clock(hall.now, hall.recorded),
        *check_sqlite(hall.sqlite),
        *check_postgresql(hall.postgresql),
        *check_free_space(hall.free),
        *check_fleet(hall.fleet, demonstration_catalogue=hall.demonstration_catalogue, not_clinical=hall.not_clinical),
        *check_upgrade(hall.before, hall.after),
    )


def judge_messages(world: World) -> Findings:
    """Return what is found of the messages, one after the other, as they are taken in."""
    return _taken(world.post) if world.post.letters else ()


def judge_record(world: World) -> Findings:
    """Return what is found of the store that took the messages, after somebody has written in it."""
    if not world.post.letters:
        return ()
    _taken(world.post)
    room = post_room()
    if world.post.forged:
        room.forge(world.post.forged)
    with room.opened(world.post.day) as services:
        return (*check_damage(services), *check_audit(services))


def _taken(post: Post) -> Findings:
    """Let an empty store take the messages, and return what it kept of all of them."""
    room = post_room()
    room.empty()
    with room.opened(post.day) as services:
        for letter in post.letters:
            if letter.resource:
                accept_request(services, letter.resource, letter.body, letter.if_match, "selftest")
            else:
                accept_bundle(services, letter.body, "selftest")
        with services.database.read() as tx:
            kept = [record for message in tx.inbox.newest(len(post.letters)) for record in message.findings]
    return tuple(Finding(_CODES[record.code], record.subject) for record in kept if not record.override)
