"""Which tables each page lets be taken away as files: the asks behind what it draws, with their own parameters."""

from collections.abc import Mapping

from dashboard import access
from pipelines.client import Scope

LAB, SITE = ("lab_id",), ("site_id",)
OFFERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "district": {
        **{"towns_live": (), "sites_live": (), "servers_live": (), "district_trend": (), "queue_outlook": ()},
        **{"recommendations_live": (), "disturbances_live": ()},
    },
    "town": {
        **{"sites_live": (), "staff_by_site": (), "staff_loans": (), "readiness_live": (), "inputs_live": ()},
        **{"open_tubes": (), "interruptions_live": (), "kit_live": (), "labels_live": (), "district_trend": ()},
    },
    "site": {
        **{"sites_live": (), "desks_live": (), "open_tubes": (), "site_staff": SITE, "network_strip": ()},
        **{"kit_live": (), "labels_live": (), "readiness_live": (), "gates_live": (), "quality_live": ()},
        **{"short_tubes": (), "upload_lag": (), "site_timeline": SITE, "site_trend": SITE},
    },
    "tubes": {
        **{"tubes_by_state": LAB, "plan_curve": LAB, "labs_live": (), "missing_tubes": LAB, "short_tubes": ()},
        **{"scans_saved": LAB, "upload_lag": (), "reconciliation_differences": ("kind",)},
    },
    "inputs": {"input_completeness": (), "site_inputs": ("hour",), "input_conflicts": ()},
    "reports": {"reports_due": (), "report_kpis": (), "report_figures": (), "report_versions": ()},
    "reconcile": {
        **{"reconciliation": (), "reconciliation_labs": (), "reconciliation_differences": ("kind",), "odd_tubes": ()},
    },
    "staffing": {
        **{"staff_by_site": (), "staff_loans": (), "people_live": (), "skills_live": (), "shift_changes": ()},
        **{"norms": ()},
    },
    "network": {
        **{"servers_live": (), "crowd_index": (), "network_strip": (), "interruptions_live": ()},
        **{"interruptions_by_cause": (), "desks_by_server": (), "switch_plan": (), "orders_live": ()},
        **{"vehicles_live": (), "vehicle_plan": (), "disturbances_live": ()},
    },
    "tickets": {"tickets_live": (), "ticket_history": (), "call_tree": ()},
    "readiness": {
        **{"go_live": (), "readiness_gates": (), "readiness_burndown": (), "training_roster": ()},
        **{"system_scorecard": (), "benchmark_profiles": ()},
    },
    "closeout": {"closeout_open": (), "custody_live": (), "custody_sheets": (), "accounts_live": ()},
    "alerts": {"alerts_live": (), "alert_history": (), "notifications_log": ()},
    "work": {"sources_live": (), "job_runs": (), "jobs_live": ()},
}
OF_THE_WHOLE = frozenset({"notifications_log", "job_runs", "jobs_live", "system_scorecard", "benchmark_profiles"})
"""Tables that are of no town and no site: offered to whoever looks at the whole district."""


def offered(page: str, scope: Scope, given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the asks of ``page`` within ``scope``, each with those of the ``given`` parameters that it takes."""
    return {
        ask: {name: given[name] for name in params}
        for ask, params in OFFERS[page].items()
        if access.is_whole(scope) or ask not in OF_THE_WHOLE
    }
