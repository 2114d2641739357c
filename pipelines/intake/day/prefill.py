"""The day so far in virtual time: the same crowd, lanes and couriers as live, written to the ledger at once."""

import gc
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from pipelines.campaign.model import Campaign
from pipelines.config import Settings, secret
from pipelines.contract_desk import ThingStep
from pipelines.intake.barcodes import label_of_group
from pipelines.intake.faults import Fault, FaultBook
from pipelines.intake.ledger.bulk import DayRows, person_row, totals, tube_row, write_once
from pipelines.intake.moments import SECOND, micros
from pipelines.intake.places import Place, device_id, places, sheet_of_codes
from pipelines.intake.world.attendance import attendance
from pipelines.intake.world.crowd import SEED
from pipelines.intake.world.custody import Custody, Filled, Step
from pipelines.intake.world.gate import Crowd, gate_spells, site_crowd
from pipelines.intake.world.groups import Group, members
from pipelines.intake.world.identity import Pseudonyms
from pipelines.intake.world.lanes import SiteLanes
from pipelines.intake.world.site_days import planned
from pipelines.intake.world.tube_steps import KINDS, RANK
from pipelines.vocabulary import TubeEventKind

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
    """A registered tube of the day so far; ``persons`` are the visitors' numbers.

    ``whereabouts`` are the columns that the tube and each of its events share.
    """

    place: Place
    group: Group
    persons: list[int]
    barcode: str
    server_id: str
    device_sequence: int
    whereabouts: tuple[Any, ...]


def prefill(
    campaign: Campaign, settings: Settings, until: datetime, on_progress: Callable[[float], None], seed: int = SEED
) -> DaySoFar:
    """Write the day up to ``until`` into the ledger; does nothing when that has rows already. Raises LedgerError."""
    tokens = Pseudonyms(bytes.fromhex(secret(settings, "person_key")), campaign.round.round_id, seed)
    faults = FaultBook(settings.fault_file).all()

    def rows() -> DayRows:
        return _rows(campaign, tokens, day_so_far(campaign, micros(until), seed, on_progress, faults), on_progress)

    with _uncollected():
        is_new = write_once(settings.ledger_file, campaign, rows, on_progress)
    on_progress(1.0)
    return DaySoFar(is_new, *totals(settings.ledger_file, campaign))


@contextmanager
def _uncollected() -> Generator[None]:
    """Do without the search for cycles: a day's million rows hold none, and looking takes a seventh of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def virtual_day(campaign: Campaign, until: int, seed: int = SEED) -> tuple[list[Tube], list[Step]]:
    """Return the tubes registered, and the later steps taken, that are on record by ``until``."""
    return day_so_far(campaign, until, seed)[:2]


def day_so_far(
    campaign: Campaign,
    until: int,
    seed: int = SEED,
    on_progress: Callable[[float], None] | None = None,
    faults: Sequence[Fault] = (),
) -> tuple[list[Tube], list[Step], list[ThingStep]]:
    """Return the tubes registered, the later steps taken and those of the boxes that are on record by ``until``."""
    tubes: list[Tube] = []
    custody = Custody(campaign, places(campaign), seed)
    custody.change_faults(faults)
    register, spells = attendance(campaign, seed, faults), gate_spells(faults)
    for place in places(campaign):
        crowd = site_crowd(campaign, place, seed, spells)
        lanes = SiteLanes(planned(campaign, crowd, register))
        done = lanes.run(until - RECORDING_DELAY[_REGISTERED])
        recorded = _tubes(campaign, crowd, [group for group, _ in done])
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
    return tubes, steps, custody.things()


def _tubes(campaign: Campaign, crowd: Crowd, groups: list[Group]) -> list[Tube]:
    place = crowd.place
    servers = {
        lane_no: campaign.servers[sheet_of_codes(campaign, place, lane_no)[0]].server_id
        for lane_no in range(1, place.lanes + 1)
    }
    sequences = dict.fromkeys(servers, 0)
    tubes: list[Tube] = []
    for group in groups:
        sequences[group.lane_no] += 1
        barcode = label_of_group(place.barcode_prefix, place.index, group.number)
        persons = members(crowd, group.number)
        server_id, reason = servers[group.lane_no], group.short_reason
        where = (place.site_id, place.lab_id, server_id, group.lane_no, group.persons, reason.value if reason else None)
        tubes.append(Tube(place, group, persons, barcode, server_id, sequences[group.lane_no], where))
    return tubes


def _rows(
    campaign: Campaign,
    tokens: Pseudonyms,
    day: tuple[list[Tube], list[Step], list[ThingStep]],
    on_progress: Callable[[float], None],
) -> DayRows:
    tubes, steps, things = day
    by_barcode, seated = {tube.barcode: tube for tube in tubes}, _seated(tokens, tubes)
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
    events.sort()
    numbered = [(no, by_barcode[event[2]]) for no, event in enumerate(events, 1) if event[1] == _REGISTERED]
    on_progress(0.45)
    return DayRows(
        tubes=(_tube_row(campaign, no, tube, way[tube.barcode]) for no, tube in numbered),
        persons=(row for no, tube in numbered for row in _person_rows(no, seated[tube.barcode])),
        events=(_event_row(no, event, by_barcode[event[2]]) for no, event in enumerate(events, 1)),
        things=things,
    )


def _tube_row(campaign: Campaign, no: int, tube: Tube, way: list[Step]) -> tuple[Any, ...]:
    group, place = tube.group, tube.place
    return tube_row(
        no,
        tube.barcode,
        campaign.round.round_id,
        where=(place.site_id, place.lab_id, place.account_id, tube.server_id, group.lane_no),
        persons=group.persons,
        short_reason=tube.whereabouts[-1],
        device=(device_id(place, group.lane_no), tube.device_sequence),
        times=(group.opened_at, group.closed_at, group.closed_at + RECORDING_DELAY[_REGISTERED]),
        kinds=[TubeEventKind.REGISTERED, *(step.kind for step in way)],
        changed_at=way[-1].at if way else group.closed_at,
        box_id=next((step.box_id for step in way if step.box_id), None),
        rescans=group.rescans,
        manual_entries=group.manual_entries,
        is_verified=group.is_verified,
    )


def _seated(tokens: Pseudonyms, tubes: list[Tube]) -> dict[str, list[bytes]]:
    """Return the tokens in every tube, in the order of the seats; a site's are made at once, which is much faster."""
    seated: dict[str, list[bytes]] = {}
    for site, of_site in groupby(tubes, key=lambda tube: tube.place.index):
        here = list(of_site)
        made = iter(tokens.of(site, [number for tube in here for number in tube.persons]))
        seated |= {tube.barcode: list(islice(made, len(tube.persons))) for tube in here}
    return seated


def _person_rows(no: int, tokens: list[bytes]) -> Iterator[tuple[Any, ...]]:
    return (person_row(no, seat, token) for seat, token in enumerate(tokens, 1))


def _event_row(no: int, event: tuple[int, int, str, int, str | None], tube: Tube) -> tuple[Any, ...]:
    recorded_at, rank, barcode, happened_at, lab_id = event
    site_id, own_lab_id, *rest = tube.whereabouts
    return (no, barcode, KINDS[rank].value, site_id, lab_id or own_lab_id, *rest, happened_at, recorded_at)
