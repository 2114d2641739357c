"""Every kind of fault can be asked for where it makes sense, and what cannot be is refused with a sentence."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.campaign import Campaign
from pipelines.intake.drill.catalogue import CATALOGUE, TargetKind, example
from pipelines.intake.drill.desk import FaultDesk
from pipelines.intake.drill.plan import read_plan
from pipelines.intake.drill.wishes import wished
from pipelines.intake.drill.words import FaultRefused, FaultWish
from pipelines.intake.faults import Fault, FaultBook, write_faults
from pipelines.vocabulary import FaultKind

MINUTE = timedelta(minutes=1)


def test_every_kind_of_fault_is_in_the_catalogue_and_can_be_asked_for_at_each_of_its_targets(small: Campaign) -> None:
    now = small.round.demo_starts_at
    assert set(CATALOGUE) == set(FaultKind)
    for kind, usual in CATALOGUE.items():
        for target in usual.targets:
            (fault,) = wished(small, [FaultWish(kind=kind, target=example(small, target))], now, [])
            assert (fault.starts_at, fault.ends_at) == (now, now + usual.minutes * MINUTE)
            assert fault.strength == usual.strength


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("unknown_target", {"target": "LS-99"}),
    ("unknown_target", {"target": "' OR 1=1--"}),
    ("wrong_target", {"target": "p1"}),
    ("wrong_target", {"kind": FaultKind.SERVER_DOWN}),
    ("wrong_target", {"kind": FaultKind.PROVINCE_DOWN, "target": "p1"}),
    ("bad_strength", {"strength": 1.5}),
    ("bad_strength", {"strength": 0.0}),
    ("bad_strength", {"strength": float("nan")}),
    ("ends_before_start", {"minutes": 0.0}),
    ("ends_before_start", {"minutes": -5.0}),
    ("too_long", {"minutes": 1_441.0}),
    ("too_long", {"minutes": float("inf")}),
    ("bad_start", {"in_minutes": -1.0}),
    ("bad_start", {"in_minutes": float("nan")}),
    ("over_already", {"at": datetime.fromisoformat("2031-03-02T08:00:00+08:00"), "minutes": 30.0}),
    ("after_the_day", {"at": datetime.fromisoformat("2031-03-09T08:00:00+08:00")}),
    ("bad_start", {"at": datetime.fromisoformat("0001-01-01T00:00:00+14:00")}),
    ("bad_start", {"at": datetime.fromisoformat("9999-12-31T23:59:59+00:00")}),
    ("two_starts", {"at": datetime.fromisoformat("2031-03-02T10:00:00+08:00"), "in_minutes": 3.0}),
]


@pytest.mark.parametrize(("rule", "said"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_fault_that_cannot_be_is_refused_by_name_and_nothing_is_added(
    rule: str, said: dict[str, Any], small: Campaign, tmp_path: Path
) -> None:
    desk = FaultDesk(small, tmp_path / "faults.json")
    good = FaultWish(kind=FaultKind.WIFI_SLOW, target="LS-1")
    with pytest.raises(FaultRefused) as refused:
        desk.add(
            [good, FaultWish(**{"kind": FaultKind.WIFI_SLOW, "target": "LS-1"} | said)], small.round.demo_starts_at
        )
    assert refused.value.rule == rule
    assert len(str(refused.value).split()) > 6
    assert desk.book.all() == ()


def test_an_aim_that_is_wrong_is_answered_with_the_aims_that_are_right(small: Campaign) -> None:
    with pytest.raises(FaultRefused, match=r"aimed at a server \(p1\).*'LS-1' is a site"):
        wished(small, [FaultWish(kind=FaultKind.SERVER_DOWN, target="LS-1")], small.round.demo_starts_at, [])


def test_faults_of_one_kind_are_numbered_and_the_wire_and_the_file_bring_back_the_same(
    small: Campaign, tmp_path: Path
) -> None:
    desk, now = FaultDesk(small, tmp_path / "faults.json"), small.round.demo_starts_at
    slow = FaultWish(kind=FaultKind.WIFI_SLOW, target="LS-1", seed=7)
    added = desk.add([slow, slow], now) + desk.add([slow], now)
    assert [fault.fault_id for fault in added] == ["wifi_slow-1", "wifi_slow-2", "wifi_slow-3"]
    assert list(FaultBook(tmp_path / "faults.json").all()) == added


def test_a_cleared_fault_ends_now_and_stays_on_record_and_one_to_come_is_forgotten(
    small: Campaign, tmp_path: Path
) -> None:
    desk, now = FaultDesk(small, tmp_path / "faults.json"), small.round.demo_starts_at
    acts = FaultWish(kind=FaultKind.WIFI_SLOW, target="LS-1", minutes=30.0)
    to_come = FaultWish(kind=FaultKind.POWER_CUT, target="LS-2", in_minutes=20.0)
    desk.add([acts, to_come], now)
    later = now + 10 * MINUTE
    assert [fault.fault_id for fault in desk.clear(None, later)] == ["wifi_slow-1", "power_cut-1"]
    (left,) = desk.book.all()
    assert (left.fault_id, left.starts_at, left.ends_at) == ("wifi_slow-1", now, later)
    assert left.is_on(later - MINUTE)
    assert not left.is_on(later)
    assert desk.clear(None, later) == []
    with pytest.raises(FaultRefused, match="wifi_slow-1"):
        desk.clear("wifi_slow-9", later)


def test_a_plan_names_moments_of_the_day_or_minutes_from_now(small: Campaign, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(
        '[[fault]]\nkind = "wifi_slow"\ntarget = "LS-1"\nat = "09:40"\nfor = 20\nstrength = 0.6\nseed = 3\n'
        '[[fault]]\nkind = "server_down"\ntarget = "p1"\nin = 5\nfor = 10\n'
    )
    now = small.round.demo_starts_at  # 09:00 at the lake
    slow, down = wished(small, read_plan(small, plan), now, [])
    assert (slow.starts_at - now, slow.ends_at - now, slow.strength, slow.seed) == (40 * MINUTE, 60 * MINUTE, 0.6, 3)
    assert (down.starts_at - now, down.ends_at - now, down.target) == (5 * MINUTE, 15 * MINUTE, "p1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "fault"),
        ("fault = []", "lists no fault"),
        ("[[fault]]\nkind = 'earthquake'", "earthquake"),
        ("[[fault]]\nkind = 'wifi_slow'\nwhen = 3", "when"),
        ("[[fault]]\nkind = 'wifi_slow'\nat = '25:00'", "HH:MM"),
        ("[[fault]\n", "cannot be read"),
        ("\x00", "cannot be read"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused_with_a_sentence(
    text: str, said: str, small: Campaign, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(text)
    with pytest.raises(FaultRefused, match=said):
        read_plan(small, plan)
    with pytest.raises(FaultRefused, match="cannot be read"):
        read_plan(small, tmp_path / "nowhere.toml")


def test_a_spoilt_fault_file_leaves_the_last_good_faults_in_force(small: Campaign, tmp_path: Path) -> None:
    path, now = tmp_path / "faults.json", small.round.demo_starts_at
    book = FaultBook(path)
    assert book.all() == ()
    fault = Fault(fault_id="a", kind=FaultKind.POWER_CUT, starts_at=now, ends_at=now + MINUTE)
    write_faults(path, [fault])
    assert book.active(FaultKind.POWER_CUT, now, ["LS-1"]) == [fault]
    path.write_text("[{")
    assert book.all() == (fault,)
    path.unlink()
    assert book.all() == ()


def test_a_site_that_is_also_called_like_nothing_else_has_one_kind_of_target(small: Campaign) -> None:
    assert {kind: example(small, kind) for kind in TargetKind} == {
        TargetKind.EVERYWHERE: "",
        TargetKind.SERVER: "p1",
        TargetKind.SITE: "LS-1",
        TargetKind.TOWN: "990001001",
        TargetKind.LAB: "lab-1",
        TargetKind.CARRIER: small.sites[0].carrier,
        TargetKind.ROLE: "medic",
    }
