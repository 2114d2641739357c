"""Servers to check: a foreign system with its own JSON and its key, and how any answer is served."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "s3cret-of-the-points"
Answer = Callable[[str, dict[str, str], dict[str, str]], tuple[int, Any]]
TUBE = {"op": "登记", "point": "A01", "desk": "2", "num": 10}
TUBES = [TUBE | {"id": 10 * n, "code": f"LK1{n:09d}", "time": f"2021-03-02 09:0{n}:00"} for n in range(1, 8)]


class Foreign:
    """Another system: one list of points with nested texts, a feed of tubes in Chinese, a key in a header."""

    def __init__(self) -> None:
        self.points: list[dict[str, Any]] = [
            {
                "pointNo": f"A0{n}",
                "state": "营业",
                "stat": {"person": str(100 * n), "tube": 10 * n, "sampled": "90", "sampledTube": 9},
                "queue": {"waiting": 30, "waitSeconds": 600, "lanes": "3", "desks": {"p1": 3}},
            }
            for n in (1, 2, 3)
        ]
        self.asked: list[str] = []

    def __call__(self, path: str, query: dict[str, str], headers: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(path)
        if headers.get("x-api-key") != KEY:
            return 401, {"code": 401, "msg": "key?"}
        if path == "/api/points":
            return 200, {"code": 0, "data": {"ts": 1614650400000, "version": 7, "list": self.points}}
        if path == "/api/tubes":
            after = int(query["from"])
            return 200, {"code": 0, "result": [tube for tube in TUBES if tube["id"] > after]}
        return 404, {}


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Serve ``answer(path, query, headers)`` on a free port; yield ``host:port``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, told = answer(parts.path, query, headers)
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
