"""Hold a plan against what the citizen does not tolerate, whatever the rule packs say (H18)."""

from collections.abc import Iterator

from safety import rule_codes
from safety.findings import Finding, found
from safety.rule_question import RuleQuestion
from safety.rules.amounts import dosage_text
from safety.rules.which import is_atc, is_full_atc


def check_allergies(question: RuleQuestion) -> tuple[Finding, ...]:
    """Return a finding for every line of a substance that is not tolerated, and for all lines while one is uncoded."""
    return tuple(_found(question))


def _found(question: RuleQuestion) -> Iterator[Finding]:
    for allergy in question.allergies:
        for line in question.plan.ordinations:
            product = question.catalogue.products.get(line.product_id)
            if not is_atc(allergy.atc):
                yield found(rule_codes.ALLERGY_NOT_CODED, line.ordination_id, allergy=allergy.text or allergy.atc)
            elif product is None or not is_full_atc(product.atc):
                name = line.product_id if product is None else product.name
                details = {"product": name, "dosage": dosage_text(line), "pack": f"CAVE {allergy.atc}"}
                yield found(rule_codes.NOT_CLASSIFIED, line.ordination_id, **details)
            elif product.atc.startswith(allergy.atc):
                yield found(
                    rule_codes.ALLERGY,
                    line.ordination_id,
                    allergy=allergy.text,
                    atc=allergy.atc,
                    product=product.name,
                    substance=product.atc,
                )
