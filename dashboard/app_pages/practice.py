"""The practice desk: a volunteer registers a group of ten on a phone, on the simulated intake only."""

import streamlit as st

from dashboard import access, live, pace, queries, widgets
from dashboard.formats import plain
from dashboard.practising import training
from dashboard.practising import training_parts as parts
from pipelines.pictures import LARGEST_BYTES
from pipelines.practice import Practice, score
from pipelines.vocabulary import Cause, Entry

words = widgets.viewer_words()


@st.fragment(run_every=pace.every(2.0), key="practice-bar")
def bar() -> None:
    """The frame's bar, every two seconds; the rest of the page moves only when it is touched."""
    widgets.status_bar(live.view(access.scope("practice")), words)


def draw_start() -> None:
    """Ask for site and server, and open the desk."""
    desk = queries.practice()
    asked = st.query_params.get("site")
    sites = training.sites(access.scope("practice"))
    with st.container(border=True, key="practice-start"):
        st.markdown(f"**{words('practice.title')}**")
        st.markdown(words("practice.lead"))
        st.caption(words("practice.counts"))
        parts.refusal(words)
        site_id = st.selectbox(
            words("practice.site"),
            sites,
            index=sites.index(asked) if asked in sites else 0,
            format_func=lambda site: f"{words.either(desk.places[site].name)} · {site}",
            key="practice-site",
            placeholder=words("site.placeholder"),
        )
        server_id = st.radio(
            words("practice.server"),
            list(desk.servers),
            format_func=lambda server: f"{desk.servers[server].sheet_no} · {words.either(desk.servers[server].name)}",
            key="practice-server",
        )
        place = desk.places[site_id]
        standby, lane = words("practice.standby", lane=place.lane_no), words("practice.lane", lane=place.lane_no)
        st.caption(standby if place.is_standby else lane)
        st.button(words("practice.begin"), type="primary", on_click=training.begin, args=(site_id, server_id))


def draw_desk(practice: Practice) -> None:
    """Draw the phone: the next step, the tube, the scanner, closing, trouble, the score and the sheets."""
    desk = queries.practice()
    place, server = desk.places[practice.site_id], desk.servers[practice.server_id]
    at = words("practice.at", site=words.either(place.name), lane=place.lane_no, server=words.either(server.name))
    st.markdown(f":small[{plain(at)}]")
    parts.coach(practice, server, words)
    parts.refusal(words)
    with st.container(border=True, key="practice-tube", gap="small"):
        parts.seats(practice, words)
        draw_scanner(practice)
    if practice.tube and practice.tube.state in parts.IN_HAND:
        parts.closing(practice, words)
    parts.trouble(practice, place, desk.servers, words)
    parts.result(score(practice), words)
    st.caption(words("practice.counts"))
    parts.sheets(practice, words)
    st.button(words("practice.leave"), key="practice-leave", on_click=training.leave)


def draw_scanner(practice: Practice) -> None:
    """Draw the way the trainee scans: from the sheet by a tap, hand scanner, camera, picture, or by hand, twice."""
    way = st.segmented_control(
        words("practice.way"),
        list(WAYS),
        default="tap",
        required=True,
        format_func=lambda way: words(f"way.{way}"),
        key="practice-way",
        label_visibility="collapsed",
    )
    WAYS[way or "tap"](practice)


def draw_taps(practice: Practice) -> None:
    """Draw the sheet's codes to tap: the servers' when one fell, a label while no tube is open, and the persons."""
    desk = queries.practice()
    place = desk.places[practice.site_id]
    if practice.cause is Cause.SERVER:
        parts.server_codes("next_server", desk.servers, words)
    if practice.tube is None or practice.tube.state != "open" or practice.cause:
        parts.tap("label", {label: label for label in place.labels(practice.sheet)}, words)
    persons = enumerate(place.persons(practice.sheet), start=1)
    parts.tap("person", {str(at): text for at, text in persons}, words)


def draw_typed(_: Practice) -> None:
    """Draw the field a hand scanner types into; Enter scans, the field is clear again."""
    with st.form("scanner", clear_on_submit=True, border=False):
        st.text_input(words("way.type.field"), key="scanned", placeholder=words("way.type.placeholder"))
        st.form_submit_button(
            words("way.type.go"), type="primary", on_click=lambda: training.scan(st.session_state["scanned"])
        )


def draw_manual(_: Practice) -> None:
    """Draw the two fields of a code typed by hand (Q68)."""

    def typed() -> None:
        first, second = st.session_state["typed"], st.session_state["typed-again"]
        training.act(lambda desk, practice: desk.bind(practice, first, Entry.MANUAL, second))

    with st.form("by-hand", clear_on_submit=True, border=False):
        st.text_input(words("way.manual.first"), key="typed")
        st.text_input(words("way.manual.second"), key="typed-again")
        st.form_submit_button(words("way.manual.go"), type="primary", on_click=typed)


def draw_camera(practice: Practice) -> None:
    """Draw the camera, where the browser allows one: over HTTPS, or on the machine itself."""
    key = f"camera-{len(practice.marks)}"
    st.camera_input(
        words("way.camera.field"), key=key, on_change=take_picture, args=(key,), help=words("way.camera.help")
    )


def draw_file(practice: Practice) -> None:
    """Draw the field for a photograph of a code."""
    key = f"picture-{len(practice.marks)}"
    kinds = ["jpg", "jpeg", "png", "webp"]
    largest_mb = LARGEST_BYTES // 1_000_000
    st.file_uploader(
        words("way.file.field"), kinds, key=key, on_change=take_picture, args=(key,), max_upload_size=largest_mb
    )


def take_picture(key: str) -> None:
    """Scan the photograph just taken or chosen."""
    if (picture := st.session_state.get(key)) is not None:
        training.scan_picture(picture.getvalue())


WAYS = {"tap": draw_taps, "type": draw_typed, "camera": draw_camera, "file": draw_file, "manual": draw_manual}
bar()
found = training.current(access.scope("practice"))
if found is None:
    draw_start()
else:
    draw_desk(found)
