-- what: every total of the scope on one line; NULL where what it would be added up from is stale. Persons and tubes
--       registered never fall: voided tubes, registered before or only opened, are counted apart
-- grain: one row
WITH sites AS (
    SELECT s.* FROM known.site_core($as_of, $speed) s SEMI JOIN sites_in($scope_level, $scope_id) i USING (site_id)
),
site_totals AS (
    SELECT
        coalesce(sum(persons_registered), 0)::BIGINT AS persons_registered,
        coalesce(sum(tubes_registered), 0)::BIGINT AS tubes_registered,
        coalesce(sum(persons_sampled), 0)::BIGINT AS persons_sampled,
        coalesce(sum(tubes_sampled), 0)::BIGINT AS tubes_sampled,
        coalesce(sum(tubes_short), 0)::BIGINT AS tubes_short,
        coalesce(sum(planned_persons), 0)::BIGINT AS planned_persons,
        sum(persons_last_hour)::BIGINT AS persons_last_hour,
        sum(tubes_last_hour)::BIGINT AS tubes_last_hour,
        count(*)::BIGINT AS sites_total
    FROM sites
),
queues AS (
    SELECT
        CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE is_open) END::BIGINT AS sites_open,
        CASE WHEN count(*) > 0 THEN coalesce(sum(queue_persons) FILTER (WHERE is_open), 0) END::BIGINT AS queue_persons,
        quantile_cont(wait_minutes, 0.5) FILTER (WHERE is_open) AS wait_p50_minutes,
        max(wait_minutes) FILTER (WHERE is_open) AS wait_max_minutes,
        CASE WHEN count(*) > 0 THEN coalesce(sum(lanes_open) FILTER (WHERE is_open), 0) END::BIGINT AS lanes_open
    FROM sites
    WHERE is_queue_fresh
),
events AS (SELECT count(*) = 0 AS are_fresh FROM known.feed_stale($as_of, $speed) WHERE kind = 'tube_events'),
tubes AS (
    SELECT
        coalesce(sum(tubes) FILTER (WHERE kind = 'received'), 0)::BIGINT AS tubes_at_lab,
        coalesce(sum(tubes) FILTER (WHERE kind = 'resulted'), 0)::BIGINT AS tubes_resulted,
        coalesce(sum(tubes) FILTER (WHERE kind = 'voided'), 0)::BIGINT AS tubes_voided
    FROM known.tube_total($as_of) t SEMI JOIN sites_in($scope_level, $scope_id) i USING (site_id)
),
staff AS (
    SELECT
        sum(on_shift)::BIGINT AS staff_on_shift, sum(planned)::BIGINT AS staff_planned
    FROM known.staff_fresh($as_of, $speed) r SEMI JOIN sites_in($scope_level, $scope_id) i USING (site_id)
),
networks AS (
    SELECT
        count(*) FILTER (WHERE health = 'ok')::BIGINT AS networks_ok,
        count(*) FILTER (WHERE health IN ('down', 'slow'))::BIGINT AS networks_down,
        count(*) FILTER (WHERE health = 'unknown')::BIGINT AS networks_unknown,
        count(*)::BIGINT AS networks_total
    FROM known.network_state($as_of, $speed) n SEMI JOIN sites_in($scope_level, $scope_id) i USING (site_id)
),
servers AS (
    SELECT
        count(*) FILTER (WHERE health IN ('ok', 'slow'))::BIGINT AS servers_up,
        count(*) FILTER (WHERE health = 'down')::BIGINT AS servers_down,
        count(*) FILTER (WHERE health = 'unknown')::BIGINT AS servers_unknown,
        count(*)::BIGINT AS servers_total
    FROM known.server_health($as_of, $speed)
),
desks AS (
    SELECT coalesce(sum(desks), 0)::BIGINT AS desks_total
    FROM known.desks($as_of) d SEMI JOIN sites_in($scope_level, $scope_id) i USING (site_id)
),
of_sites AS (
    SELECT
        s.*, q.*, e.are_fresh,
        CASE WHEN $scope_level = 'district' THEN r.target_persons ELSE s.planned_persons END AS persons_target
    FROM site_totals s CROSS JOIN queues q CROSS JOIN events e CROSS JOIN round r
),
of_means AS (SELECT f.*, n.*, d.* FROM staff f CROSS JOIN networks n CROSS JOIN desks d)
SELECT
    persons_registered, tubes_registered, persons_sampled, tubes_sampled, tubes_short, planned_persons, persons_target,
    persons_registered / nullif(persons_target, 0) AS target_share,
    CASE WHEN are_fresh THEN persons_last_hour END AS persons_last_hour,
    CASE WHEN are_fresh THEN tubes_last_hour END AS tubes_last_hour,
    tubes_at_lab, tubes_resulted, tubes_voided, sites_open, sites_total, queue_persons,
    wait_p50_minutes, wait_max_minutes, lanes_open, staff_on_shift, staff_planned, networks_ok, networks_down,
    networks_unknown, networks_total, servers_up, servers_down, servers_unknown, servers_total, desks_total
FROM of_sites
CROSS JOIN tubes
CROSS JOIN of_means
CROSS JOIN servers
