"""The sources and jobs page: what is pulled, how old it is, what failed and why."""

import streamlit as st

from dashboard import access, frames, names, opening, pace, widgets
from dashboard.figures import district as figures
from dashboard.formats import plain
from dashboard.panels import cards
from dashboard.reporting import saving
from dashboard.tables import jobs as tables_jobs
from dashboard.tables.shaping import Table

ROWS_SHOWN = 11
JOBS = ("jobs_live",)
ASKS = ("sources_live", "job_runs", *JOBS)
words = widgets.viewer_words()


@st.fragment(run_every=pace.every(2.0), key="work-body")
def body() -> None:
    """Jobs, sources and runs, every two seconds; while nothing answers, the last frames stay."""
    seen = opening.opened(access.scope("work"), words, ASKS)
    if seen is None:
        return
    snapshot, answers = seen.snapshot, seen.answers
    if (reason := answers.failure(("sources_live", "job_runs"))) is not None:
        st.error(plain(reason), title=words("work.failed"), icon=":material/cloud_off:")
        return
    sources, runs = answers["sources_live"], answers["job_runs"]
    widgets.figures(figures.work(sources, runs, words))
    cards.card("jobs", words, answers, JOBS, lambda: draw_jobs(answers, snapshot.offset))
    owners = names.sites(snapshot.campaign, words) | names.servers(snapshot.campaign, words)
    draw("sources", tables_jobs.sources(sources, owners, words, snapshot.offset))
    draw("runs", tables_jobs.runs(runs, words, snapshot.offset))


def draw_jobs(answers: frames.Answers, offset: int) -> None:
    """Draw how each job does: its last run, its pace, and why runs of it were left out."""
    if answers["jobs_live"].is_empty():
        cards.empty(words("jobs.none"))
        return
    widgets.table("jobs", tables_jobs.jobs(answers["jobs_live"], words, offset), words)


def draw(name: str, table: Table) -> None:
    """Draw one table as a card."""
    with st.container(border=True, key=f"card-{name}", gap="xsmall"):
        widgets.card_title(words(f"card.{name}"), words(f"card.{name}.help"))
        widgets.table(name, table, words, ROWS_SHOWN)


body()
saving.tables("work", access.scope("work"), words)
