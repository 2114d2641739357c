"""Whatever steps are sent in whatever batches, a tube's way on record is a way through the tube's machine."""

import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.campaign import Campaign
from pipelines.clock import FileClock, set_clock
from pipelines.contract import CustodyStep
from pipelines.intake.ledger.opening import open_reader
from pipelines.intake.ledger.record import CustodyReceipt, Refused, record_custody, record_registration
from pipelines.intake.ledger.record_custody import STEP_OF
from pipelines.intake.ledger.writer import LedgerWriter
from pipelines.intake.world.tube_steps import WAY
from pipelines.machines import TUBE
from pipelines.vocabulary import TubeEventKind as Kind
from tests.intake.registrations import registration

OF_THE_PHONE = (Kind.OPENED, Kind.SUSPENDED, Kind.RESUMED)
Lives = list[list[Kind]]
batches = st.lists(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from([*Kind, *WAY])), min_size=1, max_size=6), max_size=20
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=batches)
def test_custody_is_its_model(small: Campaign, sent: list[list[tuple[int, Kind]]]):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        set_clock(Path(folder) / "clock.json", small.round.demo_starts_at, 0.0)
        writer = LedgerWriter(path, small, FileClock(Path(folder) / "clock.json"))
        tubes = [registration(small, group=group) for group in range(3)]
        for tube in tubes:
            writer.submit(partial(record_registration, tube=tube, server_id="p1")).result()
        lives: Lives = [[Kind.REGISTERED] for _ in tubes]
        for batch in sent:
            steps = [CustodyStep(barcode=tubes[t].barcode, kind=k, happened_at=small.round.opens_at) for t, k in batch]
            lives, expected = after(lives, batch)
            assert recorded(writer, steps) == expected
        writer.close()
        with closing(open_reader(path)) as ledger:
            for tube, life in zip(tubes, lives, strict=True):
                way = "SELECT kind FROM tube_event WHERE barcode = ? ORDER BY sequence"
                assert [kind for (kind,) in ledger.execute(way, (tube.barcode,))] == life


def after(lives: Lives, batch: list[tuple[int, Kind]]) -> tuple[Lives, int | None]:
    """Return the tubes' lives after a batch and how many steps it recorded; None when it is refused whole."""
    grown = [list(life) for life in lives]
    for tube, kind in batch:
        if kind not in OF_THE_PHONE and TUBE.after(grown[tube][-1].value, STEP_OF[kind]):
            grown[tube].append(kind)
        elif kind not in grown[tube]:
            return lives, None
    return grown, sum(map(len, grown)) - sum(map(len, lives))


def recorded(writer: LedgerWriter, steps: list[CustodyStep]) -> int | None:
    try:
        receipt: CustodyReceipt = writer.submit(partial(record_custody, steps=steps)).result()
    except Refused:
        return None
    return receipt.recorded
