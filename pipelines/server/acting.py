"""Acts as the command API takes them: the actor from his session, his right to act, the act's scope within his."""

from collections.abc import Callable, Sequence

from fastapi import Request

from pipelines.access import RIGHTS, may_act
from pipelines.acts import ActConflict, ActLedger, ActRefused, ActsUnavailable
from pipelines.acts.keeping import SHEETS, check_keeping
from pipelines.acts.orders import ordered
from pipelines.acts.register import (
    DAYS,
    DECISIONS,
    STATEFUL,
    Check,
    Register,
    Registrar,
    check_day,
    check_decision,
)
from pipelines.acts.reporting import check_reporting, named_hour
from pipelines.acts.ticketing import TICKETS, check_ticket, check_ticket_words
from pipelines.api import Act, NewAct, Scope, Viewer
from pipelines.campaign.hours import reporting_hours
from pipelines.campaign.model import Campaign
from pipelines.clock import Clock, wall_now
from pipelines.server.access import check_scope, covers
from pipelines.server.refusals import Refusal
from pipelines.vocabulary import ActKind

ViewerOf = Callable[[Request], Viewer | None]
FEED_LIMIT = 5_000
ABOUT_SOMETHING = frozenset(
    {
        ActKind.RECOMMENDATION_ACCEPTED,
        ActKind.RECOMMENDATION_REJECTED,
        ActKind.ALERT_ACKNOWLEDGED,
        ActKind.ALERT_SILENCED,
        ActKind.SILENCE_LIFTED,
    }
)


class Acting:
    """Takes acts for one campaign into one ledger; safe between threads."""

    def __init__(
        self, ledger: ActLedger, campaign: Campaign, clock: Clock, viewer_of: ViewerOf, closing: Check | None = None
    ) -> None:
        """Take acts into ``ledger``; ``viewer_of`` says who a request's session belongs to, None when to nobody.

        ``closing`` checks acts of sheets and of whole days against the store; without it they are not taken.
        """
        self._ledger, self._campaign, self._clock = ledger, campaign, clock
        self._hours = reporting_hours(campaign)
        self._registrar, self._closing = Registrar(ledger), closing
        self.viewer_of = viewer_of

    def take(self, viewer: Viewer, new: NewAct, address: str) -> Act:
        """Record an act of ``viewer`` and return it; raises Refusal: 403, 409, 422 or 503."""
        return self.take_all(viewer, [new], address)[0]

    def take_all(self, viewer: Viewer, news: Sequence[NewAct], address: str) -> list[Act]:
        """Record several acts of ``viewer`` together, all or none; raises Refusal as ``take`` does."""
        for new in news:
            check_scope(self._campaign, new.scope)
            self._check_right(viewer, new)
        return self.record(viewer, news, address)

    def record(self, actor: Viewer | str, news: Sequence[NewAct], address: str) -> list[Act]:
        """Record acts of ``actor``, a viewer or a station, who may do them; raises Refusal: 403, 409, 422 or 503."""
        try:
            if isinstance(actor, Viewer):
                for new in news:
                    self._check_content(actor, new)
            return self._recorded(actor, news, address)
        except ActConflict as conflict:
            raise Refusal(409, conflict.rule, conflict.sentence, conflict.field) from conflict
        except ActRefused as refused:
            raise Refusal(422, refused.rule, refused.sentence, refused.field) from refused
        except ActsUnavailable as failed:
            raise Refusal(503, "acts", str(failed)) from failed

    def _recorded(self, actor: Viewer | str, news: Sequence[NewAct], address: str) -> list[Act]:
        now, recorded_at = self._clock.now(), wall_now()
        if not any(new.kind in STATEFUL | SHEETS for new in news):
            return self._ledger.append_all(news, actor, address, now, recorded_at)
        if len(news) > 1:
            sentence = "acts about tickets, sheets, days and recommendations are sent one by one"
            raise ActRefused("one_at_a_time", sentence, "kind")
        return [self._registrar.append(news[0], actor, address, now, recorded_at, self._check_state)]

    def _check_state(self, register: Register, new: NewAct) -> None:
        if new.kind in TICKETS:
            check_ticket(register.tickets.get(new.target), new)
        if new.kind in DAYS:
            check_day(register, new)
        if new.kind in DECISIONS:
            check_decision(register, new)
        if new.kind in DAYS | SHEETS:
            if self._closing is None:
                raise ActsUnavailable("this server has no store to look at what is open; nothing was recorded")
            self._closing(register, new)

    def feed(self, after: int, limit: int) -> list[Act]:
        """Return the acts after a sequence, ascending; raises Refusal (503)."""
        try:
            return [entry.act for entry in self._ledger.feed(after, limit)]
        except ActsUnavailable as failed:
            raise Refusal(503, "acts", str(failed)) from failed

    def _check_right(self, viewer: Viewer, new: NewAct) -> None:
        if not may_act(viewer.role, new.kind):
            may = ", ".join(sorted(RIGHTS[viewer.role].acts)) or "none"
            raise Refusal(403, "right", f"a {viewer.role.value} may not do {new.kind.value}; he may: {may}", "kind")
        if not covers(self._campaign, viewer.scope, new.scope):
            raise Refusal(403, "scope", f"the act is about {_said(new.scope)}, you act for {_said(viewer.scope)}")

    def _check_content(self, viewer: Viewer, new: NewAct) -> None:
        if new.kind in ABOUT_SOMETHING and not new.target:
            raise ActRefused("target", f"{new.kind.value} needs the id of what it is about in target", "target")
        check_reporting(new)
        self._check_hour(new)
        check_ticket_words(new)
        check_keeping(self._campaign, new, viewer.user_id)
        if new.kind is not ActKind.ORDERED:
            return
        order = ordered(new.facts)
        servers = [server.server_id for server in self._campaign.servers]
        if order.server_id is not None and order.server_id not in servers:
            sentence = f"the campaign has no server {order.server_id!r:.60}; it has {', '.join(servers)}"
            raise ActRefused("server", sentence, "facts.server_id")
        for site_id in order.sites:
            check_scope(self._campaign, Scope.site(site_id))
            if not covers(self._campaign, viewer.scope, Scope.site(site_id)):
                raise Refusal(403, "scope", f"site {site_id} lies outside {_said(viewer.scope)}, for which you act")

    def _check_hour(self, new: NewAct) -> None:
        hour_at = named_hour(new)
        if hour_at is None:
            return
        if hour_at not in self._hours:
            sentence = f"{new.target:.60} names no hour that is reported; the first is {self._hours[0]:%Y-%m-%dT%H:%MZ}"
            raise ActRefused("hour", sentence, "target")
        if hour_at > self._clock.now():
            raise ActRefused("hour", f"the hour up to {hour_at:%H:%M} UTC is not over yet; wait until it is", "target")


def _said(scope: Scope) -> str:
    return "the whole district" if scope.id is None else f"{scope.level.value} {scope.id}"
