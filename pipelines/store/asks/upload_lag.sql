-- what: how many tubes wait on each site's phones to be uploaded, for how many campaign minutes the longest (since its desk
--       took its state), and how many wall seconds old the site's newest counts are (Q13, Q96)
-- grain: site, every one of the scope
WITH waiting AS (
    SELECT
        site_id, sum(queued_uploads)::BIGINT AS queued_uploads,
        count(*) FILTER (WHERE queued_uploads > 0)::BIGINT AS desks_waiting,
        min(since) FILTER (WHERE queued_uploads > 0) AS since
    FROM known.desk($as_of)
    GROUP BY site_id
)
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, w.queued_uploads, w.desks_waiting, w.since,
    CASE WHEN w.since IS NOT NULL THEN greatest(0.0, (epoch_us($as_of) - epoch_us(w.since)) / 60000000.0) END
    AS oldest_minutes,
    wall_age_s($as_of, c.observed_at, $speed) AS age_s, a.is_fresh AND w.site_id IS NOT NULL AS is_fresh
FROM sites_in($scope_level, $scope_id) s
JOIN known.page_age($as_of, $speed) a ON a.kind = 'desks'
LEFT JOIN waiting w ON w.site_id = s.site_id
LEFT JOIN known.counts($as_of) c ON c.site_id = s.site_id
ORDER BY s.site_id
