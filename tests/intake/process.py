"""Run one intake process of a small district: `python -m tests.intake.process KIND SITES [SERVER]`."""

import sys

from pipelines.config import settings
from pipelines.intake.service import serve_data, serve_front_end
from tests.intake.districts import small_district


def main(kind: str, sites: str, server_id: str = "p1") -> None:
    """Serve ``kind`` (server, data, world) for a district of ``sites`` sites until SIGTERM."""
    campaign, chosen = small_district(int(sites)), settings()
    if kind == "server":
        serve_front_end(campaign, chosen, server_id)
    elif kind == "data":
        serve_data(campaign, chosen)
    else:
        from pipelines.intake.world import serve_world

        serve_world(campaign, chosen)


if __name__ == "__main__":
    main(*sys.argv[1:])
