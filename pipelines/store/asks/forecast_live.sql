-- what: when the scope will be done and how far it gets by closing, with a band for nine cases of ten. finish: the last
--       person expected is registered, NULL when at this pace never; persons at close are NULL after closing.
--       target_share is of the persons planned, coverage_now of the residents (NULL for a site), either may pass 1.
--       slowest_site_id is the site that is done last. age_s: wall seconds since it was computed
-- grain: one row; all NULL before the first forecast
WITH residents AS (
    SELECT CASE WHEN $scope_level <> 'site' THEN sum(t.residents) END::BIGINT AS residents
    FROM town t
    WHERE $scope_level = 'district' OR t.town_code = $scope_id
),
found AS (
    SELECT * FROM known.forecast($as_of)
    WHERE scope_level = $scope_level AND scope_id = coalesce($scope_id, '')
)
SELECT
    f.finish_at, f.finish_low_at, f.finish_high_at, f.persons_at_close, f.persons_at_close_low,
    f.persons_at_close_high, f.method, f.persons_registered, f.persons_target, f.persons_expected,
    f.persons_registered / nullif(f.persons_target, 0) AS target_share,
    f.persons_registered / nullif(r.residents, 0) AS coverage_now, r.residents,
    f.rate_now_per_hour, f.rate_needed_per_hour, f.slowest_site_id, o.closes_at,
    f.made_at, wall_age_s($as_of, f.made_at, $speed) AS age_s
FROM round o
CROSS JOIN residents r
LEFT JOIN found f ON true
