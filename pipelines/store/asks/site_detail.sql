-- what: everything of one site
-- grain: one row
WITH staff AS (
    SELECT
        sum(on_shift)::BIGINT AS staff_on_shift, sum(planned)::BIGINT AS staff_planned
    FROM known.staff_fresh($as_of, $speed) WHERE site_id = $site_id
)
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, s.lon, s.lat, s.lanes, s.lanes_open, s.planned_persons,
    s.persons_registered, s.tubes_registered, s.persons_last_hour, s.load_share, s.queue_persons, s.wait_minutes,
    s.wait_class, n.network_health, s.main_server_id, s.desks_off_province, s.observed_at, s.age_s, s.is_fresh,
    p.last_outcome, p.last_reason, s.tubes_sampled, s.tubes_short, t.staff_on_shift, t.staff_planned
FROM known.site_state($as_of, $speed) s
CROSS JOIN staff t
LEFT JOIN known.site_network($as_of, $speed) n ON n.site_id = s.site_id
LEFT JOIN known.source($as_of) p ON p.kind = 'site_counts' AND p.site_id = s.site_id
WHERE s.site_id = $site_id
