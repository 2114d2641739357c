-- what: person-samples and tubes per five minutes and in total against the plan, to the closing or to as_of if that is
--       later, at most a day after the closing; what is not yet known is NULL; tubes planned are ten persons each
-- grain: five minutes, every one of them; the one that as_of lies in is not complete
WITH planned AS (
    SELECT coalesce(sum(planned_persons), 0) AS persons FROM sites_of($scope_level, $scope_id, $lab_id)
),
slots AS (
    SELECT
        s.bucket_at, s.share,
        s.bucket_at <= least(p.last_at, $as_of) AND (NOT u.is_behind OR s.bucket_at <= u.reached_at) AS is_known
    FROM day_span($as_of) p, known.catching_up($as_of) u, plan_share((SELECT greatest(last_at, closing_at) FROM day_span($as_of))) s
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
LEFT JOIN known.tube_flow($as_of, $scope_level, $scope_id, $lab_id) c USING (bucket_at)
WINDOW up_to_here AS (ORDER BY s.bucket_at)
ORDER BY s.bucket_at
