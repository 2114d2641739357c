"""What every registration desk is doing now, in the words of the site contract."""

from collections.abc import Sequence
from datetime import datetime

from pipelines.contract_sites import DeskState, DeskStates
from pipelines.intake.moments import micros, moment
from pipelines.intake.world.phone import Phone
from pipelines.vocabulary import Contingency, SystemKind


def desks_view(phones: Sequence[Sequence[Phone]], systems: Sequence[SystemKind], now: datetime) -> DeskStates:
    """Return all desks, site by site in the campaign's order, lane by lane; ``systems`` are the servers'."""
    at = micros(now)
    states = [_state(phone, systems, at) for at_site in phones for phone in at_site]
    return DeskStates(observed_at=now, desks=states)


def _state(phone: Phone, systems: Sequence[SystemKind], now: int) -> DeskState:
    desk, half, group = phone.desk, phone.half, phone.group
    return DeskState(
        device_id=desk.device_id,
        site_id=desk.place.site_id,
        lane_no=desk.lane_no,
        server_id=phone.ground.server_ids[desk.server] if desk.is_logged_in else None,
        contingency=_works_on(phone, systems),
        session_state=phone.session.state,
        is_online=phone.is_online,
        queued_uploads=len(phone.queue),
        open_barcode=half.barcode if half else None,
        persons_bound=half.bound(group, now) if half and group else 0,
        since=moment(phone.session.since or now),
    )


def _works_on(phone: Phone, systems: Sequence[SystemKind]) -> Contingency:
    if phone.desk.order is Contingency.STOPPED:
        return Contingency.STOPPED
    if phone.is_offline:
        return Contingency.OFFLINE
    return Contingency.CITY if systems[phone.desk.server] is SystemKind.CITY else Contingency.PROVINCE
