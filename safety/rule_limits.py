"""What rule packs say about products wherever they are: how long outside the pack, and what looks alike."""

from collections.abc import Iterable
from itertools import combinations

from dispenser.core.ids import ProductId
from dispenser.core.product import Product
from safety.pack_rules import PackRules
from safety.rule_question import RuleProvider
from safety.rulepack import RulePack
from safety.rules.days_outside import MOST_DAYS, DaysOutside
from safety.rules.look_alike import LookAlike


def packs_of(providers: Iterable[RuleProvider]) -> tuple[RulePack, ...]:
    """Return the packs among providers of rules; a plug-in has none."""
    return tuple(provider.pack for provider in providers if isinstance(provider, PackRules))


def days_outside(packs: Iterable[RulePack], product: Product) -> int:
    """Return for how many days the product may be outside its pack: six weeks, or the least that a rule allows."""
    rules = (rule for pack in packs for rule in pack.rules if isinstance(rule, DaysOutside))
    return min((rule.days for rule in rules if rule.concerns(product)), default=MOST_DAYS)


def look_alike_pairs(packs: Iterable[RulePack], products: Iterable[Product]) -> frozenset[frozenset[ProductId]]:
    """Return every two of `products` that a rule says are mistaken for each other."""
    everything = tuple(products)
    pairs: set[frozenset[ProductId]] = set()
    for rule in (rule for pack in packs for rule in pack.rules if isinstance(rule, LookAlike)):
        concerned = [product for product in everything if rule.concerns(product)]
        pairs.update(
            frozenset((one.product_id, other.product_id))
            for one, other in combinations(concerned, 2)
            if rule.alike(one, other)
        )
    return frozenset(pairs)
