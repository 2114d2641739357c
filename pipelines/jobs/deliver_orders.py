"""The job that sends every order to the sites, in the order in which they were given, until each is taken or refused.

The sites take an order once, whatever happens: it carries its act's own id. So a crash between sending and recording
costs a repeat, never a second order.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

import msgspec

from pipelines.acts import ActConflict, ActLedger, ActRefused
from pipelines.acts.orders import ordered
from pipelines.api import Act, Fact, NewAct
from pipelines.clock import stopwatch, wall_now
from pipelines.config import OrderSpec
from pipelines.contract import Problem
from pipelines.contract_orders import Loan, NewOrder, Order
from pipelines.http import Http, HttpFailure
from pipelines.jobs.work import Desk, Harvest
from pipelines.vocabulary import ActKind, Outcome

EVERY_S = 1.0
STATION = "command"
AT_ONCE = 20
PAUSES_S = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
GIVEN_UP_AFTER = timedelta(minutes=10)  # wall: a switch that comes later than this does harm
CAP_BYTES = 100_000
REASON_AT_MOST = 200
_ODD = re.compile(r"[^A-Za-z0-9_.:-]")


@dataclass(frozen=True)
class _Told:
    """How the sites met an order; ``is_final``: sending it again is of no use."""

    order_id: str = ""
    failure: str = ""
    is_final: bool = False


@dataclass
class _Post:
    """What one run leaves for the next: how far the ledger was read, which orders wait, when to try again."""

    after: int = 0
    waiting: dict[str, Act] = field(default_factory=dict[str, Act])
    attempts: int = 0
    again_s: float = 0.0
    said: str = ""


def deliver_orders(desk: Desk) -> Harvest:
    """Deliver what waits; the first order that does not get through holds back those behind it."""
    if desk.acts is None:
        return Harvest()
    post: _Post = desk.memory.setdefault("orders", _Post())
    _look(post, desk.acts)
    if not post.waiting or stopwatch() < post.again_s:
        return Harvest()
    if desk.orders is None or desk.http is None:
        return Harvest(
            outcome=Outcome.PARTIAL, reason=f"{_many(post)}: the sources file has no [orders] url to send to"
        )
    done = 0
    for act in list(post.waiting.values())[:AT_ONCE]:
        told = _too_late(act) or _sent(desk.http, desk.orders, act)
        _record(desk, desk.acts, post, act, told)
        if told.failure and not told.is_final:
            return Harvest(rows_pulled=done, outcome=Outcome.PARTIAL, reason=f"{_many(post)}: {told.failure}")
        done += 1
    return Harvest(rows_pulled=done)


def new_order(act: Act) -> NewOrder:
    """Return an ORDERED act as the sites take it; raises ActRefused when it orders no one thing."""
    order = ordered(act.facts)
    loan = None
    if order.lend_from and order.lend_to and order.role and order.persons:
        loan = Loan(from_site=order.lend_from, to_site=order.lend_to, role=order.role, persons=order.persons)
    reason = act.reason
    return NewOrder(
        scope=act.scope.level,
        target=act.scope.id or "",
        contingency=order.contingency,
        vehicle_id=order.vehicle_id,
        server_id=order.server_id,
        loan=loan,
        by=_ODD.sub("_", act.by)[:60],
        reason=reason if len(reason) <= REASON_AT_MOST else reason[: REASON_AT_MOST - 1] + "…",
        act_id=act.act_id,
    )


def _look(post: _Post, ledger: ActLedger) -> None:
    """Take up the orders given since the last look, and drop those that were settled."""
    while found := ledger.feed(post.after):
        for act in (entry.act for entry in found):
            if act.kind is ActKind.ORDERED:
                post.waiting[act.act_id] = act
            elif act.kind is ActKind.ORDER_DELIVERED or (
                act.kind is ActKind.ORDER_FAILED and act.facts.get("is_final")
            ):
                post.waiting.pop(act.target, None)
        post.after = found[-1].act.sequence


def _too_late(act: Act) -> _Told | None:
    if wall_now() - act.recorded_at <= GIVEN_UP_AFTER:
        return None
    minutes = GIVEN_UP_AFTER // timedelta(minutes=1)
    return _Told(failure=f"it could not be delivered for {minutes} min; order again if it still holds", is_final=True)


def _sent(http: Http, spec: OrderSpec, act: Act) -> _Told:
    try:
        body = msgspec.json.encode(new_order(act))
        reply = http.ask("POST", spec.url, deadline_s=spec.deadline_s, cap_bytes=CAP_BYTES, body=body)
    except ActRefused as refused:
        return _Told(failure=refused.sentence, is_final=True)
    except HttpFailure as failure:
        return _Told(failure=str(failure))
    if reply.status in (200, 201):
        return _taken(reply.body)
    is_final = 400 <= reply.status < 500 and reply.status not in (408, 425, 429)
    return _Told(failure=f"the sites answered {reply.status}: {_detail(reply.body)}", is_final=is_final)


def _taken(body: bytes) -> _Told:
    try:
        return _Told(order_id=msgspec.json.decode(body, type=Order).order_id)
    except msgspec.DecodeError as error:
        return _Told(failure=f"the sites' answer is no order: {error}")


def _detail(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=Problem).detail
    except msgspec.DecodeError:
        return "no reason was given"


def _record(desk: Desk, ledger: ActLedger, post: _Post, act: Act, told: _Told) -> None:
    """Put on record how an order fared: a failure that is not final only when it is another than the last one."""
    if not told.failure:
        _append(desk, ledger, act, ActKind.ORDER_DELIVERED, {"order_id": told.order_id}, "")
    elif told.is_final or told.failure != post.said:
        facts: dict[str, Fact] = {"is_final": told.is_final, "attempt": post.attempts + 1}
        _append(desk, ledger, act, ActKind.ORDER_FAILED, facts, told.failure)
    if told.failure and not told.is_final:
        post.again_s = stopwatch() + PAUSES_S[min(post.attempts, len(PAUSES_S) - 1)]
        post.attempts, post.said = post.attempts + 1, told.failure
        return
    post.waiting.pop(act.act_id, None)
    post.attempts, post.said, post.again_s = 0, "", 0.0


def _append(desk: Desk, ledger: ActLedger, act: Act, kind: ActKind, facts: dict[str, Fact], reason: str) -> None:
    """Append under an id that a repeat after a crash has too; what the ledger does not keep of a reason is left out."""
    what = f"{kind.value}/{act.act_id}/{facts.get('is_final', '')}/{facts.get('attempt', '')}/{reason}"
    new = NewAct(
        act_id=sha256(what.encode("utf-8", "replace")).hexdigest()[:32],
        kind=kind,
        scope=act.scope,
        target=act.act_id,
        facts=facts,
        reason=reason[:1_000],
    )
    try:
        ledger.append(new, STATION, "", desk.clock.now(), wall_now())
    except ActConflict:
        return  # it is on record already, by a run before the last restart
    except ActRefused:
        plain = msgspec.structs.replace(new, reason="the sites' answer holds signs that are not kept")
        ledger.append(plain, STATION, "", desk.clock.now(), wall_now())


def _many(post: _Post) -> str:
    count = len(post.waiting)
    return f"{count} order{'s' * (count > 1)} wait{'s' * (count == 1)} to be delivered"
