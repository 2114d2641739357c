-- what: every ticket known at as_of: where it lies and since when, who took it there, whether it is solved, and what it is
--       about; number is that of the act that opened it. due_at is when its level's time is over (Q79, Q80): a critical
--       ticket's runs ticket_critical_share as long; whoever took it on the level below does not have it above
-- grain: ticket
CREATE OR REPLACE MACRO ticket(as_of) AS TABLE
WITH told AS (
    SELECT
        sequence, kind, actor, scope_level, scope_id, facts, reason, happened_at,
        CASE WHEN kind = 'ticket_opened' THEN act_id ELSE target END AS ticket_id,
        CASE kind
            WHEN 'ticket_opened' THEN facts ->> '$.level'
            WHEN 'ticket_escalated' THEN facts ->> '$.level'
            WHEN 'ticket_handed' THEN 'vendor'
        END AS level
    FROM act
    WHERE kind IN (
        'ticket_opened', 'ticket_taken', 'ticket_noted', 'ticket_escalated', 'ticket_handed', 'ticket_solved',
        'ticket_reopened'
    ) AND stored_at <= as_of
),
stood AS (
    SELECT
        ticket_id, min(sequence) AS number,
        any_value(scope_level) FILTER (WHERE kind = 'ticket_opened') AS scope_level,
        any_value(scope_id) FILTER (WHERE kind = 'ticket_opened') AS scope_id,
        any_value(facts ->> '$.category') FILTER (WHERE kind = 'ticket_opened') AS category,
        any_value(facts ->> '$.severity') FILTER (WHERE kind = 'ticket_opened') AS severity,
        coalesce(any_value(facts ->> '$.alert_id') FILTER (WHERE kind = 'ticket_opened'), '') AS alert_id,
        any_value(reason) FILTER (WHERE kind = 'ticket_opened') AS title,
        any_value(actor) FILTER (WHERE kind = 'ticket_opened') AS opened_by,
        min(happened_at) FILTER (WHERE kind = 'ticket_opened') AS opened_at,
        arg_max(level, sequence) AS level,
        max(sequence) FILTER (WHERE level IS NOT NULL OR kind = 'ticket_reopened') AS level_sequence,
        arg_max(happened_at, sequence) FILTER (WHERE level IS NOT NULL OR kind = 'ticket_reopened') AS level_since,
        max(sequence) FILTER (WHERE kind = 'ticket_taken') AS taken_sequence,
        arg_max(actor, sequence) FILTER (WHERE kind = 'ticket_taken') AS taken_by,
        arg_max(kind, sequence) FILTER (WHERE kind IN ('ticket_opened', 'ticket_solved', 'ticket_reopened')) AS last_kind,
        arg_max(happened_at, sequence) FILTER (WHERE kind = 'ticket_solved') AS solved_at,
        arg_max(actor, sequence) FILTER (WHERE kind = 'ticket_solved') AS solved_by,
        arg_max(reason, sequence) AS last_note, arg_max(happened_at, sequence) AS last_at,
        count(*) FILTER (WHERE kind = 'ticket_escalated')::BIGINT AS escalations,
        arg_max(facts ->> '$.vendor', sequence) FILTER (WHERE kind = 'ticket_handed') AS vendor
    FROM told
    GROUP BY ticket_id
    HAVING count(*) FILTER (WHERE kind = 'ticket_opened') = 1
)
SELECT
    t.ticket_id, t.number, t.scope_level, t.scope_id, t.category, t.severity, t.alert_id, t.title, t.opened_by,
    t.opened_at, t.level, t.level_sequence, t.level_since,
    CASE WHEN t.taken_sequence > t.level_sequence THEN t.taken_by END AS owner,
    CASE WHEN t.last_kind = 'ticket_solved' THEN 'solved' ELSE 'open' END AS state,
    CASE WHEN t.last_kind = 'ticket_solved' THEN t.solved_at END AS solved_at,
    CASE WHEN t.last_kind = 'ticket_solved' THEN t.solved_by END AS solved_by,
    t.last_note, t.last_at, t.escalations, t.vendor,
    t.level_since + to_microseconds((
        60e6 * CASE t.level
            WHEN 'site' THEN s.ticket_site_minutes
            WHEN 'town' THEN s.ticket_town_minutes
            WHEN 'district' THEN s.ticket_district_minutes
            ELSE s.ticket_vendor_minutes
        END * CASE WHEN t.severity = 'critical' THEN s.ticket_critical_share ELSE 1 END
    )::BIGINT) AS due_at
FROM stood t
CROSS JOIN setting s;
