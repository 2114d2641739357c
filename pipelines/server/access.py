"""What a scope may ask: every question is cut to its scope here, before the store sees it."""

from collections.abc import Mapping
from typing import Any

from pipelines.access import may_ask
from pipelines.api import Scope, Viewer
from pipelines.campaign.model import Campaign
from pipelines.server.refusals import Refusal
from pipelines.store import asks
from pipelines.vocabulary import ScopeLevel

# Asks without a scope that whoever has a town or a site may ask all the same: of labs and servers, of no town or site.
FOR_EVERY_SCOPE = frozenset({"labs_live", "lab_forecast", "lab_rates", "server_trend", "switch_effect"})


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
    if scope.level is not ScopeLevel.DISTRICT and not _is_cut(name):
        raise Refusal(403, "scope", f"the ask {name!r} is about the whole district, the scope is a {scope.level.value}")
    if name in asks() and "site_id" in asks()[name].params and "site_id" in params:
        _check_site(campaign, scope, params)


def scope_for(campaign: Campaign, viewer: Viewer, name: str, wanted: Scope) -> Scope:
    """Return the scope of a viewer's ask: what he wants, cut to his own; raises Refusal where that leaves nothing."""
    if not may_ask(viewer.role, name):
        raise Refusal(403, "right", f"a {viewer.role.value} may not ask {name!r}")
    check_scope(campaign, wanted)
    if covers(campaign, viewer.scope, wanted):
        return wanted
    if covers(campaign, wanted, viewer.scope):
        return viewer.scope
    asked = f"{wanted.level.value} {wanted.id}"
    raise Refusal(403, "scope", f"{asked} lies outside your {viewer.scope.level.value} {viewer.scope.id}", "scope")


def covers(campaign: Campaign, outer: Scope, inner: Scope) -> bool:
    """Whether all of ``inner`` lies in ``outer``; both name something of the campaign."""
    if outer.level is ScopeLevel.DISTRICT or outer == inner:
        return True
    if outer.level is ScopeLevel.TOWN and inner.level is ScopeLevel.SITE:
        return any(site.site_id == inner.id and site.town_code == outer.id for site in campaign.sites)
    return False


def _is_cut(name: str) -> bool:
    """Whether an ask is cut to a scope: by the scope itself, or by its site, which is checked."""
    if name not in asks() or name in FOR_EVERY_SCOPE:
        return True
    return bool(asks()[name].bound & {"scope_level", "scope_id", "site_id"})


def _check_site(campaign: Campaign, scope: Scope, params: Mapping[str, Any]) -> None:
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
