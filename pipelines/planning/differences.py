"""Scenarios beside each other, replication by replication on the same luck: the difference with its 95 % band."""

from dataclasses import dataclass

from pipelines.planning.answers import bands_by_scope, scopes
from pipelines.planning.bands import Band
from pipelines.planning.measures import measures
from pipelines.planning.runs import Runs
from pipelines.planning.validation import ScenarioError
from pipelines.vocabulary import ScopeLevel

MOST_BESIDE = 4


@dataclass(frozen=True)
class ScopeDifference:
    """Grain: one scope; ``bands``: the second scenario's measure less the first's, by name; below 0 is fewer."""

    level: ScopeLevel
    scope_id: str
    bands: dict[str, Band]


@dataclass(frozen=True)
class Difference:
    """The paired difference of two scenarios of the same sites, over the replications that both have."""

    first: str
    second: str
    replications: int
    scopes: tuple[ScopeDifference, ...]

    @property
    def district(self) -> ScopeDifference:
        """The whole."""
        return self.scopes[0]


def difference(first: Runs, second: Runs) -> Difference:
    """Return second less first; raises ScenarioError when they are not of the same sites and seed."""
    _refuse_strangers(first, second)
    count, every = min(first.replications, second.replications), scopes(first)
    was, becomes = (measures(runs, [inside for _, _, inside in every]) for runs in (first, second))
    told = bands_by_scope({name: becomes[name][:count] - was[name][:count] for name in was}, least=None)
    return Difference(
        first.scenario.name,
        second.scenario.name,
        count,
        tuple(ScopeDifference(level, scope_id, found) for (level, scope_id, _), found in zip(every, told, strict=True)),
    )


def beside(runs: list[Runs]) -> tuple[Difference, ...]:
    """Return the differences of up to three scenarios from the first of them."""
    if not 1 <= len(runs) <= MOST_BESIDE:
        raise ScenarioError([f"1 to {MOST_BESIDE} scenarios stand side by side, got {len(runs)}; leave some out"])
    return tuple(difference(runs[0], other) for other in runs[1:])


def _refuse_strangers(first: Runs, second: Runs) -> None:
    ids = tuple(site.site_id for site in first.scenario.sites)
    others = tuple(site.site_id for site in second.scenario.sites)
    if ids != others:
        raise ScenarioError(
            [f"{first.scenario.name!r} and {second.scenario.name!r} have other sites; a difference needs the same ones"]
        )
    if first.scenario.seed != second.scenario.seed:
        raise ScenarioError(
            [f"{first.scenario.name!r} and {second.scenario.name!r} have other seeds; give both the same to pair them"]
        )
