"""Keys of the reports page, and of files, that the code makes at run time."""

from dashboard.reporting.report_tables import KPIS, PARTS, SHARES
from dashboard.reporting.signing_off import FIGURES

CARDS = ("report_state", "report_parts", "report_day", "report_actions", "report_disturbances")
MORE = ("reports_due", "report_versions", "report_kpis")
CHANGED = ("persons_fed", "tubes_fed", "tubes_sampled", "tubes_resulted")
COLUMNS = ("sites_entered", "sites_missing", "sites_late", "conflicts", "versions", "before", "after", "change")
TIMES = ("delay_minutes", "freeze_s")
NUMBERS = sorted({*FIGURES, *PARTS, *KPIS, *SHARES, *COLUMNS, *TIMES})
FAMILIES: dict[str, list[str]] = {
    "reports.cards": [f"card.{card}{end}" for card in (*CARDS, *MORE) for end in ("", ".help")],
    "reports.tables": ["card.report_diff"],
    "reports.numbers": [f"report.{name}{end}" for name in NUMBERS for end in ("", ".help")],
    "report": list(CHANGED),
    "report.why": ["frozen", "entered", "late_data", "corrected"],
    "report.state": ["awaited", "signed", "late", "changed", "overdue", "open"],
    "reports.taps": ["report.sign.done", "report.sign"],
}
