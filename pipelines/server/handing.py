"""Handing in as the command API does it: a table read for its owner's sites, shown, and taken when he says so."""

import threading
from dataclasses import dataclass

from pipelines.access import may_act
from pipelines.api import DISTRICT, Scope, Viewer
from pipelines.api_workbooks import Preview, Taken
from pipelines.campaign.model import Campaign
from pipelines.server.access import covers
from pipelines.server.acting import Acting
from pipelines.server.refusals import Refusal
from pipelines.store import Store, StoreError
from pipelines.vocabulary import ActKind, ScopeLevel
from pipelines.workbooks import Ground, acts_of, on_record, preview, preview_paste

PATIENCE_S = 20


@dataclass(frozen=True)
class HandedIn:
    """What came: the file's name, "" for a paste, its bytes, and why what is on record is corrected, if it is."""

    name: str
    data: bytes
    reason: str = ""


class Handing:
    """Reads what people hand in, one table at a time; safe between threads."""

    def __init__(self, store: Store, campaign: Campaign, acting: Acting) -> None:
        """Compare with what ``store`` holds; what is taken becomes acts."""
        self._store, self._campaign, self._acting = store, campaign, acting
        self._turn = threading.Lock()

    def preview(self, viewer: Viewer, came: HandedIn) -> Preview:
        """Return what the table says, row by row; raises Refusal: 403 or 503."""
        if not may_act(viewer.role, ActKind.INPUT_ENTERED):
            raise Refusal(403, "right", f"a {viewer.role.value} does not report figures; ask a coordinator")
        if not self._turn.acquire(timeout=PATIENCE_S):
            raise Refusal(503, "workbooks", "other tables are being read; ask again in a moment", retry_after_s=5)
        try:
            ground = self._ground(viewer, came.reason)
            if came.name:
                return preview(came.name, came.data, ground)
            return preview_paste(came.data.decode("utf-8", "replace"), ground)
        finally:
            self._turn.release()

    def take(self, viewer: Viewer, came: HandedIn, sha256: str, address: str) -> Taken:
        """Take the rows that are good now, all or none; raises Refusal: 403, 409, 422 or 503.

        ``sha256`` is that of the preview that was looked at.
        """
        told = self.preview(viewer, came)
        if told.trouble:
            raise Refusal(422, "workbook", told.trouble)
        if told.sha256 != sha256:
            raise Refusal(409, "preview", "this is not the table that was previewed; look at its preview first")
        acts = acts_of(told, viewer.user_id)
        taken = self._acting.take_all(viewer, acts, address) if acts else []
        return Taken(acts=len(taken), rows=told.rows, preview=told)

    def _ground(self, viewer: Viewer, reason: str) -> Ground:
        edge = self._store.moments.edge()
        bound = {"as_of": edge.as_of, "speed": edge.speed, "scope_level": viewer.scope.level.value}
        try:
            known = self._store.ask("site_inputs", bound | {"scope_id": viewer.scope.id, "hour": ""})
        except StoreError as failed:
            raise Refusal(503, "store", str(failed)) from failed
        return Ground(self._campaign, self._own(viewer.scope), edge.clock_at, on_record(known), reason)

    def _own(self, scope: Scope) -> frozenset[str]:
        sites = [site.site_id for site in self._campaign.sites]
        if scope == DISTRICT:
            return frozenset(sites)
        return frozenset(one for one in sites if covers(self._campaign, scope, Scope(ScopeLevel.SITE, one)))
