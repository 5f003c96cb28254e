"""Who may propose and sign a rule pack, and when (DOSE-085x)."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from safety.findings import Code, Finding, Severity, found
from safety.override_checks import Member, check_pharmacist
from safety.rulepack import RulePack
from safety.slot_checks import same_name

NO_NAME: Final = Code(
    "DOSE-0851",
    Severity.REFUSE,
    "Der mangler et navn på den, der svarer for det.",
    "The name of who answers for it is missing.",
    "Angiv navnet.",
    "Give the name.",
    "R14",
)
OWN_SIGNATURE: Final = Code(
    "DOSE-0852",
    Severity.REFUSE,
    "{who} har selv lavet eller foreslået pakken.",
    "{who} made or proposed the pack.",
    "Lad en anden farmaceut gennemgå og underskrive den.",
    "Have another pharmacist look through and sign it.",
    "R14",
)
SIGNED_ALREADY: Final = Code(
    "DOSE-0853",
    Severity.REFUSE,
    "Pakken er allerede underskrevet af {who}.",
    "The pack is signed already, by {who}.",
    "Der er ikke mere at gøre.",
    "There is nothing more to do.",
    "R14",
)
PACK_OVER: Final = Code(
    "DOSE-0854",
    Severity.REFUSE,
    "Pakken gælder til og med {valid_to}, og i dag er {today}; i kraft ville den parkere alt.",
    "The pack holds up to {valid_to}, and today is {today}; in force it would park everything.",
    "Foreslå en ny udgave med nye datoer.",
    "Propose a new version with new dates.",
    "C18",
)
VERSION_TAKEN: Final = Code(
    "DOSE-0855",
    Severity.REFUSE,
    "Udgave {version} af {pack} findes allerede ({name}).",
    "Version {version} of {pack} is there already ({name}).",
    "Giv den rettede pakke en ny version.",
    "Give the corrected pack a new version.",
    "C18",
)

SIGNING_CODES: Final = (NO_NAME, OWN_SIGNATURE, SIGNED_ALREADY, PACK_OVER, VERSION_TAKEN)


def check_proposal(pack: RulePack, who: str, there: str | None, today: date) -> tuple[Finding, ...]:
    """Return why `who` may not propose `pack` today; `there` names the stored pack of this id and version."""
    findings = [*_unnamed(who), *_over(pack, today)]
    if there is not None:
        findings.append(found(VERSION_TAKEN, "version", version=pack.version, pack=pack.pack_id, name=there))
    return tuple(findings)


def check_rule_signature(
    pack: RulePack, proposer: str, who: str, signed_by: str | None, today: date, staff: Collection[Member] = ()
) -> tuple[Finding, ...]:
    """Return why `who` may not sign today what `proposer` brought in (R14); `signed_by` has signed it already.

    While `staff` has a pharmacist, one of its pharmacists must sign.
    """
    findings = [*_unnamed(who), *_over(pack, today), *check_pharmacist(who, staff)]
    if same_name(proposer, who) or same_name(pack.author, who):
        findings.append(found(OWN_SIGNATURE, "who", who=who))
    if signed_by is not None:
        findings.append(found(SIGNED_ALREADY, "name", who=signed_by))
    return tuple(findings)


def _unnamed(who: str) -> Iterable[Finding]:
    return () if who.strip() else (found(NO_NAME, "who"),)


def _over(pack: RulePack, today: date) -> Iterable[Finding]:
    if pack.valid_to is None or pack.valid_to >= today:
        return ()
    return (found(PACK_OVER, "valid_to", valid_to=pack.valid_to, today=today),)
