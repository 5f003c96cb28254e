"""Canisters and hand stock as people fill them: which packs, who poured, who checked; refused as a whole or kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dispenser.app.pack_scan import PackScanError, read_pack
from dispenser.app.rule_packs import providers_for
from dispenser.app.services import Services
from dispenser.app.told import FindingsError
from dispenser.core.fills import HAND, LONGEST_OUTSIDE_DAYS, Fill, FillName, Pack, gtin_of
from dispenser.core.ids import ProductId
from dispenser.store.fills import GtinRecord
from dispenser.store.session import Transaction
from safety import fill_codes, lot_codes
from safety.canister_checks import Register, check_fill, check_two
from safety.findings import Finding, Verdict, found, verdict_of
from safety.guarded import guarded
from safety.rule_limits import look_alike_pairs, packs_of
from scheduling.calendar import local_date


class RefillError(FindingsError):
    """A fill, a GTIN or the end of a fill cannot be registered; nothing was."""


@dataclass(frozen=True, slots=True)
class PackScan:
    """The code of one pack as it was scanned; `units` says how many it held where the GTIN's own count is not it."""

    code: str
    units: int | None = None


@dataclass(frozen=True, slots=True)
class FillDraft:
    """A fill as somebody reports it: container and code, product, every pack, and the two who answer for it.

    Without `code` the hand stock takes the next one. `opened_on` None is today; `second_scan` is the code of one of
    the packs as the second person scanned it, empty where nobody did.
    """

    container: str
    code: str
    product_id: ProductId
    packs: tuple[PackScan, ...]
    filled_by: str
    checked_by: str
    opened_on: date | None = None
    days: int = LONGEST_OUTSIDE_DAYS
    second_scan: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered fill, and what is worth telling of it."""

    fill: Fill
    findings: tuple[Finding, ...]


def register_gtins(
    services: Services, gtins: Iterable[tuple[str, ProductId, int]], who: str, second: str
) -> tuple[GtinRecord, ...]:
    """Note in two names that packs with a GTIN are a product and hold so many units each, from now on; all or none.

    Raises:
        RefillError: with every reason why not.
    """
    now = services.clock.now()
    findings = list(check_two(who, second))
    records: list[GtinRecord] = []
    with services.database.write() as tx:
        known = tx.fills.gtins()
        for text, product_id, units in gtins:
            try:
                gtin = gtin_of(text)
            except ValueError as error:
                findings.append(found(fill_codes.GTIN_WRONG, "gtin", why=error))
                continue
            before = known.get(gtin)
            if product_id not in services.catalogue.products:
                findings.append(found(fill_codes.UNKNOWN_PRODUCT, gtin, product=product_id))
            if units < 1:
                findings.append(found(fill_codes.NO_UNITS, gtin, units=units))
            if before is not None and (before.product_id, before.units) == (product_id, units):
                findings.append(found(fill_codes.GTIN_KNOWN, gtin, gtin=gtin, product=product_id))
            records.append(GtinRecord(gtin, product_id, units, who.strip(), second.strip(), now))
            known[gtin] = records[-1]
        if findings:
            raise RefillError(findings=findings)
        for record in records:
            tx.fills.add_gtin(record)
            detail = f"{record.product_id}, {record.units} units; checked by {record.second}"
            tx.audit.append(now, record.who, "gtin registered", f"gtin/{record.gtin}", detail)
    return tuple(records)


def register_fills(services: Services, drafts: Sequence[FillDraft]) -> tuple[Registered, ...]:
    """Register fills, each with every pack in it; all or none.

    Raises:
        RefillError: with every reason why one of them must not be used; nothing was registered.
    """
    now = services.clock.now()
    today = local_date(now)
    registered: list[Registered] = []
    with services.database.write() as tx:
        known = tx.fills.gtins()
        units = {gtin: record.units for gtin, record in known.items()}
        read = [_read(draft, units) for draft in drafts]
        findings = [finding for _, problems in read for finding in problems]
        number = tx.fills.next_number()
        fills = [
            _fill(draft, packs, place, now)
            for place, (draft, (packs, _)) in enumerate(zip(drafts, read, strict=True), number)
        ]
        used = tx.fills.used(pack for fill in fills for pack in fill.packs)
        names = set(tx.fills.of_names(fill.name for fill in fills))
        products = {gtin: record.product_id for gtin, record in known.items()}
        packs = packs_of(providers_for(services, tx, today))
        pairs = look_alike_pairs(packs, services.catalogue.products.values())
        register = Register(products, used, names, tx.fills.lots(), pairs)
        for fill in fills:
            told = guarded(str(fill.name), check_fill, fill, register, services.catalogue, today)
            registered.append(Registered(fill, told))
            findings.extend(told)
            # The fills of one list are held against each other too.
            names.add(fill.name)
            used |= {(pack.gtin, pack.serial): fill.name for pack in fill.packs if pack.serial}
        if verdict_of(findings) is not Verdict.PASS:
            raise RefillError(findings=[one for one in findings if verdict_of([one]) is not Verdict.PASS])
        tx.fills.add(fills)
        for fill in fills:
            _note(tx, fill)
    return tuple(registered)


def close_fill(services: Services, name: FillName, who: str, reason: str) -> Fill:
    """Take a fill out of use: the canister was emptied, or the hand stock is used up. No order draws on it any more.

    Raises:
        NotFoundError: nobody has registered it.
        RefillError: no name, no reason, or it is out of use already.
    """
    now = services.clock.now()
    with services.database.write() as tx:
        fill = tx.fills.get(name)
        findings: list[Finding] = []
        if not who.strip():
            findings.append(found(fill_codes.NO_NAME, "who"))
        if not reason.strip():
            findings.append(found(lot_codes.NO_REASON, str(name)))
        if fill.ended_at is not None:
            findings.append(found(lot_codes.ALREADY_ENDED, str(name), fill=name))
        if findings:
            raise RefillError(findings=findings)
        # An order that was sent may have drawn on it, also when the clock was set back meanwhile.
        tx.fills.end(name, who.strip(), reason.strip(), max(now, tx.traces.last_sent() or now))
        tx.audit.append(now, who.strip(), "fill ended", f"fill/{name}", reason.strip())
        return tx.fills.get(name)


def _read(draft: FillDraft, units_of: Mapping[str, int]) -> tuple[tuple[Pack, ...], tuple[Finding, ...]]:
    packs: list[Pack] = []
    findings: list[Finding] = []
    for scan in draft.packs:
        try:
            packs.append(read_pack(scan.code, units_of, scan.units))
        except PackScanError as error:
            findings.append(found(fill_codes.SCAN_UNREADABLE, f"{draft.container}/{draft.code}", why=error))
    return tuple(packs), tuple(findings)


def _fill(draft: FillDraft, packs: tuple[Pack, ...], number: int, now: datetime) -> Fill:
    container, code = draft.container.strip(), draft.code.strip()
    if container == HAND and not code:
        code = f"H{number}"
    return Fill(
        FillName(container, code),
        draft.product_id,
        packs,
        draft.opened_on or local_date(now),
        draft.filled_by.strip(),
        draft.checked_by.strip(),
        now,
        draft.days,
        _second_gtin(draft.second_scan),
    )


def _second_gtin(text: str) -> str:
    """Return the GTIN of a second scan: of a pack's code, or of its plain bar code; as it is where it is neither."""
    plain = text.strip()
    try:
        return gtin_of(plain) if plain.isdigit() else read_pack(plain, {}).gtin if plain else ""
    except ValueError:
        return plain


def _note(tx: Transaction, fill: Fill) -> None:
    lots = ", ".join(f"{name.lot} ({name.gtin})" for name in fill.lots)
    detail = (
        f"{fill.product_id}, {len(fill.packs)} packs, {fill.units} units, lots {lots}; checked by {fill.checked_by}"
    )
    tx.audit.append(fill.at, fill.filled_by, "fill registered", f"fill/{fill.name}", detail)
