"""Replay: a past moment on the screens that show the present (Q100), kept in the address as ``?at=`` until it is ended.

The moment goes with the viewer from page to page of those that can show it; the others show the present, and say so.
Playing, it moves on by itself, ``?play=`` times as fast as the wall's time, until it has come to the present.
"""

from datetime import UTC, datetime, time, timedelta

import streamlit as st

from dashboard import access, filters, live, playing
from dashboard.formats import day, local, plain, time_of_day
from dashboard.live import Snapshot
from dashboard.words import Words

PAGES = frozenset({"district", "town", "site", "tubes", "staffing", "network"})
TIMELESS = frozenset({"practice", "process"})  # pages of which no moment is shown
ADDRESS, WISH, HERE, WRONG, TYPED = "at", "replay-wish", "replay-here", "replay-wrong", "replay-time"
SPEED = "replay-speed"
STEPS = (-60, -10, -1, 1, 10, 60)
SHOWN_OF_A_WRONG_MOMENT = 40
YEARS = range(2000, 2200)


def begin(page: str) -> None:
    """Settle, before anything of a page is drawn, which moment it shows, and keep the address in step with it."""
    asked = st.query_params.get(ADDRESS)
    if asked and WISH not in st.session_state:
        st.session_state[WISH] = _read(asked)
        st.session_state[WRONG] = "" if st.session_state[WISH] else asked[:SHOWN_OF_A_WRONG_MOMENT]
        if st.session_state[WISH]:
            playing.begin(st.session_state[WISH], st.query_params.get(playing.ADDRESS))
    is_here = page in PAGES and access.may_see(access.viewer(), page)
    if not is_here:
        playing.pause()
    wish: datetime | None = st.session_state.get(WISH)
    st.session_state[HERE] = wish if is_here else None
    if is_here:
        _keep(wish)


def moment() -> datetime | None:
    """Return the past moment that this session's page is to show; None for the present."""
    return st.session_state.get(HERE)


def written(at: datetime) -> str:
    """Return a moment as the address has it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def address() -> dict[str, str]:
    """Return what a link to another page takes along, so that it shows the same moment."""
    at = moment()
    return {ADDRESS: written(at)} if at else {}


def control(page: str, words: Words) -> None:
    """Draw the way into the past, on pages that can show it."""
    snapshot = _now(page)
    if snapshot is None:
        return
    with st.popover(words("replay.open"), icon=":material/history:", type="tertiary", key="replay-open"):
        st.markdown(words("replay.help"))
        st.time_input(
            words("replay.time", zone=words.zone(snapshot.offset)),
            value=None,
            step=timedelta(minutes=5),
            key=TYPED,
        )
        st.button(words("replay.go"), icon=":material/history:", type="primary", key="replay-go", on_click=_typed)


def band(page: str, words: Words, *, is_wall: bool) -> None:
    """Say of which moment the page is, and lead on, back and to the present; on a wall without buttons.

    A page that cannot be of another moment than the present says that it is not of the one that is replayed.
    """
    if wrong := st.session_state.get(WRONG):
        st.warning(words("replay.wrong", at=plain(wrong)), icon=":material/history_toggle_off:")
    if _now(page) is None:
        _elsewhere(page, words)
    elif moment() is not None:
        with st.container(key="replay", gap="xsmall"):
            every = None if playing.speed() is None else playing.STEP_S
            st.fragment(run_every=every, key="replay-moment")(_told)(page, words)
            if not is_wall:
                _buttons(words)


def _told(page: str, words: Words) -> None:
    """Say which moment is shown; while it plays, move it on first."""
    at, snapshot = moment(), _now(page)
    if at is None or snapshot is None:
        return
    on = playing.moment()
    if on is not None and on >= snapshot.as_of:
        _show(None)
        st.rerun()
    if on is not None and (at := _floored(on)) != moment():
        st.session_state[WISH] = st.session_state[HERE] = at
        _keep(at)
    if at >= snapshot.as_of:
        st.info(f"**{words('replay.yet_to_come')}**", icon=":material/update:")
        return
    told = words("replay.band", at=_written_out(at, snapshot))
    st.warning(f"**{told}** {words('replay.band.more')}", icon=":material/history:")


def _elsewhere(page: str, words: Words) -> None:
    """Say on a page that shows the present only that the moment which is replayed elsewhere is not the page's."""
    wish, seen = st.session_state.get(WISH), access.viewer()
    if wish is None or seen is None or page in PAGES | TIMELESS or not access.may_see(seen, page):
        return
    snapshot = live.view(seen.scope).snapshot
    if snapshot is None:
        return
    with st.container(key="replay-not-here", gap="xsmall"):
        at = _written_out(wish, snapshot)
        st.info(f"**{words('replay.not_here')}** {words('replay.not_here.more', at=at)}", icon=":material/update:")
        st.button(words("replay.end"), key="replay-end", icon=":material/close:", on_click=_show, args=(None,))


