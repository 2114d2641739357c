-- what: person-samples and tubes per five minutes and in total against the plan, to the closing or to as_of if that is
--       later, at most a day after the closing; what is not yet known is NULL; tubes planned are ten persons each
-- grain: five minutes, every one of them; the one that as_of lies in is not complete
WITH span AS (
    SELECT
        time_bucket(INTERVAL 5 MINUTE, opens_at) AS first_at,
        least(time_bucket(INTERVAL 5 MINUTE, $as_of), time_bucket(INTERVAL 5 MINUTE, closes_at + INTERVAL 1 DAY)) AS now_at,
        time_bucket(INTERVAL 5 MINUTE, closes_at - INTERVAL 1 MICROSECOND) AS closing_at
    FROM round
),
sites AS (SELECT site_id, planned_persons FROM sites_of($scope_level, $scope_id, $lab_id)),
planned AS (SELECT coalesce(sum(planned_persons), 0) AS persons FROM sites),
counted AS (
    SELECT
        least(greatest(b.bucket_at, p.first_at), p.now_at) AS bucket_at,
        sum(b.persons) FILTER (WHERE b.kind = 'registered') AS persons_registered,
        sum(b.tubes) FILTER (WHERE b.kind = 'registered') AS tubes_registered,
        sum(b.tubes) FILTER (WHERE b.kind = 'sampled') AS tubes_sampled,
        sum(b.tubes) FILTER (WHERE b.kind = 'received') AS tubes_received,
        sum(b.tubes) FILTER (WHERE b.kind = 'resulted') AS tubes_resulted
    FROM known.tube_bucket($as_of) b
    SEMI JOIN sites USING (site_id)
    CROSS JOIN span p
    GROUP BY 1
),
slots AS (
    SELECT s.bucket_at, s.share, p.now_at, s.bucket_at <= p.now_at AS is_known
    FROM span p, plan_share(greatest((SELECT now_at FROM span), (SELECT closing_at FROM span))) s
)
SELECT
    s.bucket_at,
    n.persons * s.share AS persons_planned_total,
    n.persons * (s.share - coalesce(lag(s.share) OVER up_to_here, 0.0)) AS persons_planned,
    n.persons * (s.share - coalesce(lag(s.share) OVER up_to_here, 0.0)) / 10 AS tubes_planned,
    CASE WHEN s.is_known THEN coalesce(c.persons_registered, 0) END::BIGINT AS persons_registered,
    CASE WHEN s.is_known THEN coalesce(c.tubes_registered, 0) END::BIGINT AS tubes_registered,
    CASE WHEN s.is_known THEN coalesce(c.tubes_sampled, 0) END::BIGINT AS tubes_sampled,
    CASE WHEN s.is_known THEN coalesce(c.tubes_received, 0) END::BIGINT AS tubes_received,
    CASE WHEN s.is_known THEN coalesce(c.tubes_resulted, 0) END::BIGINT AS tubes_resulted,
    CASE WHEN s.is_known THEN coalesce(sum(c.persons_registered) OVER up_to_here, 0) END::BIGINT AS persons_total,
    s.bucket_at + INTERVAL 5 MINUTE <= $as_of AS is_complete
FROM slots s
CROSS JOIN planned n
LEFT JOIN counted c USING (bucket_at)
WINDOW up_to_here AS (ORDER BY s.bucket_at)
ORDER BY s.bucket_at
