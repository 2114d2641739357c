"""The rules about what people keep: accounts, their sheets and passwords (Q69-Q76), tickets (Q77-Q80)."""

import polars as pl

from pipelines.alerts.model import Rule, Subject, key, seconds
from pipelines.vocabulary import Severity


def late_tickets(tickets: pl.DataFrame) -> pl.DataFrame:
    """Grain: ticket whose last desk's time is over: it goes no further by itself. Its number stands in its name."""
    number = pl.format("#{}", pl.col("number"))
    named = [pl.concat_str(pl.col(name), number, separator=" ", ignore_nulls=True) for name in ("name_zh", "name_en")]
    given = (pl.col("due_at") - pl.col("opened_at")).dt.total_seconds() / 60
    late = tickets.filter(pl.col("is_overdue") & pl.col("next_level").is_null())
    return late.with_columns(*named, minutes_over=pl.col("age_minutes") - given)


KEEPING: tuple[Rule, ...] = (
    Rule(
        name="account_broken",
        ask="account_breaches",
        about=Subject.ACCOUNT,
        severity=Severity.CRITICAL,
        subject=pl.col("account_id"),
        judged=pl.lit(1.0),
        shown=pl.max_horizontal("of_towns", "of_accounts", "of_labs"),
        town="town_code",
        patience=seconds(clear=60),
    ),
    Rule(
        name="password_overdue",
        ask="accounts_live",
        about=Subject.ACCOUNT,
        severity=Severity.CRITICAL,
        subject=pl.col("account_id"),
        judged=pl.col("is_overdue").cast(pl.Float64),
        shown=pl.col("sheets"),
        town="town_code",
        covers=key("account", "account_id"),
    ),
    Rule(
        name="sheets_overdue",
        ask="custody_live",
        about=Subject.SITE,
        severity=Severity.WARNING,
        subject=pl.col("site_id"),
        judged=pl.col("is_overdue").cast(pl.Float64),
        shown=pl.col("open"),
        site="site_id",
        town="town_code",
        links=key("account", "account_id"),
        muted_by=("password_overdue",),
    ),
    Rule(
        name="ticket_overdue",
        ask="tickets_live",
        about=Subject.TICKET,
        severity=Severity.WARNING,
        shape=late_tickets,
        subject=pl.col("ticket_id"),
        judged=pl.lit(1.0),
        shown=pl.col("minutes_over"),
        site="site_id",
        town="town_code",
    ),
)
