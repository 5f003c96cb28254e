"""Whether a lot may be put into quarantine, recalled or cleared: who says so, why, and what was said before."""

from dispenser.core.fills import LotNotice, Lots, LotState, lot_key
from safety import fill_codes, lot_codes
from safety.findings import Finding, found
from safety.slot_checks import same_name


def check_notice(notice: LotNotice, lots: Lots) -> tuple[Finding, ...]:
    """Return why `notice` cannot stand after what `lots` say already (C14, R14).

    Everybody may stop a lot, at once and alone. Only another than who put it into quarantine may clear it, and a
    recall is never lifted.
    """
    findings: list[Finding] = []
    before = lots.notices.get((notice.gtin, lot_key(notice.lot)))
    state = LotState.FREE if before is None else before.state
    if not notice.lot.strip():
        findings.append(found(lot_codes.UNKNOWN_LOT, "lot", lot=notice.lot))
    if not notice.reason.strip():
        findings.append(found(lot_codes.NO_REASON, notice.lot))
    if state is LotState.RECALLED:
        findings.append(found(lot_codes.RECALL_STAYS, notice.lot, lot=notice.lot))
    elif notice.state is LotState.FREE and state is LotState.FREE:
        findings.append(found(lot_codes.UNKNOWN_LOT, notice.lot, lot=notice.lot))
    if not notice.who.strip():
        findings.append(found(fill_codes.NO_NAME, "who"))
    elif notice.state is LotState.FREE and before is not None and same_name(before.who, notice.who):
        findings.append(found(fill_codes.SAME_PERSON, "who", who=notice.who))
    return tuple(findings)
