"""A report's document, read back from the asks, and what the city is sent of it."""

import csv
import io
import json
from dataclasses import replace

import polars as pl
import pytest

from pipelines.api import NameInfo, Scope
from pipelines.reports.city import COLUMNS, city_csv, city_json
from pipelines.reports.document import Heading, Note, Report, Why
from pipelines.reports.reading import read_report
from pipelines.vocabulary import ScopeLevel
from tests.reports.freezing import HOUR, freeze
from tests.store.kit import Bench, moment, rows
from tests.store.test_input_asks import CORRECTED, FED, TUBES, WHO, act

EAST = Scope.town("990001001")
HEADING = Heading(NameInfo("湖畔区", "Lakeside"), NameInfo("第二轮", "Round 2"), 480)
ADVICE = """
recommendation_id | kind | subject | scope_level | scope_id | state | made_at | metric | value_before | value_after | evidence
hold:LS-1 | hold_crowd | LS-1 | site | LS-1 | open | 00:50 | wait_minutes | 60 | 30 | {"queue_persons":90}
"""  # noqa: E501 a table
SIGNED = f'{WHO}2 | s2 | report_signed | xu | town | 990001001 | {HOUR}/town/990001001 | {{"version":1}} |  | 01:10'


def read(bench: Bench, scope: Scope = EAST, version: str = "") -> Report | None:
    return read_report(lambda name, params: bench.ask(name, scope=scope, **params), HEADING, HOUR, version)


@pytest.fixture
def told(bench):
    """The town's report: frozen with advice, corrected, its first version signed."""
    advice = rows("recommendation", ADVICE).with_columns(site_ids=pl.lit(["LS-1"]), person_minutes=pl.lit(300.0))
    freeze(bench, "01:01", tube_event=TUBES, site_input=FED, recommendation=advice)
    noted = f"{WHO}1 | n1 | report_advice_noted | wu | town | 990001001 | {HOUR}/town/990001001 | "
    noted += '{"version":1,"recommendation_id":"hold:LS-1"} | done by hand | 01:05'
    bench.tick("01:06", act=noted)
    bench.tick("01:10", act=SIGNED)
    freeze(
        bench, "01:30", act=act(3, "01:30", '{"base_version":1,"third_copies":3}', "LS-1", CORRECTED, reason="found")
    )
    return bench


def test_a_document_says_what_whose_when_and_how_it_changed(told):
    report = read(told)
    assert report is not None
    assert (report.place.level, report.place.name.en, len(report.parts)) == (ScopeLevel.TOWN, "East Bank", 4)
    assert (report.version, report.versions, report.why, report.is_revised) == (2, 2, Why.CORRECTED, True)
    assert (report.hour_at, report.due_at) == (moment("01:00"), moment("01:15"))
    assert report.place.total.persons == sum(part.total.persons for part in report.parts) == 21
    assert [(one.figure, one.before, one.after) for one in report.changes] == [("third_copies", 2, 3)]
    assert [(one.by, one.version, one.is_late) for one in report.signatures] == [("xu", 1, False)]
    assert not report.is_late and not report.is_signed
    assert report.place.inputs.missing == 3


def test_the_actions_are_those_that_stood_at_the_hour_with_evidence_and_notes(told):
    told.tick("01:40", recommendation=ADVICE.replace("open", "done"))
    report = read(told)
    assert report is not None
    (action,) = report.actions
    assert (action.kind, action.evidence, action.before, action.after) == ("hold_crowd", {"queue_persons": 90}, 60, 30)
    assert action.notes == (Note("wu", None, moment("01:05"), "done by hand"),)


def test_an_older_version_and_none_at_all(told):
    first = read(told, version="1")
    assert first is not None and (first.place.total.third_copies, first.changes, first.is_signed) == (2, (), True)
    assert read(told, version="9") is None
    assert read_report(lambda name, params: told.ask(name, **params), HEADING, "2031-03-02T05:00Z") is None


def test_the_city_gets_every_figure_as_json(told):
    report = read(told, Scope())
    assert report is not None
    body = json.loads(city_json(report))
    assert (body["report_id"], body["place"]["total"]["persons"], body["place"]["total"]["third_copies"]) == (
        f"{HOUR}/district",
        21,
        3,
    )
    assert [part["id"] for part in body["parts"]] == ["990001001", "990001002", "990001003"]
    assert body["hour_at"] == HOUR.replace("Z", ":00Z") and body["actions"][0]["evidence"] == {"queue_persons": 90}


def test_the_city_gets_a_row_a_place_as_csv_and_no_text_that_runs(told):
    report = read(told)
    assert report is not None
    evil = replace(report.place, name=NameInfo('=HYPERLINK("x")', "\uff1d1+1"))
    told_rows = list(csv.DictReader(io.StringIO(city_csv(replace(report, place=evil)))))
    assert list(told_rows[0]) == list(COLUMNS) and len(told_rows) == 5
    assert (told_rows[0]["name_zh"][:2], told_rows[0]["name_en"][:2]) == ("'=", "'\uff1d")
    assert [row["persons"] for row in told_rows] == ["21", "14", "7", "0", "0"]
    assert [row["third_copies"] for row in told_rows] == ["3", "3", "", "", ""]


def test_the_missing_tubes_are_those_that_each_version_counts(bench):
    head = "sequence | kind | site_id | barcode | happened_at\n"
    freeze(bench, "01:00", tube_event=TUBES)
    freeze(bench, "01:20", tube_event=head + "7 | lost | LS-1 | LK1000000001 | 00:40")
    freeze(bench, "02:00", tube_event=head + "8 | received | LS-1 | LK1000000001 | 01:30")
    named = {}
    for hour, version in ((HOUR, "1"), (HOUR, "2"), ("2031-03-02T02:00Z", "1")):
        told = bench.ask("report_missing", scope=EAST, hour=hour, version=version)
        named[hour, version] = told.select("barcode", "kind", "since").rows()
        counted = bench.ask("report", scope=EAST, hour=hour, version=version)["tubes_missing"][0]
        assert counted == told.height, (hour, version)
    assert list(named.values()) == [[], [("LK1000000001", "lost", moment("00:40"))], []]
    report = read(bench, version="2")
    assert report is not None and [tube.site.en for tube in report.missing] == ["East Bank School"]
    assert json.loads(city_json(report))["missing_tubes"][0]["since"] == "2031-03-02T00:40:00Z"
