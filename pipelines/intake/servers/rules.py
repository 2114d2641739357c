"""What a server checks of a request before the ledger sees it: the campaign's own facts, each rule a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pipelines.campaign.model import Campaign
from pipelines.codes import has_valid_check
from pipelines.contract import CLOCK_TOLERANCE, Problem, TubeRegistration
from pipelines.contract_desk import OpenTube
from pipelines.intake.barcodes import site_of_label
from pipelines.intake.places import places
from pipelines.vocabulary import PERSONS_PER_TUBE


@dataclass(frozen=True)
class SiteFacts:
    """What the rules know of a site; ``index`` is its place in the campaign, which its roll of labels begins with."""

    index: int
    lanes: int
    account_id: str
    lab_id: str
    barcode_prefix: str


@dataclass(frozen=True)
class RuleBook:
    """The campaign as the rules need it."""

    round_id: str
    opens_at: datetime
    sites: dict[str, SiteFacts]


Request = TubeRegistration | OpenTube
PlaceRule = Callable[[Request, SiteFacts], Problem | None]


def rule_book(campaign: Campaign) -> RuleBook:
    """Return the campaign's rule book."""
    facts = {
        site.site_id: SiteFacts(
            place.index, site.lanes + site.has_standby_desk, place.account_id, place.lab_id, place.barcode_prefix
        )
        for site, place in zip(campaign.sites, places(campaign), strict=True)
    }
    return RuleBook(campaign.round.round_id, campaign.round.opens_at, facts)


def broken_rule(book: RuleBook, request: Request, now: datetime) -> Problem | None:
    """Return the first rule that a whole group, or the opening of a tube, breaks, or None."""
    if request.round_id != book.round_id:
        detail = f"round {request.round_id} is not running here, expected {book.round_id}; log in to the right round"
        return Problem(rule="wrong_round", detail=detail, field="round_id")
    facts = book.sites.get(request.site_id)
    if facts is None:
        detail = f"site {request.site_id} is not in the campaign; use the id on the site's sheet"
        return Problem(rule="unknown_site", detail=detail, field="site_id")
    if problem := next((problem for rule in _PLACE_RULES if (problem := rule(request, facts))), None):
        return problem
    if isinstance(request, OpenTube):
        return _begins(book, request.happened_at, "happened_at") or _is_past(request.happened_at, "happened_at", now)
    return _persons(request) or _begins(book, request.opened_at, "opened_at") or _times(request, now)


def _lane(request: Request, facts: SiteFacts) -> Problem | None:
    if request.lane_no <= facts.lanes:
        return None
    detail = f"site {request.site_id} has lanes 1 to {facts.lanes}, got {request.lane_no}; use the number on the desk"
    return Problem(rule="unknown_lane", detail=detail, field="lane_no")


def _account(request: Request, facts: SiteFacts) -> Problem | None:
    if request.account_id == facts.account_id:
        return None
    detail = (
        f"the town of site {request.site_id} has account {facts.account_id}, got {request.account_id};"
        " log in with the account on the desk's sheet"
    )
    return Problem(rule="wrong_account", detail=detail, field="account_id")


def _lab(request: Request, facts: SiteFacts) -> Problem | None:
    if request.lab_id == facts.lab_id:
        return None
    detail = f"the town of site {request.site_id} works with lab {facts.lab_id}, got {request.lab_id}; choose that lab"
    return Problem(rule="wrong_lab", detail=detail, field="lab_id")


def _label(request: Request, facts: SiteFacts) -> Problem | None:
    barcode, prefix = request.barcode, facts.barcode_prefix
    if not barcode.startswith(prefix):
        detail = f"labels of lab {facts.lab_id} begin with {prefix}, got {barcode}; use that lab's labels"
        return Problem(rule="label_of_another_lab", detail=detail, field="barcode")
    site = site_of_label(barcode, prefix)
    if site is None or not has_valid_check(barcode):
        detail = f"the check character of {barcode} does not fit; scan the label again or read it aloud"
        return Problem(rule="misread_label", detail=detail, field="barcode")
    if site != facts.index:
        detail = f"label {barcode} is of another site's roll than {request.site_id}'s; use a label of this site"
        return Problem(rule="label_of_another_site", detail=detail, field="barcode")
    return None


def _persons(tube: TubeRegistration) -> Problem | None:
    if len(set(tube.persons)) < len(tube.persons):
        detail = "the same person code was scanned twice into this tube; take the second one out"
        return Problem(rule="person_twice_in_tube", detail=detail, field="persons")
    is_full = len(tube.persons) == PERSONS_PER_TUBE
    if is_full and tube.short_reason:
        detail = f"a full tube of {PERSONS_PER_TUBE} has no short_reason, got {tube.short_reason.value}; leave it out"
        return Problem(rule="full_tube_with_reason", detail=detail, field="short_reason")
    if not is_full and not tube.short_reason:
        detail = (
            f"a tube with {len(tube.persons)} of {PERSONS_PER_TUBE} persons needs a short_reason; give one or fill it"
        )
        return Problem(rule="short_tube_without_reason", detail=detail, field="short_reason")
    return None


def _times(tube: TubeRegistration, now: datetime) -> Problem | None:
    if tube.opened_at > tube.closed_at:
        detail = f"opened_at {tube.opened_at} is after closed_at {tube.closed_at}; check the device's clock"
        return Problem(rule="closed_before_opened", detail=detail, field="opened_at")
    return _is_past(tube.closed_at, "closed_at", now)


def _begins(book: RuleBook, at: datetime, field: str) -> Problem | None:
    if at >= book.opens_at - CLOCK_TOLERANCE:
        return None
    detail = f"{field} {at} lies before the round opens, {book.opens_at}; set the device's clock"
    return Problem(rule="opened_before_round", detail=detail, field=field)


def _is_past(at: datetime, field: str, now: datetime) -> Problem | None:
    if at <= now + CLOCK_TOLERANCE:
        return None
    detail = f"{field} {at} lies in the future of {now}; set the device's clock"
    return Problem(rule="closed_in_the_future", detail=detail, field=field)


_PLACE_RULES: tuple[PlaceRule, ...] = (_lane, _account, _lab, _label)
