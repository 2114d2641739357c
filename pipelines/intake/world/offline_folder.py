"""All phones' offline queues in one folder, and what they mean for a day that is taken up again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipelines.contract import TubeRegistration
from pipelines.intake.ledger.resume import KnownTube, Standing
from pipelines.intake.moments import micros
from pipelines.intake.places import Place, device_id
from pipelines.intake.world.offline_queue import OfflineQueue
from pipelines.vocabulary import TubeEventKind


def open_queues(places: Sequence[Place], folder: Path | None) -> dict[str, OfflineQueue]:
    """Return every phone's queue by device id, with what a world before left in it; without a folder in memory."""
    names = [device_id(place, lane_no) for place in places for lane_no in range(1, place.lanes + 1)]
    return {name: OfflineQueue(folder / f"{name}.jsonl" if folder else None) for name in names}


def with_queued(found: Standing, queues: Mapping[str, OfflineQueue]) -> Standing:
    """Return the day's standing with the groups that only phones know: they are registered, and have walked on."""
    recorded = {tube.barcode for tube in found.tubes}
    waiting = [tube for queue in queues.values() for tube in queue.tubes if tube.barcode not in recorded]
    if not waiting:
        return found
    tubes = sorted([*found.tubes, *map(_known, waiting)], key=lambda tube: tube.closed_at)
    return replace(found, tubes=tubes)


def _known(tube: TubeRegistration) -> KnownTube:
    persons, closed_at = len(tube.persons), micros(tube.closed_at)
    return KnownTube(
        barcode=tube.barcode,
        site_id=tube.site_id,
        lane_no=tube.lane_no,
        persons=persons,
        seats=persons,
        closed_at=closed_at,
        state=TubeEventKind.REGISTERED,
        since=closed_at,
    )
