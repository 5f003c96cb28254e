"""Checks by the clinical rules of the rule packs in force, and of the packs themselves."""

from typing import Final

from safety import rule_codes
from safety.check import Check, Stage
from safety.rule_batch import RULE_BATCH_CODES
from safety.rule_signing import SIGNING_CODES
from safety.rulepack_codes import RULEPACK_CODES

_ASK: Final = "safety.providers.ask"
_PACK: Final = "safety.pack_rules.PackRules"
_ASKED: Final = (Stage.INTAKE, Stage.BATCH)

CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "C10",
        "weekly medicines are taken once a week, and high-risk ones only where two persons agree",
        (_ASK, _PACK),
        (
            rule_codes.TOO_OFTEN,
            rule_codes.SEVERAL_A_DAY,
            rule_codes.RHYTHM_NOT_CHECKABLE,
            rule_codes.HIGH_RISK,
            rule_codes.OTHER_INTERVAL,
        ),
        _ASKED,
    ),
    Check(
        "C22",
        "no more of a substance a day than a rule allows, all lines together",
        (_ASK, _PACK),
        (rule_codes.OVER_CAP, rule_codes.CAP_NOT_CHECKABLE),
        _ASKED,
    ),
    Check(
        "R19",
        "what a citizen does not tolerate waits for a human",
        ("safety.allergy_checks.check_allergies", _PACK),
        (rule_codes.ALLERGY, rule_codes.ALLERGY_CLASS, rule_codes.ALLERGY_NOT_CODED),
        _ASKED,
    ),
    Check(
        "R20",
        "medicines that harm together wait for a human, or are told",
        (_ASK, _PACK),
        (rule_codes.CONTRAINDICATED, rule_codes.DISCOURAGED, rule_codes.CAUTION),
        _ASKED,
    ),
    Check(
        "R21",
        "clinical rules in force have answered for every line that is packed",
        (_ASK, "safety.rule_batch.check_standing"),
        (
            rule_codes.NOT_CLASSIFIED,
            rule_codes.BESIDE_NOT_CLASSIFIED,
            rule_codes.RULES_MISSING,
            rule_codes.RULES_EXPIRED,
            rule_codes.PROVIDER_FAILED,
            rule_codes.BESIDE_UNKNOWN,
            *RULE_BATCH_CODES,
        ),
        _ASKED,
    ),
    Check(
        "R22",
        "a rule pack is read whole, passes its own cases, and is signed by another than its author",
        (
            "safety.rulepack_file.read_rule_pack",
            "safety.rule_signing.check_proposal",
            "safety.rule_signing.check_rule_signature",
        ),
        (*RULEPACK_CODES, *SIGNING_CODES),
        (Stage.SITE,),
    ),
)
