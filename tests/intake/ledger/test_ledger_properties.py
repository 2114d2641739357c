"""Whatever is sent, in whatever order and however often, the ledger agrees with a model of ten lines."""

import tempfile
from collections import Counter
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.campaign import Campaign
from pipelines.clock import FileClock, set_clock
from pipelines.contract import TubeReceipt, TubeRegistration
from pipelines.intake.ledger.opening import open_reader
from pipelines.intake.ledger.record import Refused, record_registration
from pipelines.intake.ledger.writer import LedgerWriter
from tests.intake.registrations import registration, token

change = msgspec.structs.replace


@dataclass
class Model:
    """What a ledger should have accepted."""

    requests: dict[tuple[str, int], TubeRegistration] = field(default_factory=dict)
    barcodes: set[str] = field(default_factory=set)
    persons: set[str] = field(default_factory=set)

    def answer(self, tube: TubeRegistration) -> str:
        key = tube.device_id, tube.device_sequence
        if key in self.requests:
            return "replayed" if self.requests[key] == tube else "device_sequence_reused"
        if tube.barcode in self.barcodes:
            return "barcode_used"
        if self.persons & set(tube.persons):
            return "person_registered"
        self.requests[key] = tube
        self.barcodes.add(tube.barcode)
        self.persons |= set(tube.persons)
        return "recorded"


@dataclass(frozen=True)
class Sending:
    """One request: which device and number, which label, which persons, sent to two servers at once or to one."""

    device: int
    sequence: int
    label: int
    persons: tuple[int, ...]
    is_doubled: bool


few = st.integers(0, 3)
people = st.lists(st.integers(0, 60), min_size=1, max_size=10, unique=True).map(tuple)
sendings = st.lists(st.builds(Sending, few, few, st.integers(0, 12), people, st.booleans()), max_size=25)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=sendings)
def test_the_ledger_is_its_model(small: Campaign, sent: list[Sending]):
    with tempfile.TemporaryDirectory() as folder:
        path, model = Path(folder) / "ledger.sqlite", Model()
        set_clock(Path(folder) / "clock.json", small.round.demo_starts_at, 0.0)
        servers = [LedgerWriter(path, small, FileClock(Path(folder) / "clock.json")) for _ in range(2)]
        for sending in sent:
            tube = as_registration(small, sending)
            targets = servers if sending.is_doubled else servers[:1]
            futures = [s.submit(partial(record_registration, tube=tube, server_id="p1")) for s in targets]
            expected = Counter(model.answer(tube) for _ in targets)
            assert Counter(map(outcome, futures)) == expected
        for server in servers:
            server.close()
        assert_invariants(path, model)


def as_registration(small: Campaign, sending: Sending) -> TubeRegistration:
    tube = registration(small, group=sending.label, persons=len(sending.persons), device=f"phone-{sending.device}")
    persons = [token(number) for number in sending.persons]
    return change(tube, device_sequence=sending.sequence + 1, persons=persons)


def outcome(future: Future[TubeReceipt]) -> str:
    try:
        return "replayed" if future.result().is_replay else "recorded"
    except Refused as refused:
        return refused.problem.rule


def assert_invariants(path: Path, model: Model) -> None:
    with closing(open_reader(path)) as ledger:
        persons = [row[0] for row in ledger.execute("SELECT lower(hex(token)) FROM tube_person")]
        registered = ledger.execute("SELECT count(*), coalesce(sum(persons), 0) FROM tube_event").fetchone()
        largest = ledger.execute("SELECT max(n) FROM (SELECT count(*) AS n FROM tube_person GROUP BY tube_no)")
        sequences = [row[0] for row in ledger.execute("SELECT sequence FROM tube_event ORDER BY sequence")]

        assert sorted(persons) == sorted(model.persons)
        assert registered == (len(model.requests), len(model.persons))
        assert (largest.fetchone()[0] or 0) <= 10
        assert sequences == list(range(1, len(model.requests) + 1))
        assert ledger.execute("PRAGMA quick_check").fetchall() == [("ok",)]
