"""The practice desk's steps, each as a volunteer takes it: scan, bind, be interrupted, resume, verify, close."""

import re
import secrets
from contextlib import suppress

from msgspec.structs import replace

from pipelines.campaign import Campaign, load_campaign
from pipelines.codes import CodeError, clean_scan, person_token, read_person_code, read_server_code
from pipelines.config import Settings, secret
from pipelines.contract_desk import BindPerson, ChangeTube, OpenTube
from pipelines.practice.line import Line, marked, tube_of
from pipelines.practice.memory import Practice, Tube
from pipelines.practice.places import SHEETS, practice_places, practice_servers
from pipelines.practice.refusals import PracticeRefused, ServerLost
from pipelines.vocabulary import Cause, Entry, ShortReason

LABEL = re.compile(r"[A-Z0-9]{6,32}")
PERSON_SIGN, SERVER_SIGN = "TF*", "TS*"
IN_HAND = frozenset({"open", "suspended"})


class PracticeDesk:
    """Practice sessions on one simulated day; safe to share between threads, each session takes one step at a time.

    Every step returns the session as it then stands, and raises PracticeRefused (a rule, nothing changed) or
    ServerLost (the desk is interrupted; the request is kept and goes out again first).
    """

    def __init__(self, settings: Settings, campaign: Campaign | None = None) -> None:
        """Work on the intake that ``settings`` name; raises CampaignError."""
        loaded = campaign or load_campaign(settings.campaign_folder)
        self.round_id = loaded.round.round_id
        self.places, self.servers = practice_places(loaded), practice_servers(loaded, settings)
        self._settings = settings
        self._line = Line(settings, self.servers)

    def recall(self, session_id: str) -> Practice | None:
        """Return a session as the phone remembers it; None when there is none, or it is of another campaign."""
        practice = self._line.memory.find(session_id)
        is_known = practice and practice.site_id in self.places and practice.server_id in self.servers
        return practice if is_known else None

    def find(self, session_id: str) -> Practice | None:
        """Return a session as the phone remembers it, its tube as the server knows it; None when there is none."""
        practice = self.recall(session_id)
        if practice is None:
            return None
        if practice.tube is None or practice.cause or practice.tube.state not in IN_HAND:
            return practice
        try:
            return replace(practice, tube=tube_of(self._line.look(practice, practice.tube.barcode)))
        except ServerLost:
            return self._line.memory.keep(replace(practice, cause=Cause.SERVER))
        except PracticeRefused:
            return practice

    def begin(self, site_id: str, server_id: str) -> Practice:
        """Open the practice desk of a site on a server."""
        sheet = 1 + secrets.randbelow(SHEETS)
        name = f"practice-{secrets.token_hex(8)}"
        practice = Practice(session_id=name, site_id=site_id, server_id=server_id, sheet=sheet)

        def work(current: Practice) -> Practice:
            self._line.log_in(current, server_id)
            self._line.tell(current, "open", "log_in")
            return marked(current, "begin")

        return self._line.take(practice, "begin", (site_id, server_id), work)

    def scan(self, practice: Practice, scanned: str) -> Practice:
        """Do what the scanned code is for: a server's, a person's, or a label, which opens a tube or resumes it."""
        kind = _kind(scanned)
        if kind == SERVER_SIGN:
            return self.switch(practice, scanned)
        if kind == PERSON_SIGN:
            return self.bind(practice, scanned)
        return self.resume(practice, scanned) if practice.cause else self.open_tube(practice, scanned)

    def open_tube(self, practice: Practice, scanned: str) -> Practice:
        """Open a tube under the scanned label."""

        def work(current: Practice) -> Practice:
            barcode, place = _label(scanned), self.places[current.site_id]
            if current.tube and current.tube.state in IN_HAND:
                sentence = f"tube {current.tube.barcode} is still in your hands; fill and close it first"
                raise PracticeRefused("tube_in_hand", sentence)
            where = {
                "round_id": place.round_id,
                "site_id": place.site_id,
                "lane_no": place.lane_no,
                "lab_id": place.lab_id,
                "account_id": place.account_id,
            }
            made = self._line.request(current, "open", "/v1/tubes/open", OpenTube, barcode=barcode, **where)
            return self._line.send(current, made)

        return self._line.take(practice, "open", scanned, work)

    def bind(self, practice: Practice, scanned: str, entry: Entry = Entry.SCAN, typed_again: str = "") -> Practice:
        """Bind the person whose code was scanned, or typed twice (Q68), to the next seat."""

        def work(current: Practice) -> Practice:
            tube = _going_on(current)
            how = Entry.RESCAN if entry is Entry.SCAN and current.is_misread else entry
            path = f"/v1/tubes/{tube.barcode}/persons"
            person = self._token(scanned)
            again = self._token(typed_again) if entry is Entry.MANUAL else None
            made = self._line.request(current, "bind", path, BindPerson, person=person, entry=how, typed_again=again)
            return self._line.send(current, made)

        return self._line.take(practice, "bind", (scanned, entry, typed_again), work)

    def drop_network(self, practice: Practice) -> Practice:
        """Let the site's network drop: the phone suspends its tube."""

        def work(current: Practice) -> Practice:
            suspended = self._change(current, _going_on(current).barcode, "suspend")
            return replace(suspended, cause=Cause.SITE_NETWORK)

        return self._line.take(practice, "suspend", None, work)

    def switch(self, practice: Practice, scanned: str) -> Practice:
        """Go over to the server whose code was scanned (Q73); an interrupted tube waits for its label."""

        def work(current: Practice) -> Practice:
            server_id = read_server_code(scanned)
            if server_id not in self.servers:
                raise PracticeRefused("unknown_server", f"server {server_id} is not on this desk's sheet; scan another")
            self._line.log_in(current, server_id)
            if server_id != current.server_id:
                self._line.log_out(current)
            self._line.tell(current, "fail_over")
            return marked(replace(current, server_id=server_id), "switch")

        return self._line.take(practice, "switch", scanned, work)

    def resume(self, practice: Practice, scanned: str) -> Practice:
        """Go on with the tube in hand by scanning its own label again (Q62)."""

        def work(current: Practice) -> Practice:
            barcode = _label(scanned)
            current = self._line.settled_somehow(current)
            if current.tube is None or current.tube.state not in IN_HAND:
                return marked(replace(current, cause=None), "resume")
            if current.tube.barcode != barcode:
                return self._change(current, barcode, "resume")
            state = self._line.look(current, barcode)
            if state.state == "suspended":
                return replace(self._change(current, barcode, "resume"), cause=None)
            return marked(replace(current, tube=tube_of(state), cause=None), "resume")

        return self._line.take(practice, "resume", scanned, work)

    def close(self, practice: Practice, reason: ShortReason | None, *, is_verified: bool) -> Practice:
        """Close the tube in hand, full or short with a reason, after a second person compared the label (Q60, Q67)."""

        def work(current: Practice) -> Practice:
            tube = _in_hand(current)
            if not is_verified:
                sentence = "a second person must compare tube and screen first; have the label read aloud, then tick"
                raise PracticeRefused("not_verified", sentence)
            return self._change(current, tube.barcode, "close", reason)

        return self._line.take(practice, "close", (reason, is_verified), work)

    def void(self, practice: Practice) -> Practice:
        """Void the tube in hand; its persons are free again."""
        return self._line.take(
            practice, "void", None, lambda current: self._change(current, _in_hand(current).barcode, "void")
        )

    def next_sheet(self, practice: Practice) -> Practice:
        """Take a new sheet of practice codes and labels."""
        return self._line.take(
            practice, "sheet", practice.sheet, lambda current: replace(current, sheet=current.sheet % SHEETS + 1)
        )

    def leave(self, practice: Practice) -> Practice:
        """Close the desk; refused while a tube is open (case 58), the server names it."""

        def work(current: Practice) -> Practice:
            self._line.sign_off(current)
            self._line.log_out(current)
            return marked(replace(current, has_left=True), "leave")

        return self._line.take(practice, "leave", None, work)

    def _change(self, current: Practice, barcode: str, step: str, reason: ShortReason | None = None) -> Practice:
        made = self._line.request(current, step, f"/v1/tubes/{barcode}/{step}", ChangeTube, short_reason=reason)
        return self._line.send(current, made)

    def _token(self, scanned: str) -> str:
        code = read_person_code(scanned, self.round_id)
        key = bytes.fromhex(secret(self._settings, "person_key"))
        return person_token(key, self.round_id, code).hex()


def _kind(scanned: str) -> str:
    with suppress(CodeError):
        return clean_scan(scanned)[: len(PERSON_SIGN)]
    return ""


def _label(scanned: str) -> str:
    barcode = clean_scan(scanned).upper()
    if not LABEL.fullmatch(barcode):
        raise PracticeRefused("no_label", "this is no tube label: letters and digits only; scan the bars on the label")
    return barcode


def _in_hand(current: Practice) -> Tube:
    if current.tube is None or current.tube.state not in IN_HAND:
        raise PracticeRefused("no_tube", "no tube is in your hands; scan a label to open one")
    return current.tube


def _going_on(current: Practice) -> Tube:
    tube = _in_hand(current)
    if current.cause is not None:
        sentence = f"registration is interrupted; scan the label {tube.barcode} again to go on with the same tube"
        raise PracticeRefused("interrupted", sentence)
    return tube
