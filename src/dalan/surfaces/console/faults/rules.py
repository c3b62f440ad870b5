"""What was ordered, and whether it is a call's turn. In memory: a restart forgets all of it.

A rule counts every call it fits. From its n-th on it strikes, by its chance, until it has struck
often enough. One fault strikes a call: the oldest rule whose turn it is; another whose turn it was
as well has the next call it fits. Counting and striking is one step without a pause, so that the
numbers are exact however many calls come at once.
"""

import hmac
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from hashlib import sha256
from itertools import count
from typing import Final

import msgspec

from dalan.errors import Conflict, NotFound
from dalan.surfaces.console.faults.catalogue import Direction, Fault
from dalan.surfaces.trouble import Moment

RULES_MAX: Final = 100


class UnknownRule(NotFound):
    """Nothing was ordered under this number, or it was taken back."""

    code = "faults.unknown_rule"

    def __init__(self) -> None:
        super().__init__("there is no such order")


class TooManyRules(Conflict):
    """More is ordered than anybody could follow."""

    code = "faults.too_many_rules"

    def __init__(self) -> None:
        super().__init__(f"at most {RULES_MAX} orders at a time; take some back")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a call: ``surface`` where it goes, ``app`` its slug, ``phone`` in E.164."""

    direction: Direction
    surface: str
    moment: Moment = "call"
    operation: str = ""
    path: str = ""
    app: str = ""
    phone: str = ""


class Rule(msgspec.Struct, kw_only=True):
    """One order. ``times`` 0: until it is taken back. ``seen`` are the calls it fitted."""

    fault: Fault
    id: int = 0
    app: str = ""
    phone: str = ""
    operation: str = ""
    surface: str = ""
    nth: int = 1
    times: int = 1
    chance: float = 1.0
    seed: str = ""
    parameters: dict[str, float] = {}
    seen: int = 0
    struck: int = 0

    @property
    def is_over(self) -> bool:
        """It has struck as often as it was to."""
        return self.times > 0 and self.struck >= self.times

    def may_fit(self, facts: Facts) -> bool:
        """Whether it fits so far as it is about a place, not about who calls."""
        fault = self.fault
        return (
            not self.is_over
            and fault.direction == facts.direction
            and fault.moment == facts.moment
            and facts.surface in (self.surface, *(fault.surfaces if not self.surface else ()))
            and (not fault.operations or facts.operation in fault.operations)
            and self._is_about(facts)
        )

    def fits(self, facts: Facts) -> bool:
        """Whether it fits altogether."""
        return (
            self.may_fit(facts) and self.app in ("", facts.app) and self.phone in ("", facts.phone)
        )

    def turn(self) -> bool:
        """Count a call; answers whether it strikes it."""
        self.seen += 1
        return self.seen >= self.nth and (self.chance >= 1 or self._draw() < self.chance)

    def _is_about(self, facts: Facts) -> bool:
        wanted = self.operation
        if not wanted:
            return True
        return fnmatchcase(facts.path if wanted.startswith("/") else facts.operation, wanted)

    def _draw(self) -> float:
        """A number below 1 that the seed and the number of the call alone decide."""
        drawn = hmac.digest(self.seed.encode(), str(self.seen).encode(), sha256)
        return int.from_bytes(drawn[:6], "big") / (1 << 48)


class Rules:
    """All that is ordered, the oldest first."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._numbers = count(1)

    def __iter__(self) -> Iterator[Rule]:
        return iter(tuple(self._rules))

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, rule: Rule) -> Rule:
        """Take an order. Raises ``TooManyRules``."""
        if len(self._rules) >= RULES_MAX:
            raise TooManyRules
        rule.id = next(self._numbers)
        self._rules.append(rule)
        return rule

    def remove(self, rule_id: int) -> Rule:
        """Take an order back. Raises ``UnknownRule``."""
        for rule in self._rules:
            if rule.id == rule_id:
                self._rules.remove(rule)
                return rule
        raise UnknownRule

    def clear(self) -> list[Rule]:
        """Take all of them back."""
        taken, self._rules = self._rules, []
        return taken

    def candidates(self, facts: Facts) -> list[Rule]:
        """Those that may fit, whoever calls."""
        return [rule for rule in self._rules if rule.may_fit(facts)]

    def strike(self, facts: Facts, *, is_possible: Callable[[Fault], bool]) -> Rule | None:
        """The rule that strikes this call, if one does; every rule it fits has counted it."""
        chosen: Rule | None = None
        for rule in self._rules:
            if rule.fits(facts) and is_possible(rule.fault) and rule.turn() and chosen is None:
                chosen = rule
                rule.struck += 1
        return chosen
