"""Messages in words: what changed of the alerts, grouped by rule, in Chinese or English, never longer than allowed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from pipelines.vocabulary import Severity


class Change(StrEnum):
    """What became of an alert since a channel was last told: it FIRES, is OVER, or PASSED: it came and went."""

    FIRES = "fires"
    OVER = "over"
    PASSED = "passed"


@dataclass(frozen=True)
class Notice:
    """Grain: one alert whose change a channel is to be told. Names are of the place or thing, "" for none."""

    alert_id: str
    rule: str
    subject: str
    severity: Severity
    change: Change
    site_id: str = ""
    name_zh: str = ""
    name_en: str = ""
    value: float | None = None
    fired_at: datetime | None = None


RULE_WORDS: dict[str, tuple[str, str]] = {
    "disturbance": ("系统或网络受扰", "Disturbance"),
    "province_down": ("省系统全部不应答", "Province system down"),
    "server_down": ("服务器不应答", "Server down"),
    "server_overloaded": ("服务器登录过载", "Server overloaded"),
    "server_slow": ("服务器响应慢", "Server slow"),
    "wifi_down": ("Wi-Fi 中断", "Wi-Fi down"),
    "wifi_slow": ("Wi-Fi 缓慢", "Wi-Fi slow"),
    "feed_stale": ("数据源停更", "Feed stale"),
    "site_stale": ("采样点数据停更", "Site stale"),
    "job_failing": ("任务连续失败", "Job failing"),
    "job_skipping": ("任务被跳过", "Job skipped"),
    "machine_trouble": ("本机存储故障", "Disk or store trouble"),
    "conservation_broken": ("人数与试管不符", "Persons and tubes differ"),
    "wait_long": ("等候过久", "Long wait"),
    "crowd_over": ("人群聚集超限", "Crowd over threshold"),
    "staff_short": ("人员不足", "Staff short"),
    "tube_missing": ("试管缺失或错送", "Tube missing or misrouted"),
    "lab_backlog": ("检测机构积压", "Lab backlog"),
    "account_broken": ("账号不是一镇一室", "Account not of one town and one lab"),
    "password_overdue": ("账号逾期未改密", "Password not changed in time"),
    "sheets_overdue": ("账号纸逾期未销毁", "Account sheets open past their time"),
    "ticket_overdue": ("工单逾期", "Ticket over its time"),
    "order_not_obeyed": ("指令未落实", "Order not obeyed"),
    "labels_low": ("条形码将用完", "Labels running out"),
    "tube_half_filled": ("半管停留过久", "Half-filled tube too old"),
    "power_out": ("采样点停电", "Site without power"),
    "report_late": ("整点报送迟交", "Hourly report late"),
    "untrained_on_shift": ("未培训人员在岗", "Untrained on shift"),
}
SEVERITY_WORDS = {
    Severity.CRITICAL: ("严重", "CRITICAL"),
    Severity.WARNING: ("警告", "WARNING"),
    Severity.INFO: ("提示", "INFO"),
}
CHANGE_WORDS = {
    Change.FIRES: ("发生", "fires"),
    Change.OVER: ("已解除", "over"),
    Change.PASSED: ("曾发生，已过去", "came and went"),
}
RANK = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}
ORDER = list(Change)


def message(notices: Sequence[Notice], language: str, district: str, offset_minutes: int, most_bytes: int) -> str:
    """Return the text that tells all ``notices``: with names, else with ids, else with as many as fit and a count."""
    at = 0 if language == "zh" else 1
    head = _head(notices, at, district)
    for name in (_named(at), _shortest):
        text = "\n".join([head, *_lines(notices, at, offset_minutes, name)])
        if len(text.encode()) <= most_bytes:
            return text
    return _cut(text, most_bytes, ("……（更多见告警页）", "… (more on the alerts page)")[at])


def _head(notices: Sequence[Notice], at: int, district: str) -> str:
    firing = sum(notice.change is Change.FIRES for notice in notices)
    others = len(notices) - firing
    return (f"【{district}】告警 {firing} 项，解除 {others} 项", f"[{district}] {firing} alerts, {others} over")[at]


def _lines(notices: Iterable[Notice], at: int, offset_minutes: int, name: Callable[[Notice], str]) -> Iterable[str]:
    def kind(notice: Notice) -> tuple[int, int, str]:
        return ORDER.index(notice.change), RANK[notice.severity], notice.rule

    for _, group in groupby(sorted(notices, key=lambda notice: (kind(notice), notice.alert_id)), kind):
        alike = list(group)
        first = alike[0]
        begun = min((notice.fired_at for notice in alike if notice.fired_at), default=None)
        since = f" {begun.replace(tzinfo=None) + timedelta(minutes=offset_minutes):%H:%M}" if begun else ""
        rule = RULE_WORDS.get(first.rule, (first.rule, first.rule))[at]
        many = f" ×{len(alike)}" if len(alike) > 1 else ""
        what = f"[{SEVERITY_WORDS[first.severity][at]}]{since} {rule}{many} {CHANGE_WORDS[first.change][at]}"
        yield what + ("：", ": ")[at] + ("、", ", ")[at].join(name(notice) for notice in alike)


def _named(at: int) -> Callable[[Notice], str]:
    def name(notice: Notice) -> str:
        place = (notice.name_zh, notice.name_en)[at]
        detail = notice.subject.removeprefix(notice.site_id) if notice.site_id else ""
        amount = f" ({notice.value:,.0f})" if notice.value is not None and notice.change is Change.FIRES else ""
        return f"{place or notice.subject}{detail if place else ''}{amount}"

    return name


def _shortest(notice: Notice) -> str:
    return notice.subject


def _cut(text: str, most_bytes: int, more: str) -> str:
    room = most_bytes - len(more.encode())
    return text.encode()[:room].decode(errors="ignore") + more
