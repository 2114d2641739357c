-- what: every account of the campaign (Q28-Q33, Q69, Q75): its state as the sites tell it ('' when nobody has), when its
--       password must be changed (the sites' own deadline, else so many hours after the last shift), and when it was: as
--       told or as recorded here, whichever came first
-- grain: account
CREATE OR REPLACE MACRO account_state(as_of) AS TABLE
WITH told AS (
    SELECT
        thing_id AS account_id, arg_max(state, sequence) AS state,
        max(try_cast(facts ->> '$.deadline' AS TIMESTAMPTZ)) AS deadline,
        min(happened_at) FILTER (WHERE step = 'rotate') AS rotated_at,
        max(try_cast(facts ->> '$.sheets' AS BIGINT)) AS sheets
    FROM thing_event
    WHERE machine = 'account' AND stored_at <= as_of
    GROUP BY thing_id
),
done AS (
    SELECT target AS account_id, min(happened_at) AS rotated_at, arg_min(actor, sequence) AS rotated_by
    FROM act
    WHERE kind = 'account_rotated' AND stored_at <= as_of
    GROUP BY target
),
last_shift AS (SELECT max(ends_at) AS ends_at FROM shift)
SELECT
    a.*, coalesce(t.state, '') AS state, t.sheets,
    coalesce(t.deadline, l.ends_at + to_microseconds((s.rotation_hours * 3600e6)::BIGINT)) AS due_at,
    least(t.rotated_at, d.rotated_at) AS rotated_at, d.rotated_by
FROM account a
CROSS JOIN setting s
CROSS JOIN last_shift l
LEFT JOIN told t ON t.account_id = a.account_id
LEFT JOIN done d ON d.account_id = a.account_id;
