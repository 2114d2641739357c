"""The city's reports over a real receiver: first, settled and revised versions, together after an outage."""

import json
from dataclasses import replace

import pytest

from pipelines.alerts.channels import Carries, Channel, ChannelKind, ChannelSpec
from pipelines.alerts.voice import voices_of
from pipelines.jobs import notify, send_reports, speaking
from tests.alerts.receiver import receiving
from tests.reports.freezing import freeze
from tests.store.test_input_asks import FED, TUBES

LATE = "sequence | site_id | persons | happened_at\n9 | LS-2 | 3 | 00:10"


@pytest.fixture
def city(setup, monkeypatch):
    """A channel that carries reports, driven by hand; every turn is a minute after the one before."""
    monkeypatch.setattr(speaking, "GATHER_S", 0.0)
    with receiving() as receiver:
        yield City(setup, receiver)


class City:
    def __init__(self, setup, receiver, **spec):
        self.setup, self.receiver = setup, receiver
        named = {"kind": ChannelKind.GENERIC, "language": "en", "carries": Carries.REPORTS} | spec
        self.channel = Channel(ChannelSpec(name="city", url=receiver.url, **named), receiver.url, "s3cret", "")
        self.restart()

    def restart(self):
        self.desk = replace(self.setup.job("send_reports").desk, voices=voices_of([self.channel]))

    def turn(self, job=send_reports.send_reports):
        (voice,) = self.desk.voices
        voice.spoken.clear()
        voice.not_before_s = 0.0
        brought = job(self.desk).frames
        if brought:
            self.setup.bench.store.commit("send_reports", brought)

    def told(self):
        bodies = [json.loads(body) for _, _, body in self.receiver.got]
        return [[(one["report_id"][11:16], one["version"]) for one in body["reports"]] for body in bodies]


def test_the_first_the_settled_and_each_revised_version_are_sent_once(city):
    bench = city.setup.bench
    freeze(bench, "01:00", tube_event=TUBES)
    city.turn(), city.turn()
    freeze(bench, "01:06", site_input=FED)
    city.turn()
    freeze(bench, "01:20")
    city.turn(), city.turn()
    freeze(bench, "01:50", tube_event=LATE)
    city.turn(), city.turn()
    assert city.told() == [[("01:00", 1)], [("01:00", 3)], [("01:00", 4)]]
    body = json.loads(city.receiver.got[-1][2])
    assert body["reports"][0]["is_revised"] and body["reports"][0]["place"]["total"]["persons"] == 24
    assert "version 4 (revised): 24 person-samples" in body["text"]
    assert "X-Tenfold-Signature" in city.receiver.got[-1][1]


def test_after_an_outage_and_a_restart_all_hours_come_in_one_message(city):
    bench = city.setup.bench
    city.receiver.status = 503
    freeze(bench, "01:00", tube_event=TUBES)
    city.turn()
    freeze(bench, "02:00")
    city.turn()
    city.receiver.status = 200
    city.restart()
    city.turn(), city.turn()
    assert city.told()[-1] == [("01:00", 2), ("02:00", 1)] and len(city.told()) == 3
    log = bench.ask("notifications_log", as_of=bench.store.moments.newest.stored_at)
    assert log["outcome"].to_list() == ["ok", "http_error", "http_error"] and log["alerts"].to_list() == [2, 2, 1]


def test_a_town_s_channel_gets_the_town_s_report_and_people_get_a_line(setup, city):
    town = City(setup, city.receiver, kind=ChannelKind.WECOM, town="990001002", language="zh")
    freeze(setup.bench, "01:00", tube_event=TUBES)
    town.turn()
    (text,) = city.receiver.texts()
    assert text == "【北岸镇】09:00 整点报送 第1版：累计采样 0 人份（本小时 0），试管 0，缺失 0；已填报 0/4 个采样点"


def test_a_channel_of_reports_is_told_of_no_alert_and_one_of_alerts_of_no_report(city):
    freeze(city.setup.bench, "01:00", tube_event=TUBES)
    city.turn(notify.notify)
    city.channel = replace(city.channel, spec=ChannelSpec(name="ops", kind=ChannelKind.GENERIC, url=city.receiver.url))
    city.restart()
    city.turn()
    assert city.receiver.got == []
