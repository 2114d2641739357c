"""What a scope may ask: every question is cut to its scope here, before the store sees it."""

from collections.abc import Mapping
from typing import Any

from pipelines.api import Scope
from pipelines.campaign.model import Campaign
from pipelines.server.refusals import Refusal
from pipelines.store import asks
from pipelines.vocabulary import ScopeLevel

DISTRICT_ONLY = frozenset({"job_runs"})


def check_scope(campaign: Campaign, scope: Scope) -> None:
    """Raise Refusal unless the scope names something of the campaign."""
    if scope.level is ScopeLevel.DISTRICT:
        if scope.id is not None:
            raise Refusal(422, "scope", f"a district's scope has no id, got {scope.id!r}; leave it out", "scope.id")
        return
    known = {town.town_code for town in campaign.towns}
    if scope.level is ScopeLevel.SITE:
        known = {site.site_id for site in campaign.sites}
    if scope.id not in known:
        raise Refusal(
            422, "scope", f"the campaign has no {scope.level.value} {scope.id!r}; it has {_some(known)}", "scope.id"
        )


def check_ask(campaign: Campaign, name: str, scope: Scope, params: Mapping[str, Any]) -> None:
    """Raise Refusal when the ask, or a site it is about, is outside the scope."""
    if name in DISTRICT_ONLY and scope.level is not ScopeLevel.DISTRICT:
        raise Refusal(403, "scope", f"the ask {name!r} is about the whole district, the scope is a {scope.level.value}")
    if name not in asks() or "site_id" not in asks()[name].params or "site_id" not in params:
        return
    towns = {site.site_id: site.town_code for site in campaign.sites}
    wanted = params["site_id"]
    if not isinstance(wanted, str) or wanted not in towns:
        raise Refusal(422, "params", f"the campaign has no site {wanted!r}; it has {_some(towns)}", "params.site_id")
    covered = {ScopeLevel.DISTRICT: None, ScopeLevel.TOWN: towns[wanted], ScopeLevel.SITE: wanted}[scope.level]
    if covered != scope.id:
        raise Refusal(
            403, "scope", f"site {wanted} lies outside the scope {scope.level.value} {scope.id}", "params.site_id"
        )


def _some(known: Mapping[str, Any] | set[str]) -> str:
    names = sorted(known)
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
