"""Keys of the tickets, readiness and close-out pages that the code makes at run time."""

from pipelines.acts.keeping import DAYS, EXCEPTIONS, GATES, SHEETS
from pipelines.acts.ticketing import TICKETS
from pipelines.vocabulary import (
    ActKind,
    BenchmarkMetric,
    CloseoutKind,
    ReadyCheck,
    Skill,
    TicketCategory,
    TicketLevel,
    TubeEventKind,
)

CARDS = ("tickets", "call_tree", "ticket_history", "gates", "burndown", "trainings", "scorecard", "benchmarks")
DEEDS = sorted(TICKETS | SHEETS | GATES | EXCEPTIONS | DAYS | {ActKind.ACCOUNT_ROTATED, ActKind.REPORT_ADVICE_NOTED})
STATES = {kind.value for kind in TubeEventKind} - {"received", "resulted", "voided"}
STATES |= {"issued", "printed", "returned", "missing", "overdue", "due", "session_open", "uploads_wait", "unsigned"}
STATES |= {level.value for level in TicketLevel} | {"unknown"}
STEPS = ("search_tube", "close_tube", "await_lab", "send_tube", "return_sheet", "destroy_sheet", "find_sheet")
MORE_STEPS = ("recall_sheet", "rotate_password", "close_session", "upload", "solve_ticket", "enter_report")
CUSTODY = ("site", "issued", "returned", "destroyed", "missing", "open")
ACCOUNT = ("town", "account_id", "lab", "keeper", "keeper_phone", "account_state", "due_at", "rotated_at")
OF_SYSTEMS = ("up_share", "first_byte_p50_ms", "first_byte_p95_ms", "error_share", "load_max_share", "persons")


def helped(family: str, members: object) -> list[str]:
    """Return keys that each have a help."""
    return [f"{family}.{member}{end}" for member in members for end in ("", ".help")]  # pyright: ignore


FAMILIES: dict[str, list[str]] = {
    "keeping.cards": helped("card", (*CARDS, "closeout", "custody", "accounts")),
    "keeping.deeds": helped("deed", DEEDS),
    "deed.fact": ["category", "severity", "level", "alert_id", "vendor", "items", "sheets"],
    "ticket_category": list(TicketCategory),
    "ticket_level": list(TicketLevel),
    "keeping.tickets": helped("ticket", ("open", "overdue", "unowned", "solved")),
    "ticket.next": ["town", "district", "vendor"],
    "ticket.none": ["open", "overdue", "solved"],
    "ticket.column": ["at", "ticket", "kind", "actor", "reason"],
    "keeping.ready": helped("ready", ("ready", "overridden", "blocked", "unknown")),
    "ready.check": list(ReadyCheck),
    "ready.step": ["ready.step.ask_site.own", "ask_site", *(f"mend_{check}" for check in ReadyCheck)],
    "ready.state": ["short", "missing", "unknown"],
    "ready.chart": ["open", "all"],
    "keeping.training": helped("training", ("organisation", "persons", *Skill)),
    "system_card": [*OF_SYSTEMS, "interrupted_share"],
    "keeping.systems": helped("system_card", ("figure", "province", "city")),
    "benchmark": list(BenchmarkMetric),
    "benchmark.how": ["measured", "planned"],
    "keeping.benchmarks": helped("benchmark", ("metric", "whose", "value", "ours", "how", "source")),
    "keeping.closeout": helped("closeout", CloseoutKind),
    "closeout.state": sorted(STATES),
    "closeout.step": [*STEPS, *MORE_STEPS, "sign_report", "mend_source"],
    "keeping.custody": helped("custody", CUSTODY),
    "keeping.accounts": helped("account", ACCOUNT),
    "account_state": ["rotated", "overdue", "due"],
}
