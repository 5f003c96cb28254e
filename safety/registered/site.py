"""Checks of the running site: what software, machines, clock and database can do to the medicine."""

from typing import Final

from safety import machine_codes, site_codes
from safety.check import Check, Stage

CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "S1",
        "a database that is older than a machine never sends that machine anything",
        (
            "safety.site_checks.check_record",
            "safety.site_checks.check_mark",
            "safety.site_checks.check_witness",
            "dispenser.app.record_trust.record_findings",
        ),
        (site_codes.OLDER_RECORD, machine_codes.OTHER_RECORD, machine_codes.FLEET_HELD, machine_codes.SENT_MORE),
        (Stage.SITE,),
    ),
    Check(
        "S2",
        "a machine has one controller",
        ("safety.site_checks.check_lease",),
        (site_codes.FENCED_OFF,),
        (Stage.SITE,),
    ),
    Check(
        "S3",
        "a machine that cannot prove its pouches, or reports what cannot be, is served no more",
        (
            "safety.site_checks.check_evidence",
            "safety.site_checks.check_under_way",
            "safety.site_checks.check_film",
            "safety.site_checks.check_journal",
            "safety.site_checks.check_head",
            "safety.site_checks.check_at_rest",
            "safety.site_checks.check_given_up",
            "safety.site_checks.check_driver",
        ),
        (
            site_codes.UNFIT_MACHINE,
            site_codes.STRANGE_POUCH,
            site_codes.DOUBLE_POUCH,
            site_codes.MISSING_EVIDENCE,
            site_codes.JOURNAL_LOST,
            site_codes.STRAY_DROP,
            machine_codes.JOURNAL_REWRITTEN,
            machine_codes.STILL_AT_WORK,
            machine_codes.IN_SERVICE,
            machine_codes.NO_DRIVER,
        ),
        (Stage.POUCH, Stage.SITE),
    ),
    Check(
        "S4",
        "nothing is planned or sent by a clock that contradicts the record, until somebody confirms the time",
        ("safety.site_checks.check_clock",),
        (site_codes.CLOCK_BACK, site_codes.CLOCK_AHEAD),
        (Stage.BATCH, Stage.ORDER, Stage.SITE),
    ),
    Check(
        "S5",
        "what is on record survives a power cut, and there is room for more",
        (
            "safety.site_checks.check_sqlite",
            "safety.site_checks.check_postgresql",
            "safety.site_checks.check_free_space",
        ),
        (site_codes.NOT_DURABLE, site_codes.DISK_FULL, site_codes.DAMAGED),
        (Stage.BATCH, Stage.ORDER, Stage.SITE),
    ),
    Check(
        "S6",
        "what is simulated or for demonstration never meets a real machine",
        ("safety.site_checks.check_fleet",),
        (site_codes.MIXED_FLEET, site_codes.DEMONSTRATION_CATALOGUE, site_codes.DEMONSTRATION_RULES),
        (Stage.BATCH, Stage.ORDER, Stage.SITE),
    ),
    Check(
        "S7",
        "an upgrade of the database keeps every row",
        ("safety.site_checks.check_upgrade",),
        (site_codes.ROWS_LOST,),
        (Stage.SITE,),
    ),
    Check(
        "S8",
        "the audit trail is as it was written",
        ("dispenser.app.site.check_audit",),
        (site_codes.AUDIT_BROKEN,),
        (Stage.SITE,),
    ),
    Check(
        "S9",
        "a check that cannot run has failed",
        ("safety.guarded.guarded",),
        (site_codes.CHECK_FAILED,),
        (Stage.INTAKE, Stage.BATCH, Stage.CANISTER, Stage.ORDER, Stage.POUCH, Stage.RELEASE),
    ),
)
