"""What the pages of inputs, reports and reconciliation ask of one moment; functions that all sessions share."""

from dashboard import frames
from dashboard.frames import Answers
from dashboard.live import Snapshot
from dashboard.reporting import hours
from pipelines.client import Scope


def inputs(snapshot: Snapshot, scope: Scope, hour: str, site_id: str) -> Answers:
    """Return the sites' figures of the hour, how complete they are, contradictions; of one site all its entries."""
    wanted: dict[str, dict[str, str]] = {"input_completeness": {}, "input_conflicts": {}}
    if chosen := hours.wanted(snapshot, hour):
        wanted["site_inputs"] = {"hour": chosen}
    if site_id:
        wanted["input_versions"] = {"site_id": site_id}
    return frames.gather_of(scope, snapshot.as_of, wanted)


def reports(snapshot: Snapshot, scope: Scope, hour: str, place: Scope, version: str) -> Answers:
    """Return the reports due in the scope and how timely they are; of ``place`` the report of the hour, whole.

    ``version`` "" for the newest: the one whose figures and changes are told.
    """
    chosen = hours.wanted(snapshot, hour)
    due = frames.gather_of(scope, snapshot.as_of, {"reports_due": {}, "report_kpis": {}})
    if not chosen:
        return due
    one, of = {"hour": chosen, "version": version}, {"hour": chosen}
    whole = dict.fromkeys(("report", "report_day", "report_diff"), one)
    whole |= dict.fromkeys(("report_disturbances", "report_actions", "report_notes", "report_signatures"), of)
    told = frames.gather_of(place, snapshot.as_of, {**whole, "report_versions": {}})
    return Answers({**due.frames, **told.frames}, {**due.failures, **told.failures})


def tubes(snapshot: Snapshot, scope: Scope, kind: str) -> Answers:
    """Return whether labels, third copies and tubes come out even in the scope; differences of one ``kind``, "" all."""
    wanted: dict[str, dict[str, str]] = {"reconciliation": {}, "reconciliation_labs": {}, "odd_tubes": {}}
    return frames.gather_of(scope, snapshot.as_of, {**wanted, "reconciliation_differences": {"kind": kind}})
