"""A town's whole day: gates, fourteen reports, a late site, a correction, a lost tube, a missing sheet, the close."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import fastexcel
import polars as pl
import pypdfium2
import pytest
from PIL import Image

from pipelines.acts.reporting import hour_name
from pipelines.api import Scope
from pipelines.campaign.hours import reporting_hours
from pipelines.client import AskRefused
from pipelines.client_exports import report_file
from pipelines.jobs import freeze_reports as freezing
from pipelines.reports.drawing import BLUE
from pipelines.vocabulary import ActKind, ReportForm
from tests import office
from tests.days import town as the
from tests.days.stepped import stepped
from tests.days.told_day import telling
from tests.days.town import SITES, TOWN, Town, at
from tests.store.kit import HandClock

LATE_SITE, LATE_HOUR = "LS-6", at("14:00")
WRONG_SITE, WRONG_HOUR = "LS-8", at("11:00")
LAST = at("22:00")
SCALE = 4
Cells = dict[str, list[list[str]]]


@pytest.fixture
def town(tmp_path: Path, small_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The town an hour before its sites open; the reports' job looks whenever it is run."""
    for name, value in (("STAY_S", 0.0), ("LOOK_EVERY_S", 0.0), ("LOOKING_SHARE", 1e9)):
        monkeypatch.setattr(freezing, name, value)
    campaign, clock = the.long_day(small_folder, tmp_path / "campaign"), HandClock(at("07:00"))
    seed = the.seed_with_a_missing_sheet(campaign, "22:40")
    with ExitStack() as stack:
        told = stack.enter_context(telling(campaign, tmp_path, clock, seed, the.faults()))
        command = stack.enter_context(stepped(campaign, tmp_path, clock, told.sources, the.PEOPLE))
        yield Town(told, command, clock)


def test_a_town_s_day_from_its_gates_to_its_close(town: Town, tmp_path: Path) -> None:
    gates(town)
    hours = reporting_hours(town.telling.campaign)
    assert (len(hours), hours[-1]) == (14, LAST)
    ticket = ""
    for hour in hours:
        an_hour(town, hour)
        ticket = ticket or a_tube_is_missed(town)
    a_day_of_reports(town)
    close(town, ticket)
    papers(town, tmp_path)


def gates(town: Town) -> None:
    """Refuse to open without power; it comes back here, there somebody answers for what is missing; then all open."""
    town.go("07:20")
    power = town.ask("readiness_gates").filter(check="power").select("site_id", "state", "next_step").rows()
    assert power == [("LS-5", "missing", "mend_power"), ("LS-6", "ok", ""), *_power_of("LS-7", "LS-8")]
    assert set(_gates(town, "LS-5", "LS-7")) == {"blocked"}
    town.go("07:45")
    lacking = town.ask("readiness_gates").filter(pl.col("state") != "ok").select("site_id", "check", "state").rows()
    assert ("LS-7", "power", "missing") in lacking and not any(row[:2] == ("LS-5", "power") for row in lacking)
    with pytest.raises(AskRefused, match="gate_overridden needs a reason"):
        town.command.act("town", ActKind.GATE_OVERRIDDEN, Scope.site("LS-7"), "power")
    for site, check, state in lacking:
        assert state in ("missing", "short")
        town.command.act("town", ActKind.GATE_OVERRIDDEN, Scope.site(site), check, "the generator runs, helpers come")
    assert set(_gates(town, *SITES)) <= {"ready", "overridden"} and _gates(town, "LS-7") == ["overridden"]
    told = town.ask("readiness_gates").filter(site_id="LS-7", check="power").row(0, named=True)
    assert (told["overridden_by"], told["reason"]) == ("wu.min", "the generator runs, helpers come")
    town.go("08:30")
    assert "closed" not in town.ask("sites_live")["wait_class"].to_list()
    assert town.ask("towns_live").row(0, named=True)["persons_registered"] > 0


def an_hour(town: Town, hour: datetime) -> None:
    """Freeze the hour; its sites enter, one late, one wrong; the town signs in time, and what changes is a version."""
    town.go(_local(hour, seconds=30))
    town.freezes()
    first = town.own(hour)
    assert (first["version"], first["why"], first["sites_entered"]) == (1, "frozen", 0)
    town.go(_local(hour, minutes=6), is_pulling=False)
    for site in SITES:
        if (site, hour) == (WRONG_SITE, WRONG_HOUR):
            town.enters(site, hour, persons=first["persons"] + 90)
        elif (site, hour) != (LATE_SITE, LATE_HOUR):
            town.enters(site, hour)
    town.freezes()
    town.go(_local(hour, minutes=10), is_pulling=False)
    second = town.own(hour)
    is_late = hour == LATE_HOUR
    assert (second["version"], second["why"], second["sites_entered"]) == (2, "entered", 3 if is_late else 4)
    town.signs(hour)
    assert not town.own(hour)["is_late"]
    if is_late:
        a_late_site(town, hour)
    if hour == WRONG_HOUR:
        a_correction(town, hour)


