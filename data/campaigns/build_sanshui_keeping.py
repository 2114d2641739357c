"""Make the Sanshui files that a campaign may leave out: contacts, organisations, trainings, preparation, benchmarks.

Only the days are real (Q17: seen and first taught on 31 May, taught on until 6 June) and the benchmarks, each with its
source; contacts, organisations and every count of the days before are simulated: nobody published them.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

CAMPAIGN = Path(__file__).resolve().parent / "sanshui-2021-06-06"
FIRST_DAY, DAYS = date(2021, 5, 31), 6
IN_EVERY_TOWN = ("卫生健康办公室（示例）", "Health Office (example)"), ("医院信息科（示例）", "Hospital IT (example)")
# The share that is there on the evening of each day, 31 May to 5 June: simulated, kit comes late and teaching goes on.
SHARES = {
    "trained": (0.08, 0.25, 0.45, 0.62, 0.78, 0.92),
    "phones": (0.0, 0.2, 0.45, 0.7, 0.88, 0.97),
    "power": (0.0, 0.1, 0.3, 0.5, 0.75, 0.9),
    "labels": (0.0, 0.0, 0.0, 0.2, 0.6, 1.0),
    "networks": (0.0, 0.05, 0.2, 0.45, 0.7, 0.92),
    "standby": (0.0, 0.0, 0.15, 0.4, 0.7, 0.94),
    "sheets": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "layout": (0.0, 0.0, 0.0, 0.15, 0.5, 0.86),
}
TAUGHT = {
    "online": (0.2, 0.4, 0.6, 0.8, 0.9, 1.0),
    "offline": (0.0, 0.2, 0.4, 0.6, 0.8, 0.95),
    "city": (0.0, 0.0, 0.3, 0.5, 0.7, 0.9),
}
NEVER_CAME = {("org-440607106-2", "city"), ("org-440607106-2", "offline"), ("org-440607106-2", "online")}
BENCHMARKS = (
    ("beijing-2021", "北京顺义，2021年1月", "Shunyi, Beijing, 2021-01", "persons_per_desk_hour", 100, "press"),
    ("liaoning-2021", "辽宁系统", "Liaoning system", "persons_per_desk_hour", 200, "press: more than 200"),
    ("guides-2022", "国家指南，2022年", "National guides, 2022", "residents_per_medic", 360, "national guides, 2022"),
    ("guides-2022", "国家指南，2022年", "National guides, 2022", "persons_per_site", 2500, "2,000-3,000 a site"),
    ("guides-2022", "国家指南，2022年", "National guides, 2022", "persons_per_desk", 700, "600-800 a desk"),
    ("tianjin-2022", "天津，2022年1月", "Tianjin, 2022-01", "lab_tubes_per_day", 50000, "press: a district's base"),
    ("tianjin-2022", "天津，2022年1月", "Tianjin, 2022-01", "peak_over_mean", 1.2, "press: by appointment"),
    ("shenzhen-2022", "深圳，2022年3月", "Shenzhen, 2022-03", "peak_over_mean", 1.4, "press: without appointment"),
)


def towns() -> list[dict[str, str]]:
    """Return the towns of the campaign."""
    with (CAMPAIGN / "towns.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sites(town_code: str) -> int:
    """Return how many sites a town has."""
    with (CAMPAIGN / "sites.csv").open(encoding="utf-8", newline="") as file:
        return sum(row["town_code"] == town_code for row in csv.DictReader(file))


def contacts() -> Iterable[Sequence[object]]:
    """Yield the rows of contacts.csv; no mainland number begins with 100."""
    yield "contact_id", "level", "town_code", "name_zh", "name_en", "phone"
    for number, town in enumerate(towns(), start=1):
        names = f"{town['name_zh']}信息组（示例）", f"{town['name_en']} information desk (example)"
        yield f"town-{town['town_code']}", "town", town["town_code"], *names, f"100-0000-02{number:02}"
    yield "district", "district", "-", "区信息保障值班（示例）", "District duty desk (example)", "100-0000-0300"
    yield "vendor-province", "vendor", "-", "省系统公司（示例）", "Province's system, maker (example)", "100-0000-0401"
    yield "vendor-city", "vendor", "-", "市系统公司（示例）", "City's system, maker (example)", "100-0000-0402"


def organisations() -> Iterable[Sequence[object]]:
    """Yield the rows of organisations.csv: a health office and a hospital in every town."""
    yield "organisation_id", "town_code", "name_zh", "name_en", "persons"
    for town in towns():
        for number, (zh, en) in enumerate(IN_EVERY_TOWN, start=1):
            names = f"{town['name_zh']}{zh}", f"{town['name_en']} {en}"
            yield f"org-{town['town_code']}-{number}", town["town_code"], *names, 4 + 2 * number


def trainings() -> Iterable[Sequence[object]]:
    """Yield the rows of trainings.csv: how many were taught each day."""
    yield "organisation_id", "skill", "on", "persons"
    for organisation_id, *_, persons in list(organisations())[1:]:
        for skill, shares in TAUGHT.items():
            if (organisation_id, skill) in NEVER_CAME:
                continue
            whole = [int(share * int(str(persons))) for share in shares]
            for day, (before, now) in enumerate(zip([0, *whole], whole, strict=False)):
                if now > before:
                    yield organisation_id, skill, FIRST_DAY + timedelta(days=day), now - before


def preparation() -> Iterable[Sequence[object]]:
    """Yield the rows of preparation.csv: sites of a town that met a check on the evening of a day."""
    yield "on", "town_code", "check", "ready", "needed"
    for day in range(DAYS):
        for town in towns():
            needed = sites(town["town_code"])
            for check, shares in SHARES.items():
                yield FIRST_DAY + timedelta(days=day), town["town_code"], check, int(shares[day] * needed), needed


def benchmarks() -> Iterable[Sequence[object]]:
    """Yield the rows of benchmarks.csv."""
    yield "profile_id", "name_zh", "name_en", "metric", "value", "source"
    yield from BENCHMARKS


TABLES = {
    "contacts.csv": contacts,
    "organisations.csv": organisations,
    "trainings.csv": trainings,
    "preparation.csv": preparation,
    "benchmarks.csv": benchmarks,
}


def build(folder: Path) -> None:
    """Write every table into ``folder``."""
    for name, rows in TABLES.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows())


if __name__ == "__main__":
    build(CAMPAIGN)
