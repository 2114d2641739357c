"""The form of a campaign folder: every file, every column or key, and what each may hold."""

from collections.abc import Mapping

from pipelines.campaign.kinds import (
    GEOJSON_PATH,
    IDENTIFIER,
    LABEL_PREFIX,
    MOMENT,
    TELEPHONE,
    TEXT,
    TRUTH,
    YES_NO,
    Kind,
    choice,
    number,
    numbers,
    one_of,
    whole,
)
from pipelines.campaign.tableform import TableForm
from pipelines.vocabulary import Mode, Role, SystemKind

SETTINGS_FILE = "campaign.toml"
PERSONS = whole(0, 2_000_000_000)
SOME_PERSONS = whole(1, 2_000_000_000)
SITE_PERSONS = whole(1, 400_000)  # a site's roll of labels lasts that long; 60 lanes need two days for so many
LONGITUDE = number(-180, 180)
LATITUDE = number(-90, 90)
SHARE = number(0, 1)
MINUTES = number(0, 1_440)
MOST_LANES = 60


TOWNS = TableForm(
    "towns.csv",
    ("town_code",),
    {
        "town_code": IDENTIFIER,
        "name_zh": TEXT,
        "name_en": TEXT,
        "seat_lon": LONGITUDE,
        "seat_lat": LATITUDE,
        "residents": PERSONS,
    },
)
SITES = TableForm(
    "sites.csv",
    ("site_id",),
    {
        "site_id": IDENTIFIER,
        "name_zh": TEXT,
        "name_en": TEXT,
        "town_code": IDENTIFIER,
        "lon": LONGITUDE,
        "lat": LATITUDE,
        "size_class": choice("small", "medium", "large"),
        "lanes": whole(1, MOST_LANES),
        "planned_persons": SITE_PERSONS,
        "carrier": choice("mobile", "telecom", "unicom"),
        "has_standby_desk": YES_NO,
    },
)
STAFF = TableForm(
    "staff.csv", ("site_id", "role"), {"site_id": IDENTIFIER, "role": one_of(Role), "persons": whole(0, 10_000)}
)
LABS = TableForm(
    "labs.csv",
    ("lab_id",),
    {
        "lab_id": IDENTIFIER,
        "name_zh": TEXT,
        "name_en": TEXT,
        "barcode_prefix": LABEL_PREFIX,
        "capacity_tubes_per_day": whole(1, 10_000_000),
        "has_interface": YES_NO,
    },
)
SERVERS = TableForm(
    "servers.csv",
    ("server_id",),
    {
        "server_id": IDENTIFIER,
        "name_zh": TEXT,
        "name_en": TEXT,
        "system": one_of(SystemKind),
        "sheet_no": whole(1, 99),
        "capacity_logins": whole(1, 10_000_000),
    },
)
ACCOUNTS = TableForm(
    "accounts.csv",
    ("account_id",),
    {
        "account_id": IDENTIFIER,
        "town_code": IDENTIFIER,
        "lab_id": IDENTIFIER,
        "keeper": TEXT,
        "keeper_phone": TELEPHONE,
    },
)
TABLES = (TOWNS, SITES, STAFF, LABS, SERVERS, ACCOUNTS)

SETTINGS: Mapping[str, Kind] = {
    "campaign_id": IDENTIFIER,
    "timezone_offset_minutes": whole(-720, 840),
    "name.zh": TEXT,
    "name.en": TEXT,
    "district.code": IDENTIFIER,
    "district.zh": TEXT,
    "district.en": TEXT,
    "district.residents": SOME_PERSONS,
    "round.round_id": IDENTIFIER,
    "round.zh": TEXT,
    "round.en": TEXT,
    "round.mode": one_of(Mode),
    "round.target_persons": SOME_PERSONS,
    "round.opens_at": MOMENT,
    "round.closes_at": MOMENT,
    "round.demo_starts_at": MOMENT,
    "waits.medium_from_minutes": MINUTES,
    "waits.long_from_minutes": MINUTES,
    "norms.guides_per_lane": whole(0, 20),
    "norms.registrars_per_lane": whole(1, 20),
    "norms.medics_per_lane": whole(1, 20),
    "norms.police_per_site": whole(0, 200),
    "norms.persons_per_medic": whole(1, 100_000),
    "norms.persons_per_site_from": whole(1, 400_000),
    "norms.persons_per_site_to": whole(1, 400_000),
    "norms.persons_per_desk_from": whole(1, 100_000),
    "norms.persons_per_desk_to": whole(1, 100_000),
    "service.registration_s": number(1, 3_600),
    "service.sampling_s": number(1, 3_600),
    "service.switch_s": number(0, 3_600),
    "thresholds.stale_after_s": number(0.5, 3_600),
    "thresholds.network_slow_ms": number(1, 60_000),
    "thresholds.network_loss_share": SHARE,
    "thresholds.server_slow_ms": number(1, 60_000),
    "thresholds.server_load_share": SHARE,
    "staff_totals.medic": PERSONS,
    "staff_totals.cadre": PERSONS,
    "staff_totals.volunteer": PERSONS,
    "staff_totals.police": PERSONS,
    "shifts[].shift_id": IDENTIFIER,
    "shifts[].starts_at": MOMENT,
    "shifts[].ends_at": MOMENT,
    "shifts[].staff_share": SHARE,
    "arrivals.hours": numbers(0, 100, 24),
    "tickets.site_minutes": MINUTES,
    "tickets.town_minutes": MINUTES,
    "tickets.district_minutes": MINUTES,
    "tickets.vendor_minutes": MINUTES,
    "tickets.critical_share": SHARE,
    "custody.rotation_hours": number(0.5, 72),
    "helpdesk.zh": TEXT,
    "helpdesk.en": TEXT,
    "helpdesk.phone": TELEPHONE,
    "helpdesk.channel": TEXT,
    "helpdesk.hours": TEXT,
    "map.district": GEOJSON_PATH,
    "map.neighbours": GEOJSON_PATH,
    "map.towns": GEOJSON_PATH,
    "map.water": GEOJSON_PATH,
    "map.towns_are_schematic": TRUTH,
    "map.credit": TEXT,
}
HELPDESK = tuple(key for key in SETTINGS if key.startswith("helpdesk."))
KEEPING = tuple(key for key in SETTINGS if key.startswith(("tickets.", "custody.")))
OPTIONAL = frozenset({"map.neighbours", "map.towns", "map.water", *HELPDESK, *KEEPING})