def a_late_site(town: Town, hour: datetime) -> None:
    """Say who is late as soon as the hour is due, and issue the report anew when he has entered."""
    town.go(_local(hour, minutes=16))
    town.freezes()
    due = town.own(hour)
    assert (due["version"], due["sites_late"], due["sites_missing"]) == (3, 1, 1)
    parts = town.ask("report", hour=hour_name(hour), version="").filter(~pl.col("is_own"))
    assert parts.filter(pl.col("sites_missing") > 0)["scope_id"].to_list() == [LATE_SITE]
    town.go(_local(hour, minutes=25))
    town.enters(LATE_SITE, hour)
    town.freezes()
    late = town.own(hour)
    assert (late["version"], late["sites_late"], late["sites_missing"], late["sites_entered"]) == (4, 1, 0, 4)
    town.signs(hour)


def a_correction(town: Town, hour: datetime) -> None:
    """Take no correction without a reason; with one issue a version that names what differs; the old one stays."""
    town.go(_local(hour, minutes=40))
    with pytest.raises(AskRefused, match="input_corrected needs a reason"):
        town.corrects(WRONG_SITE, hour, "")
    before = town.own(hour)
    town.corrects(WRONG_SITE, hour, "two digits were swapped on the slip")
    town.freezes()
    after = town.own(hour)
    assert (after["version"], after["why"], after["is_revised"]) == (before["version"] + 1, "corrected", True)
    told = town.ask("report_diff", hour=hour_name(hour), version="").filter(figure="persons")
    assert told.filter("is_own").select("before", "after").rows() == [(before["persons"], after["persons"])]
    assert set(told["scope_id"]) == {TOWN.id, WRONG_SITE} and after["persons"] < before["persons"]
    old = town.ask("report", hour=hour_name(hour), version=str(before["version"])).row(0, named=True)
    assert old["persons"] == before["persons"]
    town.signs(hour)


def a_tube_is_missed(town: Town) -> str:
    """Once reconciliation names a lost tube, with its last step and its age: open a ticket; return the ticket's id."""
    lost = town.ask("reconciliation_differences", kind="lost")
    if lost.is_empty():
        return ""
    tube = lost.row(0, named=True)
    steps = town.ask("tube_lookup", barcode=tube["barcode"])
    assert steps["kind"].to_list()[-2:] == ["dispatched", "lost"] and steps["at"][-1] == tube["last_at"]
    now = town.command.client.edge().as_of
    assert tube["age_minutes"] == pytest.approx((now - tube["last_at"]).total_seconds() / 60, abs=0.1)
    assert (tube["site_id"], tube["last_kind"], tube["word"]) == ("LS-6", "lost", "")
    words = f"tube {tube['barcode']} did not come with its box"
    facts = {"category": "tube", "severity": "warning", "level": "site"}
    return town.command.act("LS-6", ActKind.TICKET_OPENED, Scope.site("LS-6"), "", words, **facts).act_id


def a_day_of_reports(town: Town) -> None:
    """Have every hour signed, one site late once, one figure corrected once."""
    town.go("22:20")
    assert town.ask("reports_due").filter(scope_level="town")["is_signed"].to_list() == [True] * 14
    told = town.ask("input_completeness").select("site_id", "hours_late", "hours_corrected", "hours_missing").rows()
    assert told == [(site, site == LATE_SITE, site == WRONG_SITE, 0) for site in SITES]
    kpis = town.ask("report_kpis").filter(scope_level="town").row(0, named=True)
    assert (kpis["reports_due"], kpis["reports_on_time"], kpis["delay_minutes"]) == (14, 14, 10)
    assert kpis["freeze_s"] <= 31 and kpis["inputs_corrected"] == 1


def close(town: Town, ticket: str) -> None:
    """Refuse to close what is open, by name; mend each; close once."""
    (lost,) = town.ask("closeout_open").filter(kind="tubes", state="lost")["item_id"].to_list()[:1]
    (sheet,) = town.ask("custody_sheets").filter(pl.col("state") != "destroyed")["sheet_no"].to_list()
    told = town.ask("tickets_live").filter(ticket_id=ticket).row(0, named=True)
    assert (told["state"], told["level"], told["escalations"]) == ("open", "district", 2), "its clocks took it up"
    with pytest.raises(AskRefused) as refused:
        town.command.act("town", ActKind.DAY_CLOSED, TOWN)
    for named in (f"tubes {lost}", f"sheets {sheet}", f"tickets #{told['number']}"):
        assert named in str(refused.value)
    _mend(town, sheet, ticket)
    open_ = town.ask("closeout_open").filter(pl.col("exception_by").is_null())
    assert open_["item_id"].to_list() == []
    town.command.act("town", ActKind.DAY_CLOSED, TOWN)
    assert set(town.ask("closeout").select("is_zero", "is_closed", "closed_by").rows()) == {(True, True, "wu.min")}
    with pytest.raises(AskRefused, match="closed already, by wu"):
        town.command.act("town", ActKind.DAY_CLOSED, TOWN)


