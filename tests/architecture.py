"""The architecture as tables: what may stand where, who may import whom, who owns what; tests/layout.py reads them."""

TOP_LEVEL = (
    *(".*", "data", "pipelines", "dashboard", "tests"),
    *("Makefile", "README.md", "LICENSE", "pyproject.toml", "requirements.txt", "requirements-dev.txt"),
)
LONGEST_PAGE, LONGEST_MODULE, LONGEST_FUNCTION = 150, 300, 50

# Who may import a library: everything else in pipelines/ and dashboard/ goes through its owner.
OWNERS = {
    "duckdb": ("pipelines/store/*",),
    "requests": ("pipelines/http.py",),
    "urllib3": ("pipelines/http.py",),
    "apscheduler": ("pipelines/jobs/*",),
    "sqlite3": ("pipelines/intake/ledger/*", "pipelines/acts/*", "pipelines/identity/*"),
    "argon2": ("pipelines/identity/*",),
    "prometheus_client": ("pipelines/server/*",),
    "xlsxwriter": ("pipelines/exports/*", "pipelines/reports/*"),
    "fastexcel": ("pipelines/exports/*", "pipelines/workbooks/*"),
    "streamlit": ("dashboard/*",),
    "plotly": ("dashboard/*",),
    "pydeck": ("dashboard/*",),
}

# Who may ask the surroundings directly; everything else is handed a value.
ASKED = {
    "os.environ": "pipelines/config.py",
    "os.getenv": "pipelines/config.py",
    "os.putenv": "pipelines/config.py",
} | dict.fromkeys(
    [
        *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
        *(
            "time.time",
            "time.time_ns",
            "time.monotonic",
            "time.monotonic_ns",
            "time.perf_counter",
            "time.perf_counter_ns",
        ),
    ],
    "pipelines/clock.py",
)

# What each part of pipelines may import of pipelines, itself aside. A part is a module or a folder.
WORDS = ("vocabulary",)
WORDS_ON_THE_WIRE = (*WORDS, "machines", "contract", "contract_desk", "contract_sites", "contract_orders")
GROUND = (*WORDS_ON_THE_WIRE, "config", "clock", "logs", "campaign")
PULLING = ("http", "sources", "transform", "checks", "refine")
RULES = ("alerts", "reports", "advice", "planning")
CLI_PARTS = (
    "cli_options",
    "cli_drill",
    "cli_day",
    "cli_user",
    "cli_acts",
    "cli_watch",
    "cli_notify",
    "cli_export",
    "cli_source",
    "cli_whatif",
)
ARROWS: dict[str, tuple[str, ...]] = {
    "vocabulary": (),
    "clock": (),
    "logs": (),
    "machines": WORDS,
    "contract": WORDS,
    "contract_desk": (*WORDS, "machines", "contract"),
    "contract_sites": (*WORDS, "contract"),
    "contract_orders": (*WORDS, "contract"),
    "mapping_form": WORDS,
    "nulls": (),
    "config": (*WORDS, "mapping_form"),
    "provider": (*WORDS, "config"),
    "api": WORDS,
    "addresses": WORDS,
    "campaign": (*WORDS, "contract", "config"),
    "planning": (*WORDS, "campaign"),
    "deadline": (*WORDS, "addresses", "clock"),
    "unpacking": (*WORDS, "addresses"),
    "http": (*WORDS, "addresses", "deadline", "unpacking", "clock"),
    "intake": (*GROUND, "http", "codes"),
    "columns": WORDS_ON_THE_WIRE,
    "sources": (*GROUND, "http", "columns", "mapping_form", "workbooks"),
    "transform": (*WORDS, "columns"),
    "checks": (*WORDS, "machines", "contract", "columns"),
    "conformance": (*GROUND, "http", "checks", "sources", "refine"),
    "refine": (*WORDS, "sources", "transform", "checks"),
    "store": (*GROUND, "api"),
    "acts": (*GROUND, "api", "codes"),
    "identity": (*GROUND, "api"),
    "access": (*WORDS, "api"),
    "exports": (*WORDS, "api", "access"),
    "api_workbooks": WORDS,
    "workbooks": (*GROUND, "api", "api_workbooks", "codes"),
    "alerts": (*GROUND, "http"),
    "reports": (*GROUND, "api", "paper"),
    "advice": (*GROUND, "planning"),
    "jobs": (*GROUND, "api", *PULLING, *RULES, "store", "acts", "workbooks", "api_workbooks"),
    "server": (
        "nulls",
        *GROUND,
        *RULES,
        "api",
        "http",
        "jobs",
        "store",
        "acts",
        "access",
        "identity",
        "exports",
        "codes",
        "workbooks",
        "api_workbooks",
    ),
    "codes": WORDS,
    "pictures": (*WORDS, "codes"),
    "paper": (*WORDS, "config", "pictures"),
    "practice": (*GROUND, "codes", "http", "intake", "day_folder"),
    "client": (*WORDS, "contract", "api", "http"),
    "client_sessions": (*WORDS, "contract", "api", "http", "client"),
    "client_whatif": (*WORDS, "client"),
    "client_exports": (*WORDS, "api", "http", "client"),
    "client_workbooks": (*WORDS, "contract", "api_workbooks", "client"),
    "supervisor": (*WORDS, "clock", "logs"),
    "day_folder": (*GROUND, "intake"),
    "up": (*GROUND, "provider", "http", "intake", "supervisor", "day_folder"),
    "cli_options": GROUND,
    "cli_drill": (*GROUND, "intake", "cli_options"),
    "cli_day": (*GROUND, "intake", "cli_options"),
    "cli_user": (*GROUND, "api", "access", "acts", "identity", "cli_options"),
    "cli_acts": (*GROUND, "acts", "cli_options"),
    "cli_source": (*GROUND, "http", "checks", "sources", "conformance", "cli_options"),
    "cli_export": (*GROUND, "api", "client", "client_exports", "exports", "cli_options"),
    "cli_watch": (*GROUND, "alerts", "http", "cli_options"),
    "cli_whatif": (*GROUND, "planning", "client", "client_whatif", "cli_options"),
    "cli_notify": (*GROUND, "alerts", "http", "cli_options"),
    "cli": (*GROUND, "client", "sources", "day_folder", "intake", "server", "supervisor", "up", *CLI_PARTS),
}

# What the dashboard may import of pipelines: the client, and words to read its answers with.
DASHBOARD_MAY = (
    "client",
    "client_sessions",
    "client_whatif",
    "client_exports",
    "client_workbooks",
    "access",
    "provider",
    "practice",
    "codes",
    "pictures",
    "paper",
    "nulls",
    *WORDS,
    "machines",
    "clock",
    "config",
    "logs",
)

# Inside the dashboard: pages ask and draw, drawings ask nobody. Types of the client's answers may be named anywhere.
ASKING = ("pipelines.client", "pipelines.config", "dashboard.app_pages", "dashboard.app")
INSIDE = (
    (("dashboard/app_pages/*",), ASKING, "a page asks dashboard.queries and draws"),
    (
        ("dashboard/charts/*", "dashboard/maps/*", "dashboard/widgets.py"),
        (*ASKING, "dashboard.queries"),
        "a drawing is a function of a frame",
    ),
)
