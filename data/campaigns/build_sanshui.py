"""Make the CSV files of the Sanshui campaign from data/reference, the same bytes each time: run it to rebuild them.

The day is real in its totals (Q1-Q6); how they spread over sites is not published, so it is computed here by rules
that a reader can check: people by largest remainder in proportion to lanes, everything else by position in the list.
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
CAMPAIGN = Path(__file__).resolve().parent / "sanshui-2021-06-06"

HEADCOUNT = {"medic": 2247, "cadre": 1428, "volunteer": 1374, "police": 1471}
CARRIERS = ("mobile", "telecom", "unicom")
TOWN_KIND = {"街道": "Subdistrict", "镇": "Town"}

# Made up: the day's labs are not published. Capacities lie in the press's 15,000-50,000 tubes a day (requirements, 11).
LABS = (
    ("lab-a", "检测机构甲", "Laboratory A", "SSA", 45_000, "yes"),
    ("lab-b", "检测机构乙", "Laboratory B", "SSB", 36_000, "yes"),
    ("lab-c", "检测机构丙", "Laboratory C", "SSC", 18_000, "no"),
)
LAB_OF_TOWN = {
    "440607001": "lab-a",
    "440607004": "lab-c",
    "440607101": "lab-b",
    "440607103": "lab-b",
    "440607104": "lab-c",
    "440607105": "lab-b",
    "440607106": "lab-b",
}

# 595 desks over four servers of 260 are 57 % load each: one may die (76 %), two may not (114 %); code 5 is the city's.
SERVERS = (
    ("p1", "省系统1号服务器", "Provincial server 1", "province", 1, 260),
    ("p2", "省系统2号服务器", "Provincial server 2", "province", 2, 260),
    ("p3", "省系统3号服务器", "Provincial server 3", "province", 3, 260),
    ("p4", "省系统4号服务器", "Provincial server 4", "province", 4, 260),
    ("city", "市系统", "City system", "city", 5, 320),
)


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Share ``total`` in whole parts in proportion to ``weights`` by largest remainder; the first of equals wins."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def size_class(lanes: int) -> str:
    """Return the class of a site: small up to 3 lanes, large from 7 (a large one gets a signal vehicle, Q91)."""
    return "small" if lanes <= 3 else "large" if lanes >= 7 else "medium"


def towns() -> Iterable[Sequence[object]]:
    """Yield the rows of towns.csv."""
    yield "town_code", "name_zh", "name_en", "seat_lon", "seat_lat", "residents"
    for town in _read("sanshui_towns.csv"):
        name_en = f"{town['pinyin']} {TOWN_KIND[town['kind']]}"
        yield town["code"], town["name"], name_en, town["seat_lon"], town["seat_lat"], town["pop2020"]


def sites() -> Iterable[Sequence[object]]:
    """Yield the rows of sites.csv; carriers go round, and sites that are not small keep a desk for the city system."""
    yield (
        *("site_id", "name_zh", "name_en", "town_code", "lon", "lat"),
        *("size_class", "lanes", "planned_persons", "carrier", "has_standby_desk"),
    )
    village_en = {row["village_code"]: row["name_en"] for row in _read("sanshui_village_names_en.csv")}
    for place, site in enumerate(_read("sites_118_simulated.csv")):
        lanes = int(site["lanes_sim"])
        point = site["name"].removeprefix(site["village"]).removeprefix("第").removesuffix("采样点")
        name_en = f"{village_en[site['village_code']]} {point}".strip()
        standby = "no" if size_class(lanes) == "small" else "yes"
        yield (
            *(site["site_id"], site["name"], name_en, site["town_code"], site["lon"], site["lat"]),
            *(size_class(lanes), lanes, site["planned_samples"], CARRIERS[place % 3], standby),
        )


def staff() -> Iterable[Sequence[object]]:
    """Yield the rows of staff.csv."""
    yield "site_id", "role", "persons"
    listed = _read("sites_118_simulated.csv")
    lanes = [int(site["lanes_sim"]) for site in listed]
    shares = {role: share_out(total, lanes) for role, total in HEADCOUNT.items()}
    for place, site in enumerate(listed):
        yield from ((site["site_id"], role, shares[role][place]) for role in HEADCOUNT)


def accounts() -> Iterable[Sequence[object]]:
    """Yield the rows of accounts.csv; keepers and phones are made up (no mainland number begins with 100)."""
    yield "account_id", "town_code", "lab_id", "keeper", "keeper_phone"
    for number, (town_code, lab_id) in enumerate(LAB_OF_TOWN.items(), start=1):
        yield f"acc-{town_code}", town_code, lab_id, f"示例管理员{number}", f"100-0000-{number:04}"


def labs() -> Iterable[Sequence[object]]:
    """Yield the rows of labs.csv."""
    yield "lab_id", "name_zh", "name_en", "barcode_prefix", "capacity_tubes_per_day", "has_interface"
    yield from LABS


def servers() -> Iterable[Sequence[object]]:
    """Yield the rows of servers.csv."""
    yield "server_id", "name_zh", "name_en", "system", "sheet_no", "capacity_logins"
    yield from SERVERS


TABLES = {
    "towns.csv": towns,
    "sites.csv": sites,
    "staff.csv": staff,
    "labs.csv": labs,
    "servers.csv": servers,
    "accounts.csv": accounts,
}


def build(folder: Path) -> None:
    """Write every table into ``folder``."""
    for name, rows in TABLES.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows())


def _read(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    build(CAMPAIGN)
