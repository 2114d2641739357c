"""What the store says of custody when an act depends on it: where sheets stand, what is open before a day closes."""

import threading

import polars as pl

from pipelines.acts import ActLedger, ActRefused, ActsUnavailable
from pipelines.acts.keeping import SHEETS, check_sheets
from pipelines.acts.register import Register
from pipelines.api import NewAct, Scope
from pipelines.store import Store
from pipelines.vocabulary import ActKind

LOOKS, PAUSE_S = 30, 0.1


class Closing:
    """Looks at the newest moment of the store, once all acts on record have come into it."""

    def __init__(self, store: Store, ledger: ActLedger) -> None:
        """Look at ``store``."""
        self._store, self._ledger = store, ledger

    def check(self, _register: Register, new: NewAct) -> None:
        """Raise ActRefused when sheets do not stand where an act begins, or a day is to be closed that may not be."""
        if new.kind is ActKind.DAY_CLOSED:
            self._check_zero(new.scope)
        if new.kind in SHEETS:
            sheets = self._ask("custody_sheets", new.scope)
            check_sheets(new, dict(sheets.select("sheet_no", "state").rows()))

    def _check_zero(self, scope: Scope) -> None:
        kinds = self._ask("closeout", scope).filter(~pl.col("is_zero"))
        if kinds.is_empty():
            return
        left = self._ask("closeout_open", scope).filter(pl.col("exception_by").is_null())
        first = left.unique("kind", keep="first", maintain_order=True)
        counts = ", ".join(f"{left} {kind}" for kind, left in kinds.select("kind", "left_open").rows())
        named = ", ".join(f"{kind} {label}" for kind, label in first.select("kind", "label").rows())
        sentence = f"the day cannot be closed: {counts} are open (first {named}); settle each or sign an exception"
        raise ActRefused("not_zero", sentence, "kind")

    def _ask(self, name: str, scope: Scope) -> pl.DataFrame:
        """Ask at the newest moment, after the last act on record has been stored; raises ActsUnavailable."""
        newest, _ = self._ledger.head()
        for _ in range(LOOKS):
            if self._store.newest_act()[0] >= newest:
                edge, moments = self._store.moments.edge(), self._store.moments
                place = {"scope_level": scope.level.value, "scope_id": scope.id}
                return self._store.ask(name, {"as_of": edge.as_of, "speed": moments.pace} | place)
            threading.Event().wait(PAUSE_S)
        raise ActsUnavailable("the last acts have not come into the store yet; nothing was recorded, repeat it")
