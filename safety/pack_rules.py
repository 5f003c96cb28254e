"""Hold a plan against the rules of a pack: each rule is looked up by the ATC codes and products that it concerns."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import accumulate
from typing import NamedTuple

from dispenser.core.days import offsets
from dispenser.core.ids import ProductId
from dispenser.core.plan import Ordination
from dispenser.core.product import Catalogue, Product
from safety import rule_codes
from safety.findings import Finding, found
from safety.rule_question import ProviderIdentity, RuleQuestion
from safety.rulepack import RulePack
from safety.rules.amounts import Amounts, dosage_text
from safety.rules.rule import Asked, Line
from safety.rules.which import is_full_atc


class _Profile(NamedTuple):
    """What a pack says of a product: rules about one line, and rules about two (a set of bits, by place)."""

    product: Product
    alone: tuple[int, ...]
    pairs: int
    classified: bool


class _Profiles:
    """What a pack says of the products of one catalogue, worked out when a product is first seen."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.known: dict[ProductId, _Profile | None] = {}


class PackRules:
    """A provider of clinical rules out of a pack; a product's rules are looked up once for a catalogue."""

    def __init__(self, pack: RulePack) -> None:
        """Sort the rules by the ATC codes that they concern."""
        self.pack = pack
        self._name = pack.name
        self._rules = pack.rules
        self._amounts = Amounts()
        self._by_atc: dict[str, list[int]] = {}
        self._any: list[int] = []
        for place, rule in enumerate(pack.rules):
            for prefix in rule.atc:
                self._by_atc.setdefault(prefix, []).append(place)
            if not rule.atc:
                self._any.append(place)
        self._profiles: _Profiles | None = None

    def identity(self) -> ProviderIdentity:
        """Return id, version and digest of the pack."""
        return ProviderIdentity(self.pack.pack_id, self.pack.version, self.pack.digest)

    def check(self, question: RuleQuestion) -> tuple[Finding, ...]:
        """Return everything that the rules hold against the plan; a pack that is not valid that day parks all."""
        if not self.pack.holds_on(question.day):
            return tuple(self._expired(question))
        profiles = self._profiles
        if profiles is None or profiles.catalogue is not question.catalogue:
            profiles = self._profiles = _Profiles(question.catalogue)
        findings: list[Finding] = []
        lines: list[tuple[Line, _Profile]] = []
        for packed, ordinations in ((True, question.plan.ordinations), (False, question.beside)):
            for ordination in ordinations:
                profile = self._profile(profiles, ordination.product_id)
                if profile is None or not profile.classified:
                    findings.extend(self._not_classified(ordination, profile, question, packed=packed))
                if profile is not None and (profile.alone or profile.pairs):
                    lines.append((Line(ordination, profile.product, packed), profile))
        if lines:
            findings.extend(self._fire(lines, question))
        return tuple(findings)

    def _fire(self, lines: Sequence[tuple[Line, _Profile]], question: RuleQuestion) -> Iterator[Finding]:
        alone: dict[int, list[Line]] = {}
        once = twice = 0
        for line, profile in lines:
            for place in profile.alone:
                alone.setdefault(place, []).append(line)
            twice |= once & profile.pairs
            once |= profile.pairs
        asked = Asked(self._name, question.day, question.allergies, self._amounts)
        for place, concerned in alone.items():
            yield from self._rules[place].check(concerned, asked)
        for place in offsets(twice):
            concerned = [line for line, profile in lines if profile.pairs >> place & 1]
            yield from self._rules[place].check(concerned, asked)

    def _profile(self, profiles: _Profiles, product_id: ProductId) -> _Profile | None:
        known = profiles.known
        if product_id not in known:
            product = profiles.catalogue.products.get(product_id)
            known[product_id] = None if product is None else self._look_up(product)
        return known[product_id]

    def _look_up(self, product: Product) -> _Profile:
        places = set(self._any)
        for prefix in accumulate(product.atc):
            places.update(self._by_atc.get(prefix, ()))
        concerned = sorted(place for place in places if self._rules[place].concerns(product))
        alone = tuple(place for place in concerned if not self._rules[place].needs_two)
        pairs = sum(1 << place for place in concerned if self._rules[place].needs_two)
        # Rules that ask for no ATC code are answered for a product without one.
        classified = not self._by_atc or is_full_atc(product.atc)
        return _Profile(product, alone, pairs, classified)

    def _not_classified(
        self, ordination: Ordination, profile: _Profile | None, question: RuleQuestion, *, packed: bool
    ) -> Iterator[Finding]:
        name = ordination.product_id if profile is None else profile.product.name
        if packed:
            others = _digest_of_others(ordination, question)
            details = {"product": name, "dosage": dosage_text(ordination), "others": others, "pack": self._name}
            yield found(rule_codes.NOT_CLASSIFIED, ordination.ordination_id, **details)
            return
        for line in question.plan.ordinations:
            other = f"{name} ({ordination.ordination_id}): {dosage_text(ordination)}"
            details = {"other": other, "product": ordination.product_id, "dosage": dosage_text(line)}
            yield found(rule_codes.BESIDE_NOT_CLASSIFIED, line.ordination_id, **details, pack=self._name)

    def _expired(self, question: RuleQuestion) -> Iterator[Finding]:
        details = {
            "pack": self._name,
            "valid_from": self.pack.valid_from,
            "valid_to": self.pack.valid_to or "",
            "day": question.day,
        }
        for line in question.plan.ordinations:
            yield found(rule_codes.RULES_EXPIRED, line.ordination_id, **details)


def _digest_of_others(ordination: Ordination, question: RuleQuestion) -> str:
    """Return a digest of all other lines as they are taken, empty without any.

    Whoever lets a line go that no rule can be used on has looked at it beside exactly these.
    """
    lines = (*question.plan.ordinations, *question.beside)
    taken = sorted(
        f"{line.ordination_id} {line.product_id} {dosage_text(line)}" for line in lines if line is not ordination
    )
    return sha256("\n".join(taken).encode()).hexdigest()[:16] if taken else ""
