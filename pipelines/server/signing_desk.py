"""Signing in and out as the command server does it: every way in, every refusal and every way out is an act."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.api import DISTRICT, DemoSession, Fact, NewAct, NewSession, Session, Viewer, VouchedSession
from pipelines.campaign.model import Campaign
from pipelines.identity import IdentityError, SignInRefused, SignIns
from pipelines.server.access import check_scope
from pipelines.server.refusals import Refusal
from pipelines.vocabulary import ActKind

STRANGER = "sign-in"
Record = Callable[[NewAct, Viewer | str, str], object]
STATUS = {"wrong": 401, "unknown": 403, "locked": 403, "wait": 429, "busy": 503}


@dataclass(frozen=True)
class SigningDesk:
    """Lets people in and out of one campaign; ``record`` keeps acts, by whom and from where."""

    sign_ins: SignIns
    campaign: Campaign
    record: Record

    def by_password(self, new: NewSession, address: str) -> Session:
        """Open a session; raises Refusal."""
        return self._let_in(
            lambda: self.sign_ins.by_password(new.user_id, new.password, address), "password", new.user_id, address
        )

    def by_provider(self, new: VouchedSession) -> Session:
        """Open a session for whom an identity provider vouches; raises Refusal."""
        return self._let_in(
            lambda: self.sign_ins.by_provider(new.issuer, new.subject, new.email, new.address),
            "provider",
            new.email,
            new.address,
        )

    def by_click(self, new: DemoSession) -> Session:
        """Open a session for a user of the demonstration; raises Refusal."""
        return self._let_in(lambda: self.sign_ins.by_click(new.user_id, new.address), "click", new.user_id, new.address)

    def out(self, token: str, address: str) -> None:
        """End a session."""
        viewer = self.sign_ins.sign_out(token)
        if viewer is not None:
            self.record(_act(ActKind.SIGNED_OUT, viewer), viewer, address)

    def _let_in(self, enter: Callable[[], Session], way: str, name: str, address: str) -> Session:
        try:
            session = enter()
        except SignInRefused as refused:
            if refused.rule not in {"wait", "busy"}:
                self._record_refusal(refused, way, name, address)
            raise Refusal(STATUS[refused.rule], refused.rule, refused.sentence, retry_after_s=refused.wait_s) from None
        except IdentityError as failed:
            raise Refusal(503, "accounts", str(failed)) from failed
        self._check_here(session)
        self.record(_act(ActKind.SIGNED_IN, session.viewer, way=way), session.viewer, address)
        return session

    def _check_here(self, session: Session) -> None:
        try:
            check_scope(self.campaign, session.viewer.scope)
        except Refusal as refusal:
            self.sign_ins.sign_out(session.token)
            sentence = f"your account is not of this campaign: {refusal.problem.detail}; ask the administrator"
            raise Refusal(403, "unknown", sentence) from refusal

    def _record_refusal(self, refused: SignInRefused, way: str, name: str, address: str) -> None:
        known = self.sign_ins.accounts.find(name.strip().lower())
        target = known.viewer.user_id if known else ""  # a stranger may have typed a password there
        facts: dict[str, Fact] = {"way": way, "rule": refused.rule, "wait_s": refused.wait_s}
        new = NewAct(act_id=secrets.token_hex(16), kind=ActKind.SIGN_IN_REFUSED, target=target, facts=facts)
        self.record(new, STRANGER, address)


def _act(kind: ActKind, viewer: Viewer, **facts: str) -> NewAct:
    scope = viewer.scope if viewer.scope.id else DISTRICT
    return NewAct(act_id=secrets.token_hex(16), kind=kind, scope=scope, facts=dict(facts))
