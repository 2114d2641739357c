-- what: whether the scope's day may be closed (Q98): of each kind of thing how many are open, for how many of them somebody
--       signed an exception, how many are left, and since when the oldest of these is open; whether the day is closed for
--       this very scope, by whom and when
-- grain: kind, all six
WITH counted AS (
    SELECT
        kind, count(*)::BIGINT AS open, count(exception_by)::BIGINT AS signed,
        min(since) FILTER (WHERE exception_by IS NULL) AS oldest_since
    FROM known.unclosed($as_of, $speed, $scope_level, $scope_id)
    GROUP BY kind
),
day AS (
    SELECT
        arg_max(kind, sequence) = 'day_closed' AS is_closed, arg_max(actor, sequence) AS actor,
        arg_max(happened_at, sequence) AS happened_at
    FROM act
    WHERE kind IN ('day_closed', 'day_reopened') AND scope_level = $scope_level
      AND scope_id IS NOT DISTINCT FROM $scope_id AND stored_at <= $as_of
)
SELECT
    k.kind, coalesce(c.open, 0)::BIGINT AS open, coalesce(c.signed, 0)::BIGINT AS signed,
    coalesce(c.open - c.signed, 0)::BIGINT AS left_open, coalesce(c.open = c.signed, true) AS is_zero, c.oldest_since,
    coalesce(d.is_closed, false) AS is_closed, CASE WHEN d.is_closed THEN d.actor END AS closed_by,
    CASE WHEN d.is_closed THEN d.happened_at END AS closed_at
FROM (VALUES ('tubes', 0), ('sheets', 1), ('passwords', 2), ('devices', 3), ('tickets', 4), ('reports', 5)) AS k(kind, position)
LEFT JOIN counted c ON c.kind = k.kind
CROSS JOIN day d
ORDER BY k.position
