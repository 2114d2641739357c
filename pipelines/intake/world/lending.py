"""Staff lent from one site to another on order: who goes, when they leave, when they are there."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipelines.contract_orders import Loan, Order
from pipelines.intake.moments import MINUTE, micros
from pipelines.intake.world.people import LANE_ROLES, Member
from pipelines.vocabulary import LentRole, Role, Task

TRAVEL = 15 * MINUTE  # from signing out at one site to signing in at the other; assumption
Lending = tuple[int, Loan]


def loans_of(orders: Iterable[Order]) -> tuple[Lending, ...]:
    """Return the loans among orders, each with the moment (microseconds) at which it was ordered."""
    return tuple((micros(order.ordered_at), order.loan) for order in orders if order.loan is not None)


def lent(people: Sequence[Member], loans: Iterable[Lending]) -> list[Member]:
    """Return the staff after these loans, in their order.

    Whoever goes signs out where he was and has a further number at the other site until his shift ends. Of a loan that
    asks for more than are there, as many go as there are.
    """
    staff = list(people)
    for number, (at, loan) in enumerate(loans, 1):
        able = [place for place, member in enumerate(staff) if _may_go(member, loan, at)]
        able.sort(key=lambda place: (staff[place].task not in (Task.REGISTRAR, Task.SWABBER), -place))
        for place in able[: loan.persons]:
            member = staff[place]
            left = next(left for came, left in member.present if came <= at < left)
            before = tuple((came, min(gone, at)) for came, gone in member.present if came < at)
            staff[place] = replace(member, present=before)
            after = ((at + TRAVEL, left),) if at + TRAVEL < left else ()
            staff.append(replace(member, staff_no=f"{member.staff_no}.{number}", site_id=loan.to_site, present=after))
    return staff


def _may_go(member: Member, loan: Loan, at: int) -> bool:
    if member.site_id != loan.from_site or not member.is_present(at):
        return False
    if loan.role is LentRole.MEDIC:
        return member.role is Role.MEDIC
    return member.role in LANE_ROLES and member.may_register
