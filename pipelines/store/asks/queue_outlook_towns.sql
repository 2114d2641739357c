-- what: the lines of each town's sites in the scope together, now and in 15, 30, 60 minutes; see queue_outlook.
--       sites_crowded are beyond their limit now, sites_crowded_in_30 within half an hour of a stop
-- grain: town of the scope; NULL before the first outlook
SELECT
    t.town_code, t.name_zh, t.name_en, sum(o.queue_persons)::BIGINT AS queue_persons,
    sum(o.queue_15)::BIGINT AS queue_15, sum(o.queue_30)::BIGINT AS queue_30, sum(o.queue_60)::BIGINT AS queue_60,
    sum(o.stopped_15)::BIGINT AS stopped_15, sum(o.stopped_30)::BIGINT AS stopped_30,
    sum(o.stopped_60)::BIGINT AS stopped_60, sum(o.offline_15)::BIGINT AS offline_15,
    sum(o.offline_30)::BIGINT AS offline_30, sum(o.offline_60)::BIGINT AS offline_60,
    count(*) FILTER (WHERE o.queue_persons >= o.crowd_limit)::BIGINT AS sites_crowded,
    count(*) FILTER (WHERE o.crowded_in_minutes <= 30)::BIGINT AS sites_crowded_in_30, max(o.made_at) AS made_at
FROM sites_in($scope_level, $scope_id) s
JOIN town t ON t.town_code = s.town_code
LEFT JOIN known.queue_outlook($as_of) o ON o.site_id = s.site_id
GROUP BY t.town_code, t.position, t.name_zh, t.name_en
ORDER BY t.position
