-- what: how many of the scope's tubes ever took each step (registered and sampled as the sites count them, the rest by
--       the tubes' events), and how many are missing now: lost or at a wrong lab, and not received since (Q83, Q84),
--       with the campaign minutes since the oldest of them went missing
-- grain: one row
WITH counted AS (
    SELECT sum(c.tubes_registered)::BIGINT AS registered, sum(c.tubes_sampled)::BIGINT AS sampled
    FROM known.counts($as_of) c SEMI JOIN sites_in($scope_level, $scope_id) i USING (site_id)
),
steps AS (
    SELECT t.site_id, t.kind, t.tubes
    FROM known.tube_total($as_of) t SEMI JOIN sites_in($scope_level, $scope_id) i USING (site_id)
),
astray AS (
    SELECT DISTINCT e.barcode
    FROM tube_event e
    SEMI JOIN (SELECT site_id, kind FROM steps WHERE kind IN ('lost', 'misrouted')) AS with_any USING (site_id, kind)
    WHERE e.stored_at <= $as_of
),
last_step AS (
    SELECT
        e.barcode, arg_max(e.kind, e.sequence) AS kind, arg_max(e.happened_at, e.sequence) AS happened_at
    FROM tube_event e SEMI JOIN astray a USING (barcode)
    WHERE e.stored_at <= $as_of
    GROUP BY e.barcode
),
missing AS (
    SELECT
        count(*) FILTER (WHERE kind = 'lost')::BIGINT AS tubes_lost,
        count(*) FILTER (WHERE kind = 'misrouted')::BIGINT AS tubes_misrouted,
        max(greatest(0.0, epoch($as_of - happened_at) / 60)) AS missing_oldest_minutes
    FROM last_step
    WHERE kind IN ('lost', 'misrouted')
)
SELECT
    coalesce(any_value(c.registered), 0)::BIGINT AS tubes_registered,
    coalesce(any_value(c.sampled), 0)::BIGINT AS tubes_sampled,
    coalesce(sum(tubes) FILTER (WHERE kind = 'dispatched'), 0)::BIGINT AS tubes_dispatched,
    coalesce(sum(tubes) FILTER (WHERE kind = 'received'), 0)::BIGINT AS tubes_at_lab,
    coalesce(sum(tubes) FILTER (WHERE kind = 'resulted'), 0)::BIGINT AS tubes_resulted,
    any_value(m.tubes_lost) AS tubes_lost, any_value(m.tubes_misrouted) AS tubes_misrouted,
    any_value(m.missing_oldest_minutes) AS missing_oldest_minutes
FROM missing m
CROSS JOIN counted c
LEFT JOIN steps s ON true
