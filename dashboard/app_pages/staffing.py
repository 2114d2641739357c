"""The staffing page: need against have by role and site, short sites worst first, the norms, the next shift."""

import streamlit as st

from dashboard import access, names, opening, pace, widgets
from dashboard.advising import loans
from dashboard.frames import Answers
from dashboard.live import Snapshot
from dashboard.panels import cards
from dashboard.reporting import saving
from dashboard.sites import shifts, staffing
from pipelines.vocabulary import Role, SourceKind

ASKS = ("staff_by_site", "norms", "staff_loans", "people_live", "skills_live", "shift_changes")
ROWS_SHOWN = 12
EVERY = "every"
words = widgets.viewer_words()
colours = widgets.colours()


@st.fragment(run_every=pace.every(3.0), key="staffing-body")
def body() -> None:
    """Everything of the viewer's scope, every three seconds; a card whose ask fails says so by itself."""
    seen = opening.opened(access.scope("staffing"), words, ASKS)
    if seen is None:
        return
    snapshot, answers = seen.snapshot, seen.answers
    if answers.failure(("staff_by_site", "norms")) is None:
        norms = answers["norms"].row(0, named=True)
        widgets.figures(staffing.figures(answers["staff_by_site"], norms, words))
    left, right = st.columns([0.56, 0.44], gap="small")
    with left:
        draw_short(answers, snapshot)
        draw_loans(answers)
    with right:
        draw_roles(answers, snapshot)
        if len(snapshot.campaign.towns) > 1:
            draw_towns(answers, snapshot)
        draw_shifts(answers, snapshot)
        draw_training(answers)
        draw_norms(answers)


def quiet(snapshot: Snapshot) -> list[str]:
    """Return the feeds these cards live on that are stale."""
    return cards.stale((SourceKind.ROSTER, SourceKind.SITE_QUEUES), snapshot.freshness["stale_feeds"], words)


def draw_short(answers: Answers, snapshot: Snapshot) -> None:
    """Draw the sites that are short, the worst first, of one role or of all."""

    def draw() -> None:
        role = st.segmented_control(
            words("staffing.role"),
            [EVERY, *Role],
            required=True,
            default=EVERY,
            format_func=lambda one: words("staffing.all") if one == EVERY else words(f"role.{one}"),
            key="short-role",
            label_visibility="collapsed",
        )
        staff = answers["staff_by_site"]
        shown, columns = staffing.short_sites(staff, None if role == EVERY else role, words)
        if not shown.is_empty():
            widgets.table("short", (shown, columns), words, ROWS_SHOWN)
        elif staff["gap"].null_count() == staff.height:
            cards.empty(words("staffing.unknown"))
        else:
            cards.good(words("staffing.none_short"))

    cards.card("short", words, answers, ("staff_by_site",), draw, quiet(snapshot))


def draw_loans(answers: Answers) -> None:
    """Draw who could lend whom people, and what it does to both waits."""

    def draw() -> None:
        found = loans.lines(answers["staff_loans"], words)
        if found:
            st.markdown("\n".join(f"- {line}" for line in found))
        else:
            cards.empty(words("loan.none"))

    cards.card("loans", words, answers, ("staff_loans",), draw)


def draw_roles(answers: Answers, snapshot: Snapshot) -> None:
    """Draw the head-counts by role."""
    cards.card(
        "roles",
        words,
        answers,
        ("staff_by_site",),
        lambda: widgets.table("roles", staffing.by_role(answers["staff_by_site"], words), words),
        quiet(snapshot),
    )


def draw_towns(answers: Answers, snapshot: Snapshot) -> None:
    """Draw what each town lacks, by role."""
    towns = names.towns(snapshot.campaign, words)
    cards.card(
        "town_gaps",
        words,
        answers,
        ("staff_by_site",),
        lambda: widgets.table("town_gaps", staffing.by_town(answers["staff_by_site"], towns, words), words),
        quiet(snapshot),
    )


def draw_shifts(answers: Answers, snapshot: Snapshot) -> None:
    """Draw the shifts, and how long until the next change."""

    def draw() -> None:
        told = answers["shift_changes"]
        st.markdown(shifts.next_change(told, snapshot.as_of, words, snapshot.offset))
        st.markdown("  \n".join(shifts.shift_lines(told, words, snapshot.offset)))

    cards.card("shifts", words, answers, ("shift_changes",), draw)


def draw_training(answers: Answers) -> None:
    """Draw who is trained for what, and who could go offline now."""

    def draw() -> None:
        if answers["people_live"].is_empty():
            cards.empty(words("sitepage.untold"))
            return
        st.markdown("  \n".join(shifts.training_lines(answers["people_live"], words)))
        st.markdown(shifts.skills_line(answers["skills_live"], words))

    cards.card("training", words, answers, ("people_live", "skills_live"), draw)


def draw_norms(answers: Answers) -> None:
    """Draw the norms and how the plan stands against them."""

    def draw() -> None:
        for line in staffing.norm_lines(answers["norms"].row(0, named=True), words):
            st.markdown(line)

    cards.card("norms", words, answers, ("norms",), draw)


body()
saving.tables("staffing", access.scope("staffing"), words)
