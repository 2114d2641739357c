"""The grains of the asks about the sites' own feeds: the columns that tell an answer's rows apart."""

GRAINS: dict[str, tuple[str, ...]] = {
    "contingency_live": ("site_id",),
    "desks_by_server": ("server_id", "town_code"),
    "desks_live": ("device_id",),
    "gate_totals": (),
    "gates_live": ("site_id",),
    "inputs_live": ("site_id",),
    "interruptions_by_cause": ("bucket_at", "cause"),
    "interruptions_live": ("thing_id",),
    "kit_live": ("site_id",),
    "labels_live": ("site_id",),
    "open_tubes": ("device_id",),
    "people_live": ("site_id", "role"),
    "quality_live": ("site_id",),
    "readiness_live": ("site_id",),
    "shift_changes": ("shift_id",),
    "short_tubes": ("short_reason",),
    "site_timeline": ("at", "kind", "subject", "sequence"),
    "skills_live": ("site_id",),
    "upload_lag": ("site_id",),
    "vehicles_live": ("vehicle_id",),
}
