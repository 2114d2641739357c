"""The job that sends the city each hour's report and what was revised of it, several together after an outage."""

from functools import partial
from typing import Any

import polars as pl

from pipelines.alerts.channels import Carries
from pipelines.alerts.sending import MOST_BYTES, posting
from pipelines.alerts.voice import Voice
from pipelines.api import Edge, NameInfo
from pipelines.campaign.hours import DUE_AFTER
from pipelines.jobs.speaking import Saying, speak
from pipelines.jobs.work import Desk, Harvest
from pipelines.reports.city import city_document
from pipelines.reports.document import Heading, Report
from pipelines.reports.reading import read_report
from pipelines.reports.wording import telling
from pipelines.vocabulary import ScopeLevel

EVERY_S = 5.0


def send_reports(desk: Desk) -> Harvest:
    """Let each channel of reports send the newest version of every hour of which it has not told it yet."""
    voices = [voice for voice in desk.voices if voice.channel.spec.carries is Carries.REPORTS]
    return speak(desk, voices, partial(_reports, desk))


def _reports(desk: Desk, voice: Voice, edge: Edge) -> Saying | None:
    town = voice.channel.spec.town
    level = ScopeLevel.TOWN if town else ScopeLevel.DISTRICT
    common = {"as_of": edge.as_of, "speed": 1.0, "scope_level": level.value, "scope_id": town or None}

    def ask(name: str, params: Any) -> pl.DataFrame:
        return desk.store.ask(name, common | dict(params))

    hours = _hours_due(ask("report_versions", {}), voice)
    found = [report for hour in hours if (report := read_report(ask, _heading(desk), hour)) is not None]
    return _saying(voice, found) if found else None


def _saying(voice: Voice, reports: list[Report]) -> Saying:
    spec = voice.channel.spec
    text = telling(reports, spec.language, MOST_BYTES[spec.kind])
    documents = [city_document(report) for report in reports]
    return Saying(
        text,
        len(reports),
        is_urgent=True,
        posting=lambda wall_at: posting(voice.channel, text, [], wall_at, {"reports": documents}),
    )


def _hours_due(versions: pl.DataFrame, voice: Voice) -> list[str]:
    """Return the hours of which there is news since the channel last told, the oldest first: the first version, the one
    that was settled by the due time, and every one after it.
    """
    is_news = (pl.col("version") == 1) | (pl.col("frozen_at") >= pl.col("hour_at") + DUE_AFTER)
    since = voice.covered_at
    news = versions.filter(is_news if since is None else is_news & (pl.col("stored_at") > since))
    return news["hour_at"].unique().sort().dt.strftime("%Y-%m-%dT%H:%MZ").to_list()


def _heading(desk: Desk) -> Heading:
    the = desk.campaign
    name, round_name = the.district_name, the.round.name
    return Heading(NameInfo(name.zh, name.en), NameInfo(round_name.zh, round_name.en), the.timezone_offset_minutes)
