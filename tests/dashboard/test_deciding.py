"""A bad hour on the district page: one banner with its cause, decisions with their acts, and the wall."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import acting
from dashboard.advising import advised, deciding
from dashboard.advising.deciding import Wish
from dashboard.panels import wall
from dashboard.words import words
from pipelines.advice.rows import DISTURBANCE, RECOMMENDATION
from pipelines.campaign import Campaign
from pipelines.client import AskRefused
from pipelines.server.campaign_info import campaign_info
from pipelines.vocabulary import ActKind, AdviceKind
from tests.dashboard.kit import District

EN = words("en")
AT = datetime(2031, 3, 2, 1, 0, tzinfo=UTC)
TOLD: dict[str, Any] = {
    **{"recommendation_id": "switch_servers:p2:1", "rank": 1, "kind": "switch_servers", "subject": "p2"},
    **{"scope_level": "district", "scope_id": "", "sites": 2, "site_ids": ["LS-1", "LS-2"], "state": "open"},
    **{"made_at": AT, "metric": "persons_not_registered", "value_before": 900.0, "value_after": 120.0},
    **{"effect_minutes": 60.0, "person_minutes": 23_400.0, "disturbance_id": "server:p2:1"},
    "evidence": '{"desks_moved": 4, "load_now": 0.98, "load_then": 0.71, "falls_without": 1, "falls_with": 0,'
    ' "desks_to_p1": 3}',
    "orders": msgspec.json.encode(
        [
            {"level": "town", "id": "990001001", "facts": {"server_id": "p1", "from_server_id": "p2"}},
            {"level": "site", "id": "LS-5", "facts": {"contingency": "city"}},
        ]
    ).decode(),
}


def test_advice_names_the_servers_the_evidence_and_the_effect(small: Campaign) -> None:
    told = advised.said(TOLD, campaign_info(small), EN)
    assert told.title == "Scan other servers: 4 desks, none beyond 75%"
    assert "Provincial server 1: 3" in told.moves
    assert told.proofs == ("4 desks move", "highest load now 98%", "then 71%", "1 more fall without", "0 fall with")
    assert told.effect.startswith("Expected within 60 min: 900 → 120 persons not registered, 23,400")


@pytest.mark.parametrize("kind", list(AdviceKind))
def test_every_kind_of_advice_has_its_words_and_hostile_names_stay_text(small: Campaign, kind: AdviceKind) -> None:
    proof = '{"vehicle_id": "[x](http://evil)", "lend_from": "LS-1", "lend_to": "LS-2", "persons_volunteer": 3}'
    row = TOLD | {"kind": kind.value, "subject": "LS-1", "evidence": proof}
    title = advised.said(row, campaign_info(small), EN).title
    assert "{" not in title
    assert "](http" not in title
    assert title != f"advice.{kind}"


def test_what_was_measured_is_told_as_far_as_it_is_known() -> None:
    row = {"measured": "queue_persons", "accepted_at": AT, "value_at_acceptance": 530.0, "value_after_10": 410.0}
    told = advised.measured(row | {"value_after_30": None, "value_now": 388.0}, EN, 480)
    assert told == "Measured (accepted 09:00), persons queueing: when accepted 530 → after 10 min 410 → now 388"


def test_an_accepted_recommendation_is_an_act_and_then_its_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr(acting, "perform", lambda *act: sent.append(act))
    deciding.perform(Wish(TOLD, "", is_accepted=True, act_ids=["a", "b", "c"]), "crowds grow")
    kinds = [ActKind.RECOMMENDATION_ACCEPTED, ActKind.ORDERED, ActKind.ORDERED]
    assert [act[1] for act in sent] == kinds
    assert [(act[2].level, act[2].id) for act in sent] == [("district", None), ("town", "990001001"), ("site", "LS-5")]
    assert sent[0][5] == sent[1][3]["recommendation_id"] == TOLD["recommendation_id"]
    assert sent[2][3]["contingency"] == "city"
    assert {act[4] for act in sent} == {"crowds grow"}
    sent.clear()
    deciding.perform(Wish(TOLD, "", is_accepted=False, act_ids=["d"]), "no need")
    assert [(act[0], act[1]) for act in sent] == [("d", ActKind.RECOMMENDATION_REJECTED)]


def bad_hour(district: District) -> None:
    """Let server p2 fall, with its cause found and one thing to do."""
    district.minute("01:00", persons=120)
    cause = {
        **{"disturbance_id": "server:p2:1", "cause": "server", "subject_kind": "server", "subject": "p2"},
        **{"severity": "critical", "since": AT, "seen_at": AT, "ended_at": None, "scores": '{"server": 1.0}'},
        **{"site_ids": ["LS-1", "LS-2"], "site_desks": [2, 2], "explains": ["server:p2"]},
        "evidence": '{"probe_failed": "connect"}',
    }
    advice = {key: value for key, value in TOLD.items() if key in RECOMMENDATION.names()}
    district.tick(
        "01:01",
        disturbance=pl.DataFrame([cause], schema=DISTURBANCE),
        recommendation=pl.DataFrame([advice | {"seen_at": AT, "ended_at": None}], schema=RECOMMENDATION),
    )


def texts(app: AppTest) -> str:
    """Return everything a viewer can read in plain elements."""
    elements = [*app.markdown, *app.caption, *app.error, *app.info, *app.warning]
    return "\n".join(str(element.value) for element in elements)


@pytest.mark.usefixtures("command")
def test_one_banner_names_cause_and_desks_and_a_decision_asks_why(
    district: District, app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad_hour(district)
    app.run().run()
    assert not app.exception
    (banner,) = app.container(key="cause").error
    assert "省系统2号" in banner.value
    assert "4 个卡位" in banner.value
    assert "改扫服务器：4 个卡位" in texts(app)
    app.button(key="reject-1").click().run()
    app.button(key="decide-confirm").click().run()
    assert "拒绝须说明理由" in texts(app)
    refused = AskRefused("no session is open [x](http://evil)")
    monkeypatch.setattr(acting, "perform", lambda *_: (_ for _ in ()).throw(refused))
    app.text_area(key="decide-reason").set_value("没有必要")
    app.button(key="decide-confirm").click().run()
    assert not app.exception
    assert "没有完成" in texts(app)
    assert "](http" not in texts(app)


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize("screen", wall.SCREENS)
def test_a_wall_shows_one_screen_without_anything_to_press(district: District, app: AppTest, screen: str) -> None:
    bad_hour(district)
    app.query_params["wall"] = "hold"
    app.query_params["screen"] = screen
    app.run().run()
    assert not app.exception
    assert app.container(key="cause").error
    assert app.container(key=f"wall-{screen}")
    assert [button.key for button in app.button] == []
    assert not app.segmented_control


def test_a_wall_that_cycles_shows_every_screen_for_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"wall": "cycle", "screen": "tubes"}
    monkeypatch.setattr(wall.st, "query_params", asked)
    assert [wall.screen(seconds) for seconds in (0, 19.9, 20, 40, 59, 60)] == [
        *("map", "map", "servers", "tubes", "tubes", "map")
    ]
    asked["wall"] = "hold"
    assert wall.screen(20) == "tubes"
    asked["screen"] = "../../etc"
    assert wall.screen(20) == "map"
