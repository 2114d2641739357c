"""Acts to append, and the two moments they carry."""

import secrets
from datetime import UTC, datetime
from typing import Any

from pipelines.acts import ActLedger
from pipelines.api import Act, NewAct, Scope, Viewer
from pipelines.vocabulary import ActKind, UserRole

HAPPENED = datetime(2031, 3, 2, 1, 40, tzinfo=UTC)
RECORDED = datetime(2031, 3, 2, 9, 0, 0, 123_456, tzinfo=UTC)
COMMANDER = Viewer(user_id="liang.wei", name="梁伟", role=UserRole.COMMANDER, scope=Scope())


def note(reason: str = "queue grows", **more: Any) -> NewAct:
    """A note, under a fresh act_id unless one is given."""
    return NewAct(**{"act_id": secrets.token_hex(16), "kind": ActKind.NOTED, "reason": reason} | more)


def append(ledger: ActLedger, new: NewAct, actor: Viewer | str = COMMANDER) -> Act:
    """Append from one browser, at one moment."""
    return ledger.append(new, actor, "10.1.2.3", HAPPENED, RECORDED)
