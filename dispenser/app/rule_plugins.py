"""Clinical rules as plug-ins: what is installed under the entry point group `safety.rules`, and in which state.

A plug-in that cannot be used never stops the controller, but it fails closed: while it is installed, no line passes.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from hal.foreign import Failed, attempt
from safety.rule_plugins import RULES_CONTRACT, RulesInfo, UnusableRules
from safety.rule_question import RuleProvider

GROUP: Final = "safety.rules"


class RulesState(Enum):
    """Whether a plug-in's rules can be asked, and if not, why."""

    USABLE = "usable"
    LOAD_ERROR = "load_error"
    NOT_RULES = "not_rules"
    WRONG_CONTRACT = "wrong_contract"
    BUILD_ERROR = "build_error"
    DUPLICATE_NAME = "duplicate_name"
    """Another plug-in has the same name; neither is used, because nobody can tell which one is meant."""


@dataclass(frozen=True, slots=True)
class RulesPlugin:
    """One entry point; `provider` is what is asked, one that fails unless the state is usable; `detail` says why."""

    name: str
    target: str
    state: RulesState
    provider: RuleProvider
    detail: str


def discover_rules(found: Iterable[EntryPoint] | None = None) -> tuple[RulesPlugin, ...]:
    """Load every plug-in and return it with its state, by name; a broken plug-in harms no other one.

    `found` are the entry points to look at, by default those of the installed packages.
    """
    points = entry_points(group=GROUP) if found is None else found
    plugins = [_loaded(point) for point in sorted(points, key=lambda point: (point.name, point.value))]
    names = Counter(plugin.name for plugin in plugins)
    return tuple(
        _unusable(plugin.name, plugin.target, RulesState.DUPLICATE_NAME, f"{names[plugin.name]} plug-ins have it")
        if names[plugin.name] > 1
        else plugin
        for plugin in plugins
    )


def _loaded(point: EntryPoint) -> RulesPlugin:
    info: object = attempt(point.load)
    if isinstance(info, Failed):
        return _unusable(point.name, point.value, RulesState.LOAD_ERROR, info.why)
    if not isinstance(info, RulesInfo):
        return _unusable(point.name, point.value, RulesState.NOT_RULES, f"a {type(info).__name__} is no RulesInfo")
    if info.contract != RULES_CONTRACT:
        detail = f"it speaks contract {info.contract}, this controller {RULES_CONTRACT}"
        return _unusable(info.name, point.value, RulesState.WRONG_CONTRACT, detail)
    provider = attempt(lambda: _built(info))
    if isinstance(provider, Failed):
        return _unusable(info.name, point.value, RulesState.BUILD_ERROR, provider.why)
    return RulesPlugin(info.name, point.value, RulesState.USABLE, provider, "")


def _built(info: RulesInfo) -> RuleProvider:
    provider = info.build()
    provider.identity()
    return provider


def _unusable(name: str, target: str, state: RulesState, detail: str) -> RulesPlugin:
    return RulesPlugin(name, target, state, UnusableRules(name, f"{state.value}: {detail}"), detail)
