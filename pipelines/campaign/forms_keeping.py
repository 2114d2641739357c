"""The form of the files that a campaign may leave out: contacts, trainings, the days before, others' figures."""

from pipelines.campaign.kinds import DAY, IDENTIFIER, TELEPHONE, TEXT, TOWN_OR_NONE, number, one_of, whole
from pipelines.campaign.tableform import TableForm
from pipelines.vocabulary import BenchmarkMetric, ReadyCheck, Skill, TicketLevel

SOME = whole(0, 1_000_000)
CONTACTS = TableForm(
    "contacts.csv",
    ("contact_id",),
    {
        "contact_id": IDENTIFIER,
        "level": one_of(TicketLevel),
        "town_code": TOWN_OR_NONE,
        "name_zh": TEXT,
        "name_en": TEXT,
        "phone": TELEPHONE,
    },
)
ORGANISATIONS = TableForm(
    "organisations.csv",
    ("organisation_id",),
    {
        "organisation_id": IDENTIFIER,
        "town_code": IDENTIFIER,
        "name_zh": TEXT,
        "name_en": TEXT,
        "persons": whole(1, 1_000_000),
    },
)
TRAININGS = TableForm(
    "trainings.csv",
    ("organisation_id", "skill", "on"),
    {"organisation_id": IDENTIFIER, "skill": one_of(Skill), "on": DAY, "persons": SOME},
)
PREPARATION = TableForm(
    "preparation.csv",
    ("on", "town_code", "check"),
    {"on": DAY, "town_code": IDENTIFIER, "check": one_of(ReadyCheck), "ready": SOME, "needed": SOME},
)
BENCHMARKS = TableForm(
    "benchmarks.csv",
    ("profile_id", "metric"),
    {
        "profile_id": IDENTIFIER,
        "name_zh": TEXT,
        "name_en": TEXT,
        "metric": one_of(BenchmarkMetric),
        "value": number(0, 1_000_000_000),
        "source": TEXT,
    },
)
EXTRA_TABLES = (CONTACTS, ORGANISATIONS, TRAININGS, PREPARATION, BENCHMARKS)
