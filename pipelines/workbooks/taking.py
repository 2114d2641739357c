"""What taking a preview records: one act a site and hour, one for some hundred third copies of a site."""

import hashlib
from itertools import groupby
from operator import attrgetter

from pipelines.api import Fact, NewAct, Scope
from pipelines.api_workbooks import InputRow, Preview
from pipelines.vocabulary import ActKind
from pipelines.workbooks.forms import FIGURES

BARCODES_PER_ACT = 400
_HOUR = "%Y-%m-%dT%H:%MZ"


def acts_of(told: Preview, by: str) -> list[NewAct]:
    """Return the acts that ``by`` does by taking a preview; the same table taken twice gives the same acts."""
    return [_input(row, told.sha256, by) for row in told.inputs] + _copies(told, by)


def _input(row: InputRow, digest: str, by: str) -> NewAct:
    kind = ActKind.INPUT_CORRECTED if row.base_version else ActKind.INPUT_ENTERED
    given: dict[str, Fact] = {name: getattr(row, name) for name in FIGURES if getattr(row, name) is not None}
    target = row.hour_at.strftime(_HOUR)
    facts: dict[str, Fact] = {"base_version": row.base_version, "source": "file", "file": digest[:16]}
    return NewAct(
        act_id=_act_id(digest, by, kind, row.site_id, target, str(row.base_version)),
        kind=kind,
        scope=Scope.site(row.site_id),
        target=target,
        facts=facts | given,
        reason=row.reason,
    )


def _copies(told: Preview, by: str) -> list[NewAct]:
    acts: list[NewAct] = []
    for site_id, rows in groupby(sorted(told.copies, key=attrgetter("site_id")), attrgetter("site_id")):
        barcodes = [row.barcode for row in rows]
        for first in range(0, len(barcodes), BARCODES_PER_ACT):
            part: dict[str, Fact] = {"barcodes": barcodes[first : first + BARCODES_PER_ACT], "source": "file"}
            act_id = _act_id(told.sha256, by, ActKind.THIRD_COPIES_READ, site_id, str(first))
            kind, scope = ActKind.THIRD_COPIES_READ, Scope.site(site_id)
            acts.append(NewAct(act_id=act_id, kind=kind, scope=scope, facts=part))
    return acts


def _act_id(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
