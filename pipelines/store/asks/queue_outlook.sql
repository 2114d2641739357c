-- what: each site's line now and in 15, 30, 60 campaign minutes (Q93): queue_ going on, stopped_ when registration stops
--       now, offline_ when it stops and the trained desks go offline (plan one); wait_ the minutes who joins then will
--       wait. crowd_limit: the line from which police should close the entrance; crowded_in_minutes: when a stop now
--       brings it to that, 0 when it is there, NULL beyond an hour
-- grain: site of the scope, every one of them; NULL before the first outlook
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, o.queue_persons, o.rate_per_hour, o.offline_share,
    o.queue_15, o.queue_30, o.queue_60, o.stopped_15, o.stopped_30, o.stopped_60, o.offline_15, o.offline_30,
    o.offline_60, o.wait_15, o.wait_30, o.wait_60, o.stopped_wait_15, o.stopped_wait_30, o.stopped_wait_60,
    o.offline_wait_15, o.offline_wait_30, o.offline_wait_60, o.crowd_limit, o.crowded_in_minutes,
    coalesce(o.queue_persons >= o.crowd_limit, false) AS is_crowded, o.made_at,
    wall_age_s($as_of, o.made_at, $speed) AS age_s
FROM sites_in($scope_level, $scope_id) s
LEFT JOIN known.queue_outlook($as_of) o ON o.site_id = s.site_id
ORDER BY s.site_id
