"""What a campaign says of tickets, custody and the days before, as rows of the store's tables."""

from datetime import UTC, date, datetime, time, timedelta

from pipelines.campaign.model import Campaign
from pipelines.vocabulary import ReadyCheck

Rows = list[dict[str, object]]


def keeping_setting(campaign: Campaign) -> dict[str, object]:
    """Return the columns of ``setting`` about tickets and custody."""
    the = campaign.tickets
    return {
        "ticket_site_minutes": the.site_minutes,
        "ticket_town_minutes": the.town_minutes,
        "ticket_district_minutes": the.district_minutes,
        "ticket_vendor_minutes": the.vendor_minutes,
        "ticket_critical_share": the.critical_share,
        "rotation_hours": campaign.custody.rotation_hours,
    }


def keeping_tables(campaign: Campaign) -> dict[str, Rows]:
    """Return the rows by table; a day is its local midnight in UTC."""
    standing: dict[str, Rows] = {
        "contact": [
            {
                "contact_id": c.contact_id,
                "position": n,
                "level": c.level.value,
                "town_code": c.town_code,
                "name_zh": c.name.zh,
                "name_en": c.name.en,
                "phone": c.phone,
            }
            for n, c in enumerate(campaign.contacts)
        ],
        "account": [
            {
                "account_id": a.account_id,
                "position": n,
                "town_code": a.town_code,
                "lab_id": a.lab_id,
                "keeper": a.keeper,
                "keeper_phone": a.keeper_phone,
            }
            for n, a in enumerate(campaign.accounts)
        ],
        "ready_check": [{"check": check.value, "position": n} for n, check in enumerate(ReadyCheck)],
    }
    return standing | _before(campaign)


def _before(campaign: Campaign) -> dict[str, Rows]:
    return {
        "organisation": [
            {
                "organisation_id": o.organisation_id,
                "position": n,
                "town_code": o.town_code,
                "name_zh": o.name.zh,
                "name_en": o.name.en,
                "persons": o.persons,
            }
            for n, o in enumerate(campaign.organisations)
        ],
        "training": [
            {
                "organisation_id": t.organisation_id,
                "skill": t.skill.value,
                "day_at": _midnight(campaign, t.on),
                "persons": t.persons,
            }
            for t in campaign.trainings
        ],
        "preparation": [
            {
                "day_at": _midnight(campaign, p.on),
                "town_code": p.town_code,
                "check": p.check.value,
                "ready": p.ready,
                "needed": p.needed,
            }
            for p in campaign.preparation
        ],
        "benchmark": [
            {
                "profile_id": b.profile_id,
                "position": n,
                "name_zh": b.name.zh,
                "name_en": b.name.en,
                "metric": b.metric.value,
                "value": b.value,
                "source": b.source,
            }
            for n, b in enumerate(campaign.benchmarks)
        ],
    }


def _midnight(campaign: Campaign, on: date) -> datetime:
    return datetime.combine(on, time(), UTC) - timedelta(minutes=campaign.timezone_offset_minutes)
