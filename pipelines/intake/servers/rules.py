"""What a server checks of a registration before the ledger sees it: the campaign's own facts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pipelines.campaign.model import Campaign
from pipelines.contract import CLOCK_TOLERANCE, Problem, TubeRegistration
from pipelines.intake.barcodes import has_valid_check
from pipelines.vocabulary import PERSONS_PER_TUBE


@dataclass(frozen=True)
class SiteFacts:
    """What the rules know of a site."""

    lanes: int
    lab_id: str
    barcode_prefix: str


@dataclass(frozen=True)
class RuleBook:
    """The campaign as the rules need it."""

    round_id: str
    opens_at: datetime
    sites: dict[str, SiteFacts]


Rule = Callable[[TubeRegistration, SiteFacts, datetime], Problem | None]


def rule_book(campaign: Campaign) -> RuleBook:
    """Return the campaign's rule book."""
    prefix = {lab.lab_id: lab.barcode_prefix for lab in campaign.labs}
    lab = {account.town_code: account.lab_id for account in campaign.accounts}
    facts = {
        site.site_id: SiteFacts(site.lanes + site.has_standby_desk, lab[site.town_code], prefix[lab[site.town_code]])
        for site in campaign.sites
    }
    return RuleBook(campaign.round.round_id, campaign.round.opens_at, facts)


def broken_rule(book: RuleBook, tube: TubeRegistration, now: datetime) -> Problem | None:
    """Return the first rule that a registration breaks, or None."""
    if tube.round_id != book.round_id:
        detail = f"round {tube.round_id} is not running here, expected {book.round_id}; log in to the right round"
        return Problem(rule="wrong_round", detail=detail, field="round_id")
    facts = book.sites.get(tube.site_id)
    if facts is None:
        detail = f"site {tube.site_id} is not in the campaign; use the id on the site's sheet"
        return Problem(rule="unknown_site", detail=detail, field="site_id")
    if tube.opened_at < book.opens_at - CLOCK_TOLERANCE:
        detail = f"opened_at {tube.opened_at} lies before the round opens, {book.opens_at}; set the device's clock"
        return Problem(rule="opened_before_round", detail=detail, field="opened_at")
    return next((problem for rule in _RULES if (problem := rule(tube, facts, now))), None)


def _lane(tube: TubeRegistration, facts: SiteFacts, now: datetime) -> Problem | None:
    if tube.lane_no <= facts.lanes:
        return None
    detail = f"site {tube.site_id} has lanes 1 to {facts.lanes}, got {tube.lane_no}; use the number on the desk"
    return Problem(rule="unknown_lane", detail=detail, field="lane_no")


def _lab(tube: TubeRegistration, facts: SiteFacts, now: datetime) -> Problem | None:
    if tube.lab_id == facts.lab_id:
        return None
    detail = f"the town of site {tube.site_id} works with lab {facts.lab_id}, got {tube.lab_id}; choose that lab"
    return Problem(rule="wrong_lab", detail=detail, field="lab_id")


def _label(tube: TubeRegistration, facts: SiteFacts, now: datetime) -> Problem | None:
    if not tube.barcode.startswith(facts.barcode_prefix):
        detail = (
            f"labels of lab {facts.lab_id} begin with {facts.barcode_prefix}, got {tube.barcode}; use that lab's labels"
        )
        return Problem(rule="label_of_another_lab", detail=detail, field="barcode")
    if not has_valid_check(tube.barcode):
        detail = f"the check character of {tube.barcode} does not fit; scan the label again or read it aloud"
        return Problem(rule="misread_label", detail=detail, field="barcode")
    return None


def _persons(tube: TubeRegistration, facts: SiteFacts, now: datetime) -> Problem | None:
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


def _times(tube: TubeRegistration, facts: SiteFacts, now: datetime) -> Problem | None:
    if tube.opened_at > tube.closed_at:
        detail = f"opened_at {tube.opened_at} is after closed_at {tube.closed_at}; check the device's clock"
        return Problem(rule="closed_before_opened", detail=detail, field="opened_at")
    if tube.closed_at > now + CLOCK_TOLERANCE:
        detail = f"closed_at {tube.closed_at} lies in the future of {now}; set the device's clock"
        return Problem(rule="closed_in_the_future", detail=detail, field="closed_at")
    return None


_RULES: tuple[Rule, ...] = (_lane, _lab, _label, _persons, _times)
