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
