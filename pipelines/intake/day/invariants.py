"""What must hold of a virtual day while it lasts and when it is over; each broken rule by name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pipelines.campaign.model import Campaign
from pipelines.intake.ledger import audit
from pipelines.intake.ledger.audit import Break, Connection
from pipelines.intake.ledger.read import Counters, LabTally, Tally

NAMED = 5


class DayBroken(Exception):
    """An invariant of the day does not hold; ``found`` names each, the message too."""

    def __init__(self, found: Sequence[Break], seed: int) -> None:
        """Say which."""
        told = "; ".join(f"{each.rule}: {', '.join(each.named)}" for each in found)
        super().__init__(f"the day of seed {seed} breaks {len(found)} of its rules: {told}")
        self.found = tuple(found)


@dataclass(frozen=True)
class OnSite:
    """What the sites know: persons of the tubes that walked on, tubes still at desks, tubes that only phones know.

    ``given_up`` are labels of groups that walked on although no server ever took them.
    """

    walked_on: Mapping[str, int]
    at_desks: frozenset[str]
    on_phones: frozenset[str]
    given_up: Sequence[str]
    persons_begun: int


def breaks_so_far(connection: Connection, site: OnSite, refusals: Sequence[tuple[str, str]]) -> list[Break]:
    """Return what is broken at any moment of a day."""
    seats = audit.seats_of_closed(connection)
    if seats == site.walked_on and not site.given_up and not refusals:
        return []
    closed = seats.keys()
    wrong_count = (label for label in closed & site.walked_on.keys() if seats[label] != site.walked_on[label])
    return [
        *_broken("who walked on is on record or on a phone", site.walked_on.keys() - closed - site.on_phones),
        *_broken("a registered tube walked on or is at its desk", closed - site.walked_on.keys() - site.at_desks),
        *_broken("a tube has the persons that were scanned into it", wrong_count),
        *_broken("every group is taken by a server in the end", site.given_up),
        *_broken("the ledger takes every report", (f"{what} ({rule})" for rule, what in refusals)),
    ]


def breaks_at_the_end(connection: Connection, campaign: Campaign, site: OnSite) -> list[Break]:
    """Return what is broken when everybody has gone home and the labs have told everything."""
    held = audit.sums(connection)
    walked = sum(site.walked_on.values())
    return [
        *_broken("no tube is left at a desk", site.at_desks),
        *_broken("no tube is left on a phone", site.on_phones),
        *_broken("no tube is left half filled", audit.half_filled(connection)),
        *_unequal("everybody who was led to a desk is registered", site.persons_begun, walked),
        *_unequal("everybody registered is sampled", held.persons, held.sampled_persons),
        *audit.breaks(connection),
        *counter_breaks(connection, campaign),
    ]


def counter_breaks(connection: Connection, campaign: Campaign) -> list[Break]:
    """Return where the counters that the data interface tells differ from the ledger's tubes."""
    sites = {site.site_id: Tally() for site in campaign.sites}
    labs = {lab.lab_id: LabTally() for lab in campaign.labs}
    Counters(connection, campaign.round.round_id, sites, labs, campaign.round.mode).follow()
    told = {site_id: (tally.persons_registered, tally.tubes_registered) for site_id, tally in sites.items()}
    known = audit.registered_by_site(connection)
    wrong = (f"{name}: told {told[name]}, kept {known.get(name, (0, 0))}" for name in told)
    return _broken(
        "the counters are the events",
        (text for name, text in zip(told, wrong, strict=True) if told[name] != known.get(name, (0, 0))),
    )


def _unequal(rule: str, left: int, right: int) -> list[Break]:
    return [] if left == right else [Break(rule, (f"{left:,} against {right:,}",))]


def _broken(rule: str, named: Iterable[str]) -> list[Break]:
    first = tuple(islice(sorted(named), NAMED))
    return [Break(rule, first)] if first else []
