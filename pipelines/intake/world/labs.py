"""A lab: boxes come, labels are scanned, tubes are tested no faster than it can, results are told after a turnaround.

Mode one has a label on every person's tube, so ten times the scans of mode two (Q22-Q26). A lab without interface tells
its results late, in batches typed by hand; a line typed wrong is found by its check character and comes with the next
batch (Q35). A stop slows scanning and testing; what is on the way through the test comes out.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush

from pipelines.campaign.model import Lab
from pipelines.intake.moments import MINUTE, SECOND
from pipelines.intake.world.couriers import Spell
from pipelines.intake.world.luck import Luck
from pipelines.intake.world.tube_steps import RANK, Step
from pipelines.vocabulary import Mode, TubeEventKind

TURNAROUND = 180 * MINUTE
DAY = 24 * 60 * MINUTE
SCAN = 2 * SECOND + SECOND // 2  # one label under one scanner
RESCAN = 6 * SECOND  # a label that was not read: wiped, turned, scanned again
SCANNERS_PER_TUBES = 5_000  # a lab has one scanner for this daily capacity, or a begun one
UNREADABLE = (0.004, 0.024)  # share of reads that fail, by lab (Q34)
HAND_BATCH = 60 * MINUTE
HAND_TYPING = 15 * MINUTE
MISTYPED_SHARE = 0.01
_RECEIVED, _RESULTED = RANK[TubeEventKind.RECEIVED], RANK[TubeEventKind.RESULTED]


class Pace:
    """How fast a lab works: in full, less what its stops take away."""

    def __init__(self, lab_id: str, stops: Sequence[Spell]) -> None:
        """Know the stops that reach the lab."""
        self._lab_id = lab_id
        self._stops = [stop for stop in stops if stop.target in ("", lab_id)]
        self._edges = sorted({edge for stop in self._stops for edge in (stop.starts_at, stop.ends_at)})

    def done_at(self, begun_at: int, work: int) -> int:
        """Return when ``work`` (microseconds at full pace) is done; with no work, when the lab next does any."""
        if not self._stops:
            return begun_at + work
        at, left = begun_at, float(work)
        for edge in self._edges:
            if edge <= at:
                continue
            pace = self._at(at)
            if pace > 0.0 and left <= (edge - at) * pace:
                return at + int(left / pace)
            left -= (edge - at) * pace
            at = edge
        return at + int(left)

    def _at(self, at: int) -> float:
        return 1.0 - max((stop.strength for stop in self._stops if stop.acts(at, self._lab_id)), default=0.0)


class LabDay:
    """One lab's day: a line of tubes to scan, a line to test, results to tell; first come, first served."""

    def __init__(self, lab: Lab, mode: Mode, seed: int) -> None:
        """Begin with nothing in the house."""
        self._lab_id, self._has_interface, self._mode = lab.lab_id, lab.has_interface, mode
        self._interval = DAY // max(lab.capacity_tubes_per_day, 1)
        self._scanners = -(-lab.capacity_tubes_per_day // SCANNERS_PER_TUBES)
        low, high = UNREADABLE
        self._unreadable_share = low + (high - low) * Luck(seed, "readability").of(lab.lab_id)
        self._scan_luck, self._typing_luck = Luck(seed, "scan"), Luck(seed, "typing")
        self._pace = Pace(lab.lab_id, ())
        self._to_scan: deque[tuple[int, str, int, int]] = deque()
        self._to_test: deque[tuple[int, str, int]] = deque()
        self._to_tell: list[tuple[int, int, str, int]] = []
        self._scanned_at = self._test_free_at = self._resulted_at = 0

    def stop(self, stops: Sequence[Spell]) -> None:
        """Work under these stops from now on."""
        self._pace = Pace(self._lab_id, stops)

    def arrive(self, tubes: Iterable[tuple[int, str, int, int]]) -> None:
        """Take tubes into the house: (arrived at, barcode, site, persons), in the order of their arrival."""
        self._to_scan.extend(tubes)

    def resume(self, last_resulted_at: int) -> None:
        """Take up a lab that told a result of ``last_resulted_at`` last; before its tubes are taken up."""
        self._resulted_at = last_resulted_at
        self._test_free_at = self._pace.done_at(last_resulted_at - TURNAROUND, self._interval)

    def resume_tube(self, received_at: int, barcode: str, site: int) -> None:
        """Take up a tube that was scanned at ``received_at``; in the order of scanning.

        One whose turn had come before the last result told is a line typed wrong: it waits for its correction.
        """
        self._scanned_at = max(self._scanned_at, received_at)
        resulted_at = received_at + TURNAROUND
        if resulted_at <= self._resulted_at and self._is_mistyped(barcode):
            heappush(self._to_tell, (self._told_at(resulted_at, barcode), resulted_at, barcode, site))
        else:
            self._to_test.append((received_at, barcode, site))

    def advance(self, to: int) -> list[Step]:
        """Return what the lab tells by ``to``, in the order of telling."""
        steps = self._scan(to)
        self._test(to)
        while self._to_tell and self._to_tell[0][0] <= to:
            told_at, resulted_at, barcode, site = heappop(self._to_tell)
            steps.append(Step(told_at, resulted_at, _RESULTED, barcode, site, self._lab_id))
        return steps

    def _scan(self, to: int) -> list[Step]:
        steps: list[Step] = []
        while self._to_scan:
            arrived_at, barcode, site, persons = self._to_scan[0]
            work = (self._labels(persons) * SCAN + self.scan_errors(barcode, persons) * RESCAN) // self._scanners
            scanned_at = self._pace.done_at(max(arrived_at, self._scanned_at), work)
            if scanned_at > to:
                break
            self._to_scan.popleft()
            self._scanned_at = scanned_at
            steps.append(Step(scanned_at, scanned_at, _RECEIVED, barcode, site, self._lab_id))
            self._to_test.append((scanned_at, barcode, site))
        return steps

    def _test(self, to: int) -> None:
        while self._to_test:
            received_at, barcode, site = self._to_test[0]
            taken_at = self._pace.done_at(max(received_at, self._test_free_at), 0)
            if taken_at > to:
                break
            self._to_test.popleft()
            self._test_free_at = self._pace.done_at(taken_at, self._interval)
            resulted_at = taken_at + TURNAROUND
            heappush(self._to_tell, (self._told_at(resulted_at, barcode), resulted_at, barcode, site))

    def _labels(self, persons: int) -> int:
        return persons if self._mode is Mode.ONE else 1

    def scan_errors(self, barcode: str, persons: int) -> int:
        """Return how many times the labels of a tube are not read before all are (Q25)."""
        if self._mode is Mode.TWO:
            return self._failures(barcode)
        return sum(self._failures(f"{barcode}/{seat}") for seat in range(1, persons + 1))

    def _failures(self, label: str) -> int:
        """Return how many times a label is not read before it is."""
        drawn, share, failures = self._scan_luck.of(label), self._unreadable_share, 0
        while drawn < share ** (failures + 1):
            failures += 1
        return failures

    def _told_at(self, resulted_at: int, barcode: str) -> int:
        if self._has_interface:
            return resulted_at
        batch = -(-resulted_at // HAND_BATCH) + self._is_mistyped(barcode)
        return batch * HAND_BATCH + HAND_TYPING

    def _is_mistyped(self, barcode: str) -> bool:
        return not self._has_interface and self._typing_luck.of(barcode) < MISTYPED_SHARE
