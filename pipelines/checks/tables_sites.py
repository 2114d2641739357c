"""Which rules hold for the sites' own pages: gates, desks, kit, vehicles, labels, quality, orders."""

import polars as pl

from pipelines.checks.known import Known
from pipelines.checks.rules import Rule, at_most, clock, never, not_negative, once, unknown, within
from pipelines.columns import STORED
from pipelines.contract import LONGEST_WAIT_MINUTES
from pipelines.machines import SESSION
from pipelines.vocabulary import PERSONS_PER_TUBE, ScopeLevel, SourceKind, VehicleState

SITE = unknown("site_id", lambda known: known.site_ids)
SERVER = unknown("server_id", lambda known: known.server_ids)
_SITE_ONCE = (SITE, once("site_once", "site_id"), *clock("observed_at"))
_STATES = ("", *SESSION.states)


def _is_target(known: Known) -> pl.Expr:
    """Whether an order is for the district, or for a town or a site there is."""
    scope, target = pl.col("scope"), pl.col("target")
    return (
        ((scope == ScopeLevel.DISTRICT) & (target == ""))
        | ((scope == ScopeLevel.TOWN) & target.is_in(list(known.town_codes)))
        | ((scope == ScopeLevel.SITE) & target.is_in(list(known.site_ids)))
    )


_TARGET = Rule(
    "target_known",
    ("order_id", "scope", "target"),
    lambda known: ~_is_target(known),
    "an order for the district, or for a town or a site of the campaign (see towns.csv, sites.csv)",
)
_THINGS = ("contingency", "vehicle_id", "server_id", "lend_from")
_ONE_THING = never(
    "one_thing_at_a_time",
    ("order_id", *_THINGS),
    pl.sum_horizontal(pl.col(name).is_not_null() for name in _THINGS) != 1,
    "one of a contingency, a vehicle, a server or a loan in an order",
)
_SHIFT = Rule(
    "shift_known",
    ("staff_no", "shift_id"),
    lambda known: ~pl.col("shift_id").is_in(list(known.shift_ids)),
    "a shift of the campaign (see campaign.toml)",
)
SITES_RAW: dict[SourceKind, tuple[Rule, ...]] = {
    SourceKind.GATES: _SITE_ONCE,
    SourceKind.DESKS: (
        SITE,
        SERVER,
        once("desk_once", "device_id"),
        once("lane_once", "site_id", "lane_no"),
        *clock("observed_at", "since"),
    ),
    SourceKind.KIT: _SITE_ONCE,
    SourceKind.VEHICLES: (SITE, once("vehicle_once", "vehicle_id"), *clock("observed_at", "since")),
    SourceKind.LABELS: _SITE_ONCE,
    SourceKind.QUALITY: _SITE_ONCE,
    SourceKind.PEOPLE: (
        SITE,
        _SHIFT,
        once("person_once", "staff_no"),
        *clock("observed_at", "signed_in_at", "signed_out_at"),
    ),
    SourceKind.ORDERS: (_TARGET, SERVER, once("order_once", "order_id"), *clock("observed_at", "ordered_at")),
}
SITES_TIDY: dict[SourceKind, tuple[Rule, ...]] = {
    SourceKind.GATES: (
        *not_negative("site_id", *(name for name, dtype in STORED[SourceKind.GATES].items() if dtype == pl.Int64)),
        within("special_wait_minutes", "site_id", 0, LONGEST_WAIT_MINUTES),
        at_most("codes_prepared", "persons_screened", "site_id", "a code made the day before is shown at the gate"),
        at_most("screenshots", "persons_screened", "site_id", "a screenshot is shown at the gate"),
        at_most("codes_refreshed", "codes_unreadable", "site_id", "a code is refreshed that could not be read"),
        at_most("special_captured", "special_persons", "site_id", "who is captured has joined the channel"),
    ),
    SourceKind.DESKS: (
        within("lane_no", "device_id", 1, 999),
        within("persons_bound", "device_id", 0, PERSONS_PER_TUBE),
        *not_negative("device_id", "queued_uploads"),
        never(
            "session_known",
            ("device_id", "session_state"),
            ~pl.col("session_state").is_in(_STATES),
            f"a state of a session, or none ({', '.join(SESSION.states)})",
        ),
        never(
            "bound_to_a_tube",
            ("device_id", "persons_bound"),
            (pl.col("persons_bound") > 0) & pl.col("open_barcode").is_null(),
            "persons bound only to an open tube",
        ),
    ),
    SourceKind.KIT: (
        *not_negative("site_id", "desks", "phones_android", "phones_apple", "chargers", "cables", "sockets"),
        *not_negative("site_id", "fences", "fences_needed", "networks", "networks_up", "standby_desks", "phones_flat"),
        within("battery_share", "site_id", 0, 1),
        at_most("networks_up", "networks", "site_id", "a network that works is there"),
        at_most("phones_flat", "desks", "site_id", "each desk has one phone"),
    ),
    SourceKind.VEHICLES: (
        never(
            "stands_somewhere",
            ("vehicle_id", "state", "site_id"),
            (pl.col("state") == VehicleState.ON_SITE) & pl.col("site_id").is_null(),
            "a site for a vehicle that is on site",
        ),
    ),
    SourceKind.LABELS: (
        *not_negative("site_id", *(name for name in STORED[SourceKind.LABELS] if name != "site_id")),
        at_most("labels_cut", "labels_printed", "site_id", "a label is printed before it is cut"),
        at_most("labels_issued", "labels_cut", "site_id", "a label is cut before it is issued"),
        never(
            "labels_accounted_for",
            ("site_id", "labels_issued", "labels_used", "labels_void", "labels_returned"),
            pl.sum_horizontal("labels_used", "labels_void", "labels_returned") > pl.col("labels_issued"),
            "labels_used + labels_void + labels_returned ≤ labels_issued",
        ),
    ),
    SourceKind.QUALITY: (
        *not_negative("site_id", *(name for name in STORED[SourceKind.QUALITY] if name != "site_id")),
        at_most("tubes_unverified", "tubes_registered", "site_id", "it is a registered tube"),
        at_most("tubes_offline", "tubes_registered", "site_id", "it is a registered tube"),
    ),
    SourceKind.ORDERS: (_ONE_THING,),
    SourceKind.PEOPLE: (
        never(
            "left_after_coming",
            ("staff_no", "signed_in_at", "signed_out_at"),
            pl.col("signed_out_at").is_not_null()
            & (pl.col("signed_in_at").is_null() | (pl.col("signed_out_at") < pl.col("signed_in_at"))),
            "signed_in_at before signed_out_at",
        ),
    ),
}
