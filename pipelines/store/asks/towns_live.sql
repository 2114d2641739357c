-- what: the state of each town of the scope; a site's scope shows its town with that site alone
-- grain: town
WITH sites AS (
    SELECT s.* FROM known.site_core($as_of, $speed) s SEMI JOIN sites_in($scope_level, $scope_id) i USING (site_id)
)
SELECT
    t.town_code, t.name_zh, t.name_en, count(s.site_id)::BIGINT AS sites,
    count(*) FILTER (WHERE s.is_open AND s.is_queue_fresh)::BIGINT AS sites_open,
    coalesce(sum(s.persons_registered), 0)::BIGINT AS persons_registered,
    coalesce(sum(s.planned_persons), 0)::BIGINT AS planned_persons,
    coalesce(sum(s.persons_registered), 0) / nullif(sum(s.planned_persons), 0) AS load_share,
    coalesce(sum(s.queue_persons) FILTER (WHERE s.is_open AND s.is_queue_fresh), 0)::BIGINT AS queue_persons,
    quantile_cont(s.wait_minutes, 0.5) FILTER (WHERE s.is_open AND s.is_queue_fresh) AS wait_p50_minutes,
    max(s.wait_minutes) FILTER (WHERE s.is_open AND s.is_queue_fresh) AS wait_max_minutes,
    sum(s.persons_last_hour)::BIGINT AS persons_last_hour,
    count(*) FILTER (WHERE NOT s.is_fresh)::BIGINT AS stale_sites
FROM sites s
JOIN town t ON t.town_code = s.town_code
GROUP BY t.town_code, t.position, t.name_zh, t.name_en
ORDER BY t.position
