"""A server too full before anybody is refused: a switch is advised, ordered, obeyed, and the load measured (Q72)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.campaign import load_campaign
from pipelines.intake.drill.client import FaultClient
from pipelines.intake.drill.words import FaultWish
from pipelines.vocabulary import AdviceKind, FaultKind
from tests.campaign.folders import Folder
from tests.jobs.test_go_city import TOLD, accepted, advised, commanding
from tests.jobs.test_world_feeds import Command

FOUR = [[f"p{n}", f"省系统{n}号", f"Provincial server {n}", "province", str(n), "8"] for n in range(1, 5)]


@pytest.fixture
def command(small_folder: Path, tmp_path: Path) -> Iterator[Command]:
    """The small district with four provincial servers for eight logins each."""
    folder = Folder(small_folder, tmp_path / "four")
    head, *_, city = folder.rows("servers.csv")
    folder.write_rows("servers.csv", [head, *FOUR, [*city[:4], "5", city[5]]])
    home = tmp_path / "home"
    home.mkdir()
    with commanding(load_campaign(folder.path), home) as started:
        yield started


@pytest.mark.slow
def test_sites_leave_a_server_that_others_fill_before_it_falls(command: Command) -> None:
    command.run(*TOLD)
    full = max(load(command), key=lambda server: load(command)[server])
    others = (8 - load(command)[full]) / 8
    wish = FaultWish(kind=FaultKind.LOGIN_OVERLOAD, target=full, minutes=60, strength=others)
    FaultClient(command.intake.settings).add([wish])
    advice = advised(command, AdviceKind.SWITCH_SERVERS)
    assert (advice["subject"], advice["metric"]) == (full, "persons_if_it_falls")
    assert advice["value_after"] < advice["value_before"]
    orders = json.loads(advice["orders"])
    assert full not in {order["facts"]["server_id"] for order in orders}
    assert accepted(command, advice, f"{full} is full") == len(orders)

    def left() -> bool:
        command.run(*TOLD)
        return load(command)[full] <= 6

    command.intake.until(left)
    command.run("pull_acts", "pull_cycle")
    effect = command.ask("recommendation_effects").row(0, named=True)
    assert effect["measured"] == "server_load_percent"
    assert effect["value_at_acceptance"] > 75 >= effect["value_now"]
    assert set(command.ask("orders_live")["state"]) == {"delivered"}


def load(command: Command) -> dict[str, int]:
    """Return how many are logged in at each provincial server."""
    rows = command.ask("servers_live").filter(system="province").select("server_id", "logins").drop_nulls().rows()
    return dict(rows)
