"""The grains of the asks about tickets, readiness, custody and close-out: what tells an answer's rows apart."""

GRAINS: dict[str, tuple[str, ...]] = {
    "accounts_live": ("account_id",),
    "benchmark_profiles": ("profile_id", "metric"),
    "call_tree": ("contact_id",),
    "closeout": ("kind",),
    "closeout_open": ("kind", "item_id"),
    "custody_live": ("site_id",),
    "custody_sheets": ("sheet_no",),
    "go_live": ("site_id",),
    "readiness_burndown": ("day_at", "check"),
    "readiness_gates": ("site_id", "check"),
    "system_scorecard": ("system",),
    "ticket_history": ("sequence",),
    "tickets_live": ("ticket_id",),
    "training_days": ("day_at", "skill"),
    "training_roster": ("organisation_id", "skill"),
}