def _buttons(words: Words) -> None:
    with st.container(horizontal=True, gap="xsmall", key="replay-steps", vertical_alignment="center"):
        runs = playing.speed() is not None
        st.session_state.setdefault(SPEED, playing.speed() or playing.USUAL)
        label, icon = ("pause", ":material/pause:") if runs else ("play", ":material/play_arrow:")
        st.button(words(f"replay.{label}"), key="replay-play", icon=icon, type="primary", on_click=_play_or_pause)
        st.segmented_control(
            words("replay.speed"),
            playing.SPEEDS,
            required=True,
            format_func=lambda times: f"×{times}",
            help=words("replay.speed.help"),
            key=SPEED,
            on_change=_play_as_fast,
            label_visibility="collapsed",
        )
        for minutes in STEPS:
            label = words("replay.step", minutes=f"{minutes:+d}".replace("-", "−"))
            st.button(label, key=f"replay-step-{minutes}", on_click=_step, args=(minutes,))
        st.button(words("replay.back"), key="replay-end", icon=":material/close:", on_click=_show, args=(None,))


def _now(page: str) -> Snapshot | None:
    """Return the present of a viewer who may see the page; None on pages that show nothing else."""
    seen = access.viewer()
    if page not in PAGES or seen is None or not access.may_see(seen, page):
        return None
    return live.view(seen.scope).snapshot


def _read(text: str) -> datetime | None:
    """Return the moment that an address names, to the minute, UTC; None when it names none."""
    try:
        at = datetime.fromisoformat(text.strip().replace(" ", "+"))
        known = at.tzinfo is not None and at.year in YEARS
        return _floored(at.astimezone(UTC)) if known else None
    except (ValueError, OverflowError):
        return None


def _show(at: datetime | None) -> None:
    """Show a moment from now on, None for the present; what plays goes on from there."""
    st.session_state[WISH], st.session_state[WRONG] = at, ""
    playing.go_on_from(at)


def _play_or_pause() -> None:
    """Play from the moment shown, as fast as chosen, or stand still at it."""
    at = moment()
    if playing.speed() is None and at is not None:
        playing.play(at, st.session_state[SPEED])
    else:
        playing.pause()


def _play_as_fast() -> None:
    """Go on as fast as just chosen, if it plays."""
    at = moment()
    if playing.speed() is not None and at is not None:
        playing.play(at, st.session_state[SPEED])


def _keep(at: datetime | None) -> None:
    """Have the address name the moment, and how fast it plays."""
    filters.keep(ADDRESS, written(at) if at else None)
    filters.keep(playing.ADDRESS, str(playing.speed()) if at and playing.speed() else None)


def _written_out(at: datetime, snapshot: Snapshot) -> str:
    return f"{day(at, snapshot.offset)} {time_of_day(at, snapshot.offset)}"


def _step(minutes: int) -> None:
    at = moment()
    if at is not None:
        _show(at + timedelta(minutes=minutes))


def _typed() -> None:
    """Show the newest past moment with the time of day that was typed in."""
    typed: time | None = st.session_state.get(TYPED)
    seen = access.viewer()
    snapshot = live.view(seen.scope).snapshot if seen else None
    if typed is None or snapshot is None:
        return
    now = local(snapshot.as_of, snapshot.offset)
    then = now.replace(hour=typed.hour, minute=typed.minute, second=0, microsecond=0)
    then -= timedelta(days=then > now)
    _show(_floored(snapshot.as_of - (now - then)))


def _floored(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
