"""The job that tells people: what became of the alerts since each channel was last told, one message at a time."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from pipelines.alerts.channels import Carries
from pipelines.alerts.sending import MOST_BYTES, posting
from pipelines.alerts.voice import Voice
from pipelines.alerts.wording import RANK, Change, Notice, message
from pipelines.api import Edge
from pipelines.jobs.speaking import Saying, speak
from pipelines.jobs.work import Desk, Harvest
from pipelines.vocabulary import ScopeLevel, Severity

EVERY_S = 2.0


def notify(desk: Desk) -> Harvest:
    """Let each channel of alerts say what it has to say, if it may."""
    voices = [voice for voice in desk.voices if voice.channel.spec.carries is Carries.ALERTS]
    return speak(desk, voices, partial(_news, desk))


def _news(desk: Desk, voice: Voice, edge: Edge) -> Saying | None:
    notices = _notices(desk, voice, edge)
    if not notices:
        return None
    spec, the = voice.channel.spec, desk.campaign
    district = the.district_name.zh if spec.language == "zh" else the.district_name.en
    text = message(notices, spec.language, district, the.timezone_offset_minutes, MOST_BYTES[spec.kind])
    is_urgent = any(notice.change is Change.FIRES for notice in notices)
    return Saying(text, len(notices), is_urgent, lambda wall_at: posting(voice.channel, text, notices, wall_at))


def _notices(desk: Desk, voice: Voice, edge: Edge) -> list[Notice]:
    spec = voice.channel.spec
    since = "" if voice.covered_at is None else voice.covered_at.isoformat()
    scope = (ScopeLevel.TOWN, spec.town) if spec.town else (ScopeLevel.DISTRICT, None)
    asked = {"as_of": edge.as_of, "speed": 1.0, "scope_level": scope[0].value, "scope_id": scope[1], "since": since}
    asked["begun"] = (voice.covered_at or voice.begun_at or edge.as_of).isoformat()
    found = desk.store.ask("notices_due", asked).iter_rows(named=True)
    return [notice for row in found if RANK[(notice := _notice(row)).severity] <= RANK[spec.min_severity]]


def _notice(row: Mapping[str, Any]) -> Notice:
    return Notice(
        alert_id=row["alert_id"],
        rule=row["rule"],
        subject=row["subject"],
        severity=Severity(row["severity"]),
        change=Change(row["change"]),
        site_id=row["site_id"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        value=row["value"],
        fired_at=row["fired_at"],
    )
