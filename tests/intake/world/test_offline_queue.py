"""What a phone registered alone is on its own disk until a server has answered, whatever is killed when."""

import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from pipelines.campaign import Campaign
from pipelines.contract import TubeRegistration
from pipelines.intake.ledger.resume import Standing
from pipelines.intake.places import places
from pipelines.intake.world.offline_folder import open_queues, with_queued
from pipelines.intake.world.offline_queue import OfflineQueue
from tests.intake.registrations import registration

NOBODY = Standing(tubes=[], device_sequences={}, last_sampled_at={}, last_resulted_at={})
WRITES_FOR_EVER = """
import sys, msgspec
from pathlib import Path
from pipelines.contract import TubeRegistration
from pipelines.intake.world.offline_queue import OfflineQueue
tube, queue = msgspec.json.decode(sys.stdin.buffer.read(), type=TubeRegistration), OfflineQueue(Path(sys.argv[1]))
for number in range(1, 1_000_000):
    queue.add(msgspec.structs.replace(tube, device_sequence=number))
    print(number, flush=True)
"""


def tubes(campaign: Campaign, count: int) -> list[TubeRegistration]:
    """Groups of the phone LS-1-01, numbered from 1."""
    return [
        msgspec.structs.replace(registration(campaign, group=group, device="LS-1-01"), is_offline=True)
        for group in range(count)
    ]


def test_what_waits_is_there_again_in_its_order(small: Campaign, tmp_path: Path):
    first, second, third = tubes(small, 3)
    queue = OfflineQueue(tmp_path / "offline" / "LS-1-01.jsonl")
    for tube in (first, second, third):
        queue.add(tube)
    queue.answered()

    again = OfflineQueue(tmp_path / "offline" / "LS-1-01.jsonl")

    assert again.tubes == [second, third]
    assert again.last_number == 3


def test_an_empty_queue_leaves_no_file(small: Campaign, tmp_path: Path):
    queue = OfflineQueue(tmp_path / "LS-1-01.jsonl")
    queue.add(tubes(small, 1)[0])
    queue.answered()

    assert not (tmp_path / "LS-1-01.jsonl").exists()
    assert OfflineQueue(tmp_path / "LS-1-01.jsonl").tubes == []


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_line_that_was_cut_short_is_forgotten_and_the_next_one_is_whole(small: Campaign, tmp_path: Path, cut: int):
    first, second, third = tubes(small, 3)
    path = tmp_path / "LS-1-01.jsonl"
    queue = OfflineQueue(path)
    queue.add(first)
    queue.add(second)
    path.write_bytes(path.read_bytes()[:-cut])

    again = OfflineQueue(path)
    again.add(third)

    assert again.tubes == [first, third]
    assert OfflineQueue(path).tubes == [first, third]


def test_a_killed_process_loses_nothing_that_it_had_promised(small: Campaign, tmp_path: Path):
    path = tmp_path / "LS-1-01.jsonl"
    command = [sys.executable, "-c", WRITES_FOR_EVER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write(msgspec.json.encode(tubes(small, 1)[0]))
        writer.stdin.close()
        promised = [int(writer.stdout.readline()) for _ in range(30)]
        writer.send_signal(signal.SIGKILL)
        promised += [int(line) for line in writer.stdout.read().splitlines()]

    kept = [tube.device_sequence for tube in OfflineQueue(path).tubes]
    assert kept[: len(promised)] == promised == list(range(1, len(promised) + 1))
    assert len(kept) <= len(promised) + 1


def test_a_day_taken_up_again_knows_the_groups_that_only_phones_know(small: Campaign, tmp_path: Path):
    tube = tubes(small, 1)[0]
    open_queues(places(small), tmp_path)[tube.device_id].add(tube)

    found = with_queued(NOBODY, open_queues(places(small), tmp_path))

    assert [(known.barcode, known.lane_no, known.persons) for known in found.tubes] == [
        (tube.barcode, tube.lane_no, len(tube.persons))
    ]
