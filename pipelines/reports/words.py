"""The words of a report on paper and in a workbook, Chinese and English side by side."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.api import NameInfo
from pipelines.reports.document import Report

LANGUAGES = ("zh", "en")
_WORDS: dict[str, tuple[str, str]] = {
    "title": ("{district}整点报送", "{district} hourly report"),
    "hour": ("截至 {at}", "up to {at}"),
    "version": ("第 {version} 版，共 {versions} 版", "version {version} of {versions}"),
    "frozen": ("冻结于 {at}", "frozen {at}"),
    "due": ("应于 {at} 前签报", "due by {at}"),
    "signed": ("已签报", "signed"),
    "unsigned": ("未签报", "not signed"),
    "late": ("迟报", "late"),
    "revised": ("已修订", "revised"),
    "why.frozen": ("整点冻结", "frozen at the hour"),
    "why.entered": ("填报补齐", "entries came in time"),
    "why.late_data": ("迟到数据", "late data"),
    "why.corrected": ("人工更正", "corrected by hand"),
    "figure": ("项目", "figure"),
    "total": ("累计", "since opening"),
    "of_hour": ("本小时", "this hour"),
    "persons": ("采样人份", "persons sampled"),
    "tubes": ("试管", "tubes"),
    "third_copies": ("第三联", "third copies"),
    "special_cases": ("特殊情况", "special cases"),
    "persons_fed": ("系统采集人份", "persons by the feeds"),
    "tubes_fed": ("系统采集试管", "tubes by the feeds"),
    "tubes_sampled": ("已采样试管", "tubes sampled"),
    "tubes_received": ("检测机构已收", "received by labs"),
    "tubes_resulted": ("已出结果", "resulted"),
    "tubes_missing": ("缺失试管", "tubes missing"),
    "planned": ("计划人份", "planned persons"),
    "progress": ("进度", "progress"),
    "entered": ("已填报点", "sites entered"),
    "entered_late": ("迟填点", "sites late"),
    "entered_missing": ("缺报点", "sites missing"),
    "conflicts": ("填报不一致", "conflicts"),
    "sites": ("采样点", "sites"),
    "id": ("编号", "id"),
    "name": ("名称", "name"),
    "parts.district": ("各镇街", "towns"),
    "parts.town": ("各采样点", "sites"),
    "by_hour": ("每小时采样人份", "persons sampled each hour"),
    "so_far": ("累计采样人份与计划", "persons sampled so far, and the plan"),
    "actions": ("建议措施", "recommended actions"),
    "no_actions": ("本小时无建议措施", "nothing was recommended at the hour"),
    "disturbances": ("本小时受扰", "disturbances within the hour"),
    "no_disturbances": ("本小时无受扰", "nothing disturbed the hour"),
    "missing": ("缺失试管", "tubes missing, by name"),
    "missed": (
        "{barcode} · {site}：{kind}，{since} 起，已 {age}",
        "{barcode} · {site}: {kind} since {since}, for {age}",
    ),
    "age": ("{hours} 小时 {minutes} 分", "{hours} h {minutes} min"),
    "lost": ("途中遗失", "lost on the way"),
    "misrouted": ("误送检测机构", "taken to a wrong lab"),
    "no_missing": ("无缺失试管", "no tube is missing"),
    "changes": ("与上一版相比", "against the version before"),
    "signatures": ("签报", "sign-offs"),
    "no_signatures": ("尚无人签报", "nobody has signed yet"),
    "disturbed": (
        "{cause} {subject}，自 {since}{ended}，{sites} 点 {desks} 卡位",
        "{cause} {subject}, since {since}{ended}; {sites} sites, {desks} desks",
    ),
    "ended": (" 至 {at}", " until {at}"),
    "changed": ("{figure}：{before} → {after}", "{figure}: {before} → {after}"),
    "signed_by": ("{by}，{at}，第 {version} 版{late}", "{by}, {at}, version {version}{late}"),
    "signed_late": ("（迟报）", " (late)"),
    "note": ("{by}：{text}", "{by}: {text}"),
    "more": ("另有 {n} 行，见表格文件", "{n} more rows in the workbook"),
    "nothing": ("—", "—"),
    "colon": ("：", ": "),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "made": ("十合一采样指挥台 · {report_id} · 时间为当地时间", "Tenfold · {report_id} · times are local"),
    "by_day": ("分时", "by hour"),
    "report": ("报送", "report"),
    "history": ("版本与签报", "history"),
    "advice": ("建议与受扰", "advice"),
    "hour_column": ("时点", "hour"),
    "tubes_hour": ("本小时试管", "tubes this hour"),
    "switch_servers": ("改扫服务器二维码", "switch servers"),
    "go_offline": ("改用离线应用（方案一）", "go offline (plan one)"),
    "go_city": ("改用市系统（方案二）", "go to the city's system (plan two)"),
    "return_online": ("恢复省系统在线", "return online"),
    "send_vehicle": ("派信号保障车", "send a signal vehicle"),
    "lend_staff": ("调借人员", "lend staff"),
    "hold_crowd": ("公安暂缓入场", "hold the crowd at the entrance"),
    "effect": (
        "{metric} {before} → {after}（{minutes} 分内），省 {saved} 人分钟",
        "{metric} {before} → {after} within {minutes} min, saves {saved} person-minutes",
    ),
    "effect_now": (
        "{metric} {before} → {after}，省 {saved} 人分钟",
        "{metric} {before} → {after}, saves {saved} person-minutes",
    ),
    "effect_alone": (
        "{metric} {before} → {after}（{minutes} 分内）",
        "{metric} {before} → {after} within {minutes} min",
    ),
    "persons_not_registered": ("未登记人份", "persons not registered"),
    "persons_if_it_falls": ("若有服务器宕机，未登记人份", "persons not registered should a server fall"),
    "server_load_percent": ("最满服务器负荷 %", "load of the fullest server, %"),
    "wait_minutes": ("等候分钟", "wait, minutes"),
    "queue_persons": ("排队人数", "persons queueing"),
    "desks_to": ("改扫 {server} 卡位", "desks to {server}"),
    "server": ("服务器", "server"),
    "site_network": ("点位 Wi-Fi", "site Wi-Fi"),
    "carrier": ("运营商", "carrier"),
    "app": ("应用", "app"),
    "power": ("供电", "power"),
    "mobile": ("移动", "Mobile"),
    "unicom": ("联通", "Unicom"),
    "telecom": ("电信", "Telecom"),
    "operator": ("人为", "operator"),
}


EVIDENCE: dict[str, tuple[str, str]] = {
    "desks_moved": ("改扫卡位", "desks moved"),
    "desks_offline": ("离线卡位", "desks offline"),
    "desks_city": ("市系统卡位", "desks on the city's system"),
    "desks_left": ("脱机卡位", "desks cut off"),
    "desks": ("卡位", "desks"),
    "load_now": ("现负荷", "load now"),
    "load_then": ("之后负荷", "load then"),
    "peak_load_without": ("不处置峰值负荷", "peak load without"),
    "peak_load_with": ("处置后峰值负荷", "peak load with"),
    "falls_without": ("不处置再宕", "falls without"),
    "falls_with": ("处置后再宕", "falls with"),
    "recovery_minutes_without": ("不处置恢复分钟", "recovery without, minutes"),
    "recovery_minutes_with": ("处置后恢复分钟", "recovery with, minutes"),
    "vehicle_id": ("车辆", "vehicle"),
    "crowd_index": ("拥堵指数", "crowd index"),
    "carrier": ("运营商", "carrier"),
    "from_site": ("来自", "from"),
    "distance_km": ("距离公里", "distance, km"),
    "ready_in_minutes": ("就位分钟", "ready in, minutes"),
    "lend_from": ("借出点", "lent by"),
    "lend_to": ("借入点", "lent to"),
    "persons": ("人数", "persons"),
    "role": ("角色", "role"),
    "from_wait_before": ("借出点等候前", "lender's wait before"),
    "from_wait_after": ("借出点等候后", "lender's wait after"),
    "sites": ("采样点", "sites"),
    "queue_now": ("现排队", "queueing now"),
    "crowd_limit": ("人群上限", "crowd limit"),
    "worst_site_id": ("最拥挤点", "worst site"),
    "worst_queue": ("该点排队", "its queue"),
    "servers_ok": ("服务器正常", "servers answer"),
    "networks_ok": ("网络正常", "networks work"),
    "cause": ("原因", "cause"),
    "can_go_offline_share": ("可离线卡位占比", "share that can go offline"),
    "persons_registrar": ("登记人员", "registrars"),
    "persons_medic": ("医务人员", "medics"),
}


DESKS_TO = "desks_to_"


@dataclass(frozen=True)
class Tongue:
    """One language for one report: its words, its names, its local times, its numbers."""

    language: str
    offset_minutes: int

    def __call__(self, key: str, **values: object) -> str:
        """Return the word of ``key``; a key without one, a cause to come for example, stands for itself."""
        told = _WORDS.get(key, (key, key))[LANGUAGES.index(self.language)]
        return told.format(**values) if values else told

    def head(self, key: str) -> str:
        """Return the word of ``key`` as a heading."""
        told = self(key)
        return told[:1].upper() + told[1:]

    def key(self, key: str) -> str:
        """Return what a key of the evidence is called."""
        if key.startswith(DESKS_TO):
            return self("desks_to", server=key.removeprefix(DESKS_TO))
        return EVIDENCE.get(key, (key.replace("_", " "),) * 2)[LANGUAGES.index(self.language)]

    def value(self, value: str | float) -> str:
        """Return a value of the evidence."""
        if isinstance(value, bool):
            return self("yes" if value else "no")
        return value if isinstance(value, str) else f"{value:,g}"

    def name(self, name: NameInfo) -> str:
        """Return a name."""
        return name.zh if self.language == "zh" else name.en

    def time(self, moment: datetime) -> str:
        """Return a local time of day."""
        return f"{self.local(moment):%H:%M}"

    def day(self, moment: datetime) -> str:
        """Return a local date and time."""
        return f"{self.local(moment):%Y-%m-%d %H:%M}"

    def local(self, moment: datetime) -> datetime:
        """Return a moment in local time, without a zone."""
        return moment.replace(tzinfo=None) + timedelta(minutes=self.offset_minutes)

    def number(self, value: float | None) -> str:
        """Return a number, a dash where there is none."""
        if value is None:
            return self("nothing")
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def tongue_of(report: Report, language: str) -> Tongue:
    """Return the words for a report; raises ValueError for a language that there is not."""
    if language not in LANGUAGES:
        raise ValueError(f"a report is written in {' or '.join(LANGUAGES)}, not in {language!r}")
    return Tongue(language, report.heading.timezone_offset_minutes)
