"""The jobs whose sources tell everything on one page: servers, networks, roster, labs, and the sites' own pages."""

from pipelines.jobs.work import PATIENCE_S, Desk, Harvest, harvest
from pipelines.sources import Request


def pull_page(desk: Desk) -> Harvest:
    """Ask each of the job's sources that is due once; what is late is stored by the run in which it ends.

    A server that does not answer becomes a row that says so: that it is down is the news.
    """
    pulls = desk.puller.collect([Request(spec) for spec in desk.due()], PATIENCE_S)
    return harvest(pulls, desk.known())
