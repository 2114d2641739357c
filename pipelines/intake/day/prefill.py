"""The day so far in virtual time: the same crowd, lanes and couriers as live, written to the ledger at once."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from pipelines.campaign.model import Campaign
from pipelines.config import Settings, secret
from pipelines.intake.barcodes import label_of_group
from pipelines.intake.ledger.bulk import person_row, totals, tube_row, write_once
from pipelines.intake.moments import SECOND, micros
from pipelines.intake.places import Place, device_id, places, sheet_of_codes
from pipelines.intake.world.attendance import Register, attendance, lanes_open_changes
from pipelines.intake.world.crowd import (
    REGISTRATION_SPREAD,
    SAMPLING_SPREAD,
    SEED,
    Cause,
    arrivals,
    group_times,
    person_tokens,
)
from pipelines.intake.world.custody import Custody, Filled, Step
from pipelines.intake.world.lanes import Group, SiteDay, SiteLanes
from pipelines.intake.world.tube_steps import KINDS, RANK
from pipelines.vocabulary import PERSONS_PER_TUBE, ShortReason, TubeEventKind

RECORDING_DELAY = tuple(SECOND * (2 + rank) // 5 for rank in range(len(KINDS)))
_REGISTERED = RANK[TubeEventKind.REGISTERED]


@dataclass(frozen=True)
class DaySoFar:
    """What the ledger holds after a prefill; ``is_new`` is False when it already held rows and nothing was done."""

    is_new: bool
    persons: int
    tubes: int
    events: int


@dataclass(frozen=True)
class Tube:
    """A registered tube of the day so far."""

    place: Place
    group: Group
    barcode: str
    server_id: str
    device_sequence: int

    def whereabouts(self) -> tuple[Any, ...]:
        """Return the columns that the tube and each of its events share."""
        reason = ShortReason.SITE_CLOSING.value if self.group.is_short else None
        lane_no, persons = self.group.lane_no, self.group.persons
        return (self.place.site_id, self.place.lab_id, self.server_id, lane_no, persons, reason)


def prefill(
    campaign: Campaign, settings: Settings, until: datetime, on_progress: Callable[[float], None], seed: int = SEED
) -> DaySoFar:
    """Write the day up to ``until`` into the ledger; does nothing when that has rows already. Raises LedgerError."""
    key = bytes.fromhex(secret(settings, "person_key"))
    is_new = write_once(
        settings.ledger_file, campaign, lambda: _rows(campaign, key, micros(until), seed, on_progress), on_progress
    )
    on_progress(1.0)
    return DaySoFar(is_new, *totals(settings.ledger_file, campaign))


def site_days(campaign: Campaign, register: Register, seed: int = SEED) -> list[SiteDay]:
    """Return what chance and the roster decide for every site, in the order of the sites."""
    return [_site_day(campaign, register, place, seed) for place in places(campaign)]


def _site_day(campaign: Campaign, register: Register, place: Place, seed: int) -> SiteDay:
    service = campaign.service
    return SiteDay(
        arrivals=arrivals(campaign, place, seed).tolist(),
        registration=group_times(service.registration_s, REGISTRATION_SPREAD, place, Cause.REGISTRATION, seed).tolist(),
        sampling=group_times(service.sampling_s, SAMPLING_SPREAD, place, Cause.SAMPLING, seed).tolist(),
        staff=lanes_open_changes(campaign, register, place.site_id, place.lanes),
        lanes=place.lanes,
        closes_at=micros(campaign.round.closes_at),
    )


def virtual_day(
    campaign: Campaign, until: int, seed: int = SEED, on_progress: Callable[[float], None] | None = None
) -> tuple[list[Tube], list[Step]]:
    """Return the tubes registered, and the later steps taken, that are on record by ``until``."""
    tubes: list[Tube] = []
    custody = Custody(campaign, places(campaign), seed)
    register = attendance(campaign, seed)
    for place in places(campaign):
        lanes = SiteLanes(_site_day(campaign, register, place, seed))
        done = lanes.run(until - RECORDING_DELAY[_REGISTERED])
        recorded = _tubes(campaign, place, [group for group, _ in done])
        tubes += recorded
        custody.expect_all(
            [
                Filled(
                    tube.barcode, place.index, at - lanes.sampling_span(group.number, group.persons), at, group.persons
                )
                for tube, (group, at) in zip(recorded, done, strict=True)
            ]
        )
        if on_progress:
            on_progress(0.35 * (place.index + 1) / len(campaign.sites))
    steps = [step for step in custody.advance(until) if step.reported_at + RECORDING_DELAY[step.rank] <= until]
    return tubes, steps


def _tubes(campaign: Campaign, place: Place, groups: list[Group]) -> list[Tube]:
    servers = {
        lane_no: campaign.servers[sheet_of_codes(campaign, place, lane_no)[0]].server_id
        for lane_no in range(1, place.lanes + 1)
    }
    sequences = dict.fromkeys(servers, 0)
    tubes: list[Tube] = []
    for group in groups:
        sequences[group.lane_no] += 1
        barcode = label_of_group(place.barcode_prefix, place.index, group.number)
        tubes.append(Tube(place, group, barcode, servers[group.lane_no], sequences[group.lane_no]))
    return tubes


def _rows(
    campaign: Campaign, key: bytes, until: int, seed: int, on_progress: Callable[[float], None]
) -> tuple[Iterator[tuple[Any, ...]], Iterator[tuple[Any, ...]], Iterator[tuple[Any, ...]]]:
    tubes, steps = virtual_day(campaign, until, seed, on_progress)
    by_barcode = {tube.barcode: tube for tube in tubes}
    way: defaultdict[str, list[Step]] = defaultdict(list)
    for step in steps:
        way[step.barcode].append(step)
    events = [
        (t.group.closed_at + RECORDING_DELAY[0], _REGISTERED, t.barcode, t.group.closed_at, t.place.lab_id)
        for t in tubes
    ]
    events += [
        (step.reported_at + RECORDING_DELAY[step.rank], step.rank, step.barcode, step.at, step.lab_id) for step in steps
    ]
    events.sort(key=itemgetter(0, 1, 2))
    numbered = [(no, by_barcode[event[2]]) for no, event in enumerate(events, 1) if event[1] == _REGISTERED]
    on_progress(0.45)
    return (
        (_tube_row(campaign, no, tube, way[tube.barcode]) for no, tube in numbered),
        (row for no, tube in numbered for row in _person_rows(campaign, key, no, tube)),
        (_event_row(no, event, by_barcode[event[2]]) for no, event in enumerate(events, 1)),
    )


def _tube_row(campaign: Campaign, no: int, tube: Tube, way: list[Step]) -> tuple[Any, ...]:
    group, place = tube.group, tube.place
    return tube_row(
        no,
        tube.barcode,
        campaign.round.round_id,
        where=(place.site_id, place.lab_id, place.account_id, tube.server_id, group.lane_no),
        persons=group.persons,
        short_reason=tube.whereabouts()[-1],
        device=(device_id(place, group.lane_no), tube.device_sequence),
        times=(group.opened_at, group.closed_at, group.closed_at + RECORDING_DELAY[_REGISTERED]),
        kinds=[TubeEventKind.REGISTERED, *(step.kind for step in way)],
        changed_at=way[-1].at if way else group.closed_at,
        box_id=next((step.box_id for step in way if step.box_id), None),
    )


def _person_rows(campaign: Campaign, key: bytes, no: int, tube: Tube) -> Iterator[tuple[Any, ...]]:
    round_id, first = campaign.round.round_id, tube.group.number * PERSONS_PER_TUBE
    tokens = person_tokens(key, round_id, tube.place.site_id, first, tube.group.persons)
    return (person_row(no, seat, token) for seat, token in enumerate(tokens, 1))


def _event_row(no: int, event: tuple[int, int, str, int, str | None], tube: Tube) -> tuple[Any, ...]:
    recorded_at, rank, barcode, happened_at, lab_id = event
    site_id, own_lab_id, *rest = tube.whereabouts()
    return (no, barcode, KINDS[rank].value, site_id, lab_id or own_lab_id, *rest, happened_at, recorded_at)
