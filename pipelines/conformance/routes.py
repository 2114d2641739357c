"""The contract's routes: where a server that follows it to the letter tells each kind."""

from pipelines.config import SourceSpec
from pipelines.vocabulary import SourceKind

_CURSOR = "?after={after}&limit={limit}"
ROUTES: dict[SourceKind, str] = {
    SourceKind.SITE_COUNTS: "/v1/sites/{site_id}/counts",
    SourceKind.TUBE_EVENTS: f"/v1/tubes{_CURSOR}",
    SourceKind.SITE_QUEUES: "/v1/queues",
    SourceKind.ROSTER: "/v1/roster",
    SourceKind.NETWORK: "/v1/network",
    SourceKind.SERVER_STATUS: "/v1/status",
    SourceKind.LAB_COUNTS: "/v1/labs",
    SourceKind.GATES: "/v1/gates",
    SourceKind.DESKS: "/v1/desks",
    SourceKind.KIT: "/v1/kit",
    SourceKind.VEHICLES: "/v1/vehicles",
    SourceKind.LABELS: "/v1/labels",
    SourceKind.QUALITY: "/v1/quality",
    SourceKind.ORDERS: "/v1/orders",
    SourceKind.PEOPLE: "/v1/people",
    SourceKind.STEPS: f"/v1/steps{_CURSOR}",
    SourceKind.INPUTS: f"/v1/inputs{_CURSOR}",
    SourceKind.SPECIAL_CASES: f"/v1/special-cases{_CURSOR}",
    SourceKind.EXCEPTIONS: f"/v1/exceptions{_CURSOR}",
}
CORE = frozenset({SourceKind.SITE_COUNTS, SourceKind.TUBE_EVENTS})
"""Without these there is no day to look at; every other kind may be missing, and what it would show stays empty."""
DEADLINE_S, CAP_BYTES = 5.0, 64_000_000


def specs_at(base: str, kinds: frozenset[SourceKind]) -> list[SourceSpec]:
    """Return a source of each kind at a server whose routes are the contract's own; ``base``: ``http://host:port``."""
    return [
        SourceSpec(
            source_id=kind.value,
            kind=kind,
            url=base.rstrip("/") + route,
            deadline_s=DEADLINE_S,
            cap_bytes=CAP_BYTES,
        )
        for kind, route in ROUTES.items()
        if kind in kinds
    ]
