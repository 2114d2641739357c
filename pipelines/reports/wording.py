"""Reports in a few words, for a channel that people read: one line each, in Chinese or English."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipelines.reports.document import Report


def telling(reports: Sequence[Report], language: str, most_bytes: int) -> str:
    """Return the lines that tell of the reports, the oldest first; the last ones that fit when not all do."""
    lines = [_line(report, language == "zh") for report in reports]
    while len(lines) > 1 and len("\n".join(lines).encode()) > most_bytes:
        del lines[0]
    return "\n".join(lines)


def _line(report: Report, is_zh: bool) -> str:
    total, hour, inputs = report.place.total, report.place.hour, report.place.inputs
    at = _local(report.hour_at, report.heading.timezone_offset_minutes)
    name = report.place.name.zh if is_zh else report.place.name.en
    if is_zh:
        mark = "（更正）" if report.is_revised else ""
        return (
            f"【{name}】{at} 整点报送 第{report.version}版{mark}：累计采样 {total.persons:,} 人份"
            f"（本小时 {hour.persons:,}），试管 {total.tubes:,}，缺失 {total.tubes_missing:,}；"
            f"已填报 {inputs.entered}/{inputs.sites} 个采样点"
        )
    mark = " (revised)" if report.is_revised else ""
    return (
        f"[{name}] report of {at}, version {report.version}{mark}: {total.persons:,} person-samples "
        f"({hour.persons:,} this hour), {total.tubes:,} tubes, {total.tubes_missing:,} missing; "
        f"{inputs.entered}/{inputs.sites} sites entered"
    )


def _local(moment: datetime, offset_minutes: int) -> str:
    return f"{moment.replace(tzinfo=None) + timedelta(minutes=offset_minutes):%H:%M}"
