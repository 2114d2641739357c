"""Fixtures of the command API's tests: a real uvicorn on a free port over a store with a little of a day in it."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from pipelines.campaign import Campaign
from pipelines.client import CommandClient
from pipelines.http import Http, Reply
from pipelines.server.app import build_app
from tests.store.kit import Bench

TOKEN = "0123456789abcdef" * 4
DAY_SO_FAR = {
    "site_counts": """
    site_id | sequence | observed_at | persons_registered | tubes_registered
    LS-1    | 3        | 01:00       | 20                 | 2
    LS-5    | 3        | 01:00       | 7                  | 1
    """,
    "tube_event": """
    sequence | site_id | persons | happened_at
    1        | LS-1    | 10      | 00:50
    2        | LS-5    | 7       | 00:51
    3        | LS-1    | 10      | 00:59
    """,
    "source_pull": """
    source_id   | kind        | site_id | pulled_at | outcome   | reason
    counts:LS-2 | site_counts | LS-2    | 01:00     | malformed | =HYPERLINK(1)
    """,
}


@dataclass
class Api:
    """A running command API: its store, its client, and plain HTTP to it."""

    bench: Bench
    url: str
    client: CommandClient
    http: Http
    why_not: list[str]

    def send(self, method: str, path: str, body: bytes | None = None, token: str = TOKEN, **headers: str) -> Reply:
        sent = {"Authorization": f"Bearer {token}"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.ask(method, self.url + path, deadline_s=10, cap_bytes=10_000_000, body=body, headers=sent)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Api]:
    """The API over one tick at 01:00 and a clock that stands at 01:00:30."""
    folder: Path = tmp_path_factory.mktemp("api")
    bench = Bench(folder / "command.duckdb", small)
    bench.tick("01:00", **DAY_SO_FAR)
    bench.clock.put("01:00:30")
    why_not: list[str] = []
    app = build_app(bench.store, small, TOKEN, lambda: "".join(why_not))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    address = f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield Api(bench, f"http://{address}", CommandClient(f"http://{address}", TOKEN), Http([address]), why_not)
    server.should_exit = True
    thread.join(10)
    bench.store.close()
