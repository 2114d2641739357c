"""What a report says in sentences: its title, how it stands, what is advised, missing, changed and signed."""

from datetime import timedelta

from pipelines.reports.document import Action, Disturbance, Report
from pipelines.reports.words import Tongue
from pipelines.vocabulary import ScopeLevel


def states_of(report: Report, say: Tongue) -> list[str]:
    """Return in words how the report stands: signed, late, revised."""
    told = [say("signed") if report.is_signed else say("unsigned")]
    return told + [say(word) for word, holds in (("late", report.is_late), ("revised", report.is_revised)) if holds]


def subtitle_of(report: Report, say: Tongue) -> str:
    """Return the line below the title: of which round, which version, why and when."""
    version = say("version", version=report.version, versions=report.versions)
    why, frozen = say(f"why.{report.why.value}"), say("frozen", at=say.time(report.frozen_at))
    return " · ".join([say.name(report.heading.round_name), version, why, frozen])


def standing_of(report: Report, say: Tongue) -> str:
    """Return in a line how the report stands: signed, late, revised, and by when it is or was due."""
    return " · ".join([*states_of(report, say), say("due", at=say.time(report.due_at))])


def title_of(report: Report, say: Tongue) -> str:
    """Return the title, with the place's name where that is not the district's."""
    title = say("title", district=say.name(report.heading.district_name))
    return title if report.place.level is ScopeLevel.DISTRICT else f"{title} · {say.name(report.place.name)}"


def action_lines(action: Action, report: Report, say: Tongue) -> tuple[str, str]:
    """Return what is recommended, where, and what it is expected to change; then the evidence and the notes."""
    cause, sign, subject = action.subject.partition(":")
    where = f"{say(cause)} {_named(subject, report, say)}" if sign else _named(action.subject, report, say)
    sites = f" · {len(action.site_ids)} {say('sites')}" if len(action.site_ids) > 1 else ""
    lasting = "effect" if action.person_minutes else "effect_alone"
    effect = say(
        lasting if action.effect_minutes else "effect_now",
        metric=say(action.metric),
        before=say.number(action.before),
        after=say.number(action.after),
        minutes=say.number(action.effect_minutes),
        saved=say.number(action.person_minutes),
    )
    proof = [f"{say.key(key)} {say.value(value)}" for key, value in action.evidence.items() if value is not None]
    notes = [say("note", by=note.by, text=note.text) for note in action.notes]
    return f"{action.rank}. {say(action.kind)} · {where}{sites}{say('colon')}{effect}", " · ".join(proof + notes)


def _named(subject: str, report: Report, say: Tongue) -> str:
    """Return the name of what something is about: the report's own place, one of its parts, a carrier; else its id."""
    names = {place.id: say.name(place.name) for place in (report.place, *report.parts)}
    return names.get(subject) or say(subject)


def disturbed_line(one: Disturbance, report: Report, say: Tongue) -> str:
    """Return one disturbance in a line."""
    ended = say("ended", at=say.time(one.ended_at)) if one.ended_at else ""
    told = {"subject": _named(one.subject or "", report, say), "since": say.time(one.since), "ended": ended}
    return say("disturbed", cause=say(one.cause), sites=one.sites, desks=one.desks, **told)


def missing_lines(report: Report, say: Tongue) -> list[str]:
    """Return the missing tubes in a line each: its label, whose it is, what became of it, since when, for how long."""
    return [
        say(
            "missed",
            barcode=one.barcode,
            site=say.name(one.site),
            kind=say(one.kind),
            since=say.time(one.since),
            age=_age(report.hour_at - one.since, say),
        )
        for one in report.missing
    ]


def _age(age: timedelta, say: Tongue) -> str:
    hours, minutes = divmod(int(age.total_seconds() / 60), 60)
    return say("age", hours=hours, minutes=minutes)


def change_lines(report: Report, say: Tongue) -> list[str]:
    """Return what differs from the version before, a line a figure."""
    return [
        say("changed", figure=say(one.figure), before=say.number(one.before), after=say.number(one.after))
        for one in report.changes
    ]


def signature_lines(report: Report, say: Tongue) -> list[str]:
    """Return who signed what when, a line each."""
    return [
        say(
            "signed_by",
            by=one.by,
            at=say.time(one.at),
            version=one.version,
            late=say("signed_late") if one.is_late else "",
        )
        + (f" · {one.text}" if one.text else "")
        for one in report.signatures
    ]
