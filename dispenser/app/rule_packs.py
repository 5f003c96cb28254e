"""Which rule packs are in force on a day; how one is proposed and signed."""

from datetime import date, datetime
from functools import cache

from dispenser.app.services import Services
from dispenser.app.staff import staff_of
from dispenser.store.rule_packs import RulePackDraft, RulePackRecord
from dispenser.store.session import Transaction
from safety.pack_rules import PackRules
from safety.packs import demonstration_text
from safety.rule_plugins import UnusableRules
from safety.rule_question import RuleProvider
from safety.rule_signing import check_proposal, check_rule_signature
from safety.rulepack_file import RulePackError, read_rule_pack
from scheduling.calendar import local_date

_MOST_KEPT = 32
"""Packs that stay read: those in force, and a few that are compared with them."""
_READ: dict[str, RuleProvider] = {}
"""Rules by the digest of their file."""


def providers_for(services: Services, tx: Transaction, day: date) -> tuple[RuleProvider, ...]:
    """Return the rules in force on a civil date: those of plug-ins and settings, and every signed pack's newest.

    A pack whose last day is over is among them, and fails closed.

    Raises:
        DamagedRecordError: a pack is not the one that was stored.
    """
    return (*services.rules, *(_provider(tx, record) for record in tx.rule_packs.in_force(day)))


def providers_with(services: Services, tx: Transaction, record: RulePackRecord, day: date) -> tuple[RuleProvider, ...]:
    """Return what would be in force on `day` if `record` were signed now."""
    others = [one for one in tx.rule_packs.in_force(day) if one.pack_id != record.pack_id]
    packs = sorted((*others, record), key=lambda one: one.pack_id)
    return (*services.rules, *(_provider(tx, one) for one in packs))


def not_clinical(services: Services, tx: Transaction, day: date) -> tuple[str, ...]:
    """Return the names of the rules in force on a civil date by which no citizen may be treated."""
    packs = [one.pack for one in providers_for(services, tx, day) if isinstance(one, PackRules)]
    return tuple(pack.name for pack in packs if not pack.clinical)


@cache
def demonstration_rules() -> RuleProvider:
    """Return the shipped rules for demonstration, by which no citizen may be treated."""
    return _read(demonstration_text())


def _provider(tx: Transaction, record: RulePackRecord) -> RuleProvider:
    """Return the rules of a stored pack; its file is read once, while it stays the file of this digest."""
    provider = _READ.get(record.digest)
    if provider is None:
        provider = _READ[record.digest] = _read(tx.rule_packs.document(record.name))
        for digest in list(_READ)[:-_MOST_KEPT]:
            _READ.pop(digest, None)
    return provider


def _read(document: str) -> RuleProvider:
    """Return the rules that a file says; of one that cannot be read any more, rules that fail closed."""
    try:
        return PackRules(read_rule_pack(document))
    except RulePackError as error:
        return UnusableRules("rule pack", str(error))


def propose_rules(services: Services, text: str, who: str) -> RulePackRecord:
    """Store the pack that `text` (TOML) says, in `who`'s name; it waits for the signature of another.

    Raises:
        RulePackError: with every reason why the pack cannot be used; nothing is stored.
    """
    pack = read_rule_pack(text)
    now = services.clock.now()
    draft = RulePackDraft(pack.pack_id, pack.version, pack.title, pack.valid_from, pack.valid_to, text)
    with services.database.write() as tx:
        there = tx.rule_packs.find(pack.pack_id, pack.version)
        findings = check_proposal(pack, who, None if there is None else there.name, local_date(now))
        if findings:
            raise RulePackError(findings)
        record = tx.rule_packs.add(draft, who.strip(), now)
        _note(tx, record, who, "proposed", now)
        return record


def sign_rules(services: Services, name: str, who: str) -> RulePackRecord:
    """Put a proposed pack in force from its first day on, signed by `who`, a pharmacist who did not make it.

    Plans are judged anew by `dispenser.app.rejudging`; until then, planning a batch asks the new rules all the same.

    Raises:
        NotFoundError: no such pack.
        RulePackError: with every reason why `who` may not sign it now, or why it cannot be used any more.
    """
    now = services.clock.now()
    with services.database.write() as tx:
        record = tx.rule_packs.get(name)
        pack = read_rule_pack(tx.rule_packs.document(name))
        staff = staff_of(tx)
        findings = check_rule_signature(pack, record.author, who, record.signed_by, local_date(now), staff)
        if findings:
            raise RulePackError(findings)
        signed = tx.rule_packs.sign(name, who.strip(), now)
        _note(tx, signed, who, "signed", now)
        return signed


def _note(tx: Transaction, record: RulePackRecord, who: str, what: str, now: datetime) -> None:
    detail = f"{record.pack_id} {record.version}, from {record.valid_from}, digest {record.digest}: {record.title}"
    tx.audit.append(now, who.strip(), f"rule pack {what}", f"rules/{record.name}", detail)
