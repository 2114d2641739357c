"""Who may see and do what: the one table of roles, read by the command server and by the dashboard; deny by default."""

from dataclasses import dataclass

import msgspec

from pipelines.api import CampaignInfo, Scope
from pipelines.vocabulary import ActKind, ScopeLevel, UserRole

WATCHING = frozenset({ActKind.ALERT_ACKNOWLEDGED, ActKind.ALERT_SILENCED, ActKind.SILENCE_LIFTED, ActKind.NOTED})
DECIDING = frozenset({ActKind.ORDERED, ActKind.RECOMMENDATION_ACCEPTED, ActKind.RECOMMENDATION_REJECTED})
REPORTING = frozenset(
    {ActKind.INPUT_ENTERED, ActKind.INPUT_CONFIRMED, ActKind.INPUT_CORRECTED, ActKind.THIRD_COPIES_READ}
    | {ActKind.REPORT_SIGNED, ActKind.REPORT_ADVICE_NOTED, ActKind.TUBE_FOUND, ActKind.TUBE_EXPLAINED}
)
TICKETING = frozenset(kind for kind in ActKind if kind.value.startswith("ticket_")) - {ActKind.TICKET_HANDED}
HANDING = frozenset({ActKind.TICKET_HANDED})
SHEETS = frozenset({ActKind.SHEETS_ISSUED, ActKind.SHEETS_RETURNED, ActKind.SHEETS_DESTROYED})
CLOSING = frozenset(
    {ActKind.GATE_OVERRIDDEN, ActKind.GATE_RESTORED, ActKind.ACCOUNT_ROTATED}
    | {ActKind.EXCEPTION_SIGNED, ActKind.EXCEPTION_WITHDRAWN, ActKind.DAY_CLOSED, ActKind.DAY_REOPENED}
)
PLANNING = frozenset({ActKind.SCENARIO_SAVED})
LEADING = WATCHING | DECIDING | REPORTING | TICKETING | SHEETS | CLOSING | {ActKind.EXPORTED}


HOUSEKEEPING = frozenset(
    {"sources_live", "job_runs", "jobs_live", "freshness", "conservation", "acts_log", "alerts_live", "alert_history"}
    | {"notifications_log", "channels_live"}
)


@dataclass(frozen=True)
class Right:
    """What one role may: how wide its scope is, and which acts it may do and asks it may ask within that scope.

    ``asks`` None: every ask that can be cut to the scope.
    """

    level: ScopeLevel
    acts: frozenset[ActKind] = frozenset()
    asks: frozenset[str] | None = None
    may_manage_users: bool = False
    may_plan: bool = False


RIGHTS: dict[UserRole, Right] = {
    UserRole.COMMANDER: Right(ScopeLevel.DISTRICT, LEADING | HANDING | PLANNING, may_plan=True),
    UserRole.DATA_OFFICER: Right(ScopeLevel.DISTRICT, LEADING | HANDING | PLANNING, may_plan=True),
    UserRole.TOWN_COORDINATOR: Right(ScopeLevel.TOWN, LEADING),
    UserRole.SITE_OFFICER: Right(
        ScopeLevel.SITE, REPORTING | TICKETING | SHEETS | {ActKind.ALERT_ACKNOWLEDGED, ActKind.NOTED}
    ),
    UserRole.ANALYST: Right(ScopeLevel.DISTRICT, PLANNING | {ActKind.NOTED, ActKind.EXPORTED}, may_plan=True),
    UserRole.ADMINISTRATOR: Right(
        ScopeLevel.DISTRICT, PLANNING | {ActKind.NOTED}, HOUSEKEEPING, may_manage_users=True, may_plan=True
    ),
}


def may_act(role: UserRole, kind: ActKind) -> bool:
    """Whether a role may do an act of that kind somewhere in its scope."""
    return kind in RIGHTS[role].acts


def may_ask(role: UserRole, name: str) -> bool:
    """Whether a role may ask the ask of that name, within its scope."""
    allowed = RIGHTS[role].asks
    return allowed is None or name in allowed


def may_plan(role: UserRole) -> bool:
    """Whether a role may ask what-if questions, which are about the whole district."""
    return RIGHTS[role].may_plan


def campaign_within(campaign: CampaignInfo, scope: Scope) -> CampaignInfo:
    """Return what a scope may know of the campaign: its own towns and sites, their residents and planned persons."""
    if scope.level is ScopeLevel.DISTRICT:
        return campaign
    own = "town_code" if scope.level is ScopeLevel.TOWN else "site_id"
    sites = [site for site in campaign.sites if getattr(site, own) == scope.id]
    codes = {scope.id} if scope.level is ScopeLevel.TOWN else {site.town_code for site in sites}
    towns = [town for town in campaign.towns if town.town_code in codes]
    target = sum(site.planned_persons for site in sites)
    return msgspec.structs.replace(
        campaign,
        round=msgspec.structs.replace(campaign.round, target_persons=target),
        residents=sum(town.residents for town in towns),
        towns=towns,
        sites=sites,
    )