def _mend(town: Town, sheet: str, ticket: str) -> None:
    """Explain the tubes, get the sheet back and destroy it before a witness, solve the ticket, change the password."""
    act, site = town.command.act, town.ask("custody_sheets").filter(sheet_no=sheet)["site_id"][0]
    for barcode in town.ask("closeout_open").filter(kind="tubes", state="lost")["item_id"]:
        act("LS-6", ActKind.TUBE_EXPLAINED, Scope.site("LS-6"), barcode, "crushed in the box; its ten are called again")
    act(site, ActKind.SHEETS_RETURNED, Scope.site(site), sheets=[sheet])
    act(site, ActKind.SHEETS_DESTROYED, Scope.site(site), sheets=[sheet], witness="Zhou of the town")
    act("town", ActKind.TICKET_SOLVED, Scope.site("LS-6"), ticket, "the tube is explained")
    for account in town.ask("closeout_open").filter(kind="passwords")["item_id"]:
        act("town", ActKind.ACCOUNT_ROTATED, TOWN, account)


def papers(town: Town, folder: Path) -> None:
    """Take the last hour's report away and find in every file what the store says, in both languages."""
    rows = town.ask("report", hour=hour_name(LAST), version="").to_dicts()
    day = town.ask("report_day", hour=hour_name(LAST), version="")
    missing = town.ask("report_missing", hour=hour_name(LAST), version="")["barcode"].to_list()
    assert len(missing) == rows[0]["tubes_missing"] > 0
    for language in ("zh", "en"):
        paper = folder / f"report-{language}.pdf"
        paper.write_bytes(_file(town, ReportForm.PDF, language))
        _check_paper(paper, rows, day, language, missing)
        workbook = folder / f"report-{language}.xlsx"
        workbook.write_bytes(_file(town, ReportForm.XLSX, language))
        _check_cells(_read(workbook), rows, day)
        if language == "zh" and not office.reason_to_skip():
            _check_cells(office.sheets(workbook), rows, day)


def _file(town: Town, form: ReportForm, language: str) -> bytes:
    token = town.command.tokens["town"]
    return report_file(town.command.client, hour_name(LAST), form, language=language, session_token=token)[1]


def _read(workbook: Path) -> Cells:
    book = fastexcel.read_excel(workbook)
    frames = {name: book.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in book.sheet_names}
    return {name: [[cell or "" for cell in row] for row in frame.rows()] for name, frame in frames.items()}


def _check_cells(cells: Cells, rows: list[dict[str, object]], day: pl.DataFrame) -> None:
    """Hold a workbook against the store: the town's figures, each site's, each hour's."""
    sheets = {next(iter(rows_of))[0]: rows_of for rows_of in cells.values()}
    figures = ("persons", "tubes", "third_copies", "special_cases", "persons_fed", "tubes_fed", "tubes_missing")
    front = next(rows_of for head, rows_of in sheets.items() if head.endswith(("北岸镇", "North Bank")))
    numbers = [row[1] for row in front[5:15]]
    assert [numbers[at] for at in (0, 1, 2, 3, 4, 5, 9)] == [str(rows[0][name]) for name in figures]
    parts = next(rows_of for head, rows_of in sheets.items() if head in ("编号", "Id"))[1:]
    assert [row[0] for row in parts] == list(SITES)
    assert [row[2:6] for row in parts] == [[str(row[name]) for name in figures[:4]] for row in rows[1:]]
    hours = next(rows_of for head, rows_of in sheets.items() if head in ("时点", "Hour"))[1:]
    told = day.select("hour_persons", "persons", "hour_tubes", "tubes").rows()
    assert [row[1:5] for row in hours] == [[str(number) for number in row] for row in told]


def _check_paper(
    paper: Path, rows: list[dict[str, object]], day: pl.DataFrame, language: str, missing: list[str]
) -> None:
    """Find one page with every figure, each missing tube by its label, and a column for each hour with people."""
    document = pypdfium2.PdfDocument(paper)
    text = document[0].get_textpage().get_text_bounded()
    assert len(document) == 1
    assert all(barcode in text for barcode in missing)
    for row in rows:
        assert str(row[f"name_{language}"]) in text and f"{row['persons']:,}" in text
    image = document[0].render(scale=SCALE).to_pil().convert("RGB")
    assert _columns(image) == day.filter(pl.col("hour_persons") > 0).height


def _columns(image: Image.Image) -> int:
    """Count the columns of the left chart: runs of its colour along the row of the page where most begin."""
    half = image.width // 2
    most = 0
    for y in range(image.height // 5, image.height // 3):
        blue = [image.getpixel((x, y)) == BLUE for x in range(half)]
        most = max(most, sum(now and not before for before, now in zip([False, *blue], blue, strict=False)))
    return most


def _gates(town: Town, *sites: str) -> list[str]:
    states = dict(town.ask("go_live").select("site_id", "state").rows())
    return [states[site] for site in sites]


def _power_of(cut: str, well: str) -> list[tuple[str, str, str]]:
    return [(cut, "missing", "mend_power"), (well, "ok", "")]


def _local(hour: datetime, **later: int) -> str:
    return f"{hour + timedelta(hours=8, **later):%H:%M:%S}"
