-- what: the scope's gates added up (Q43-Q53); what is of now (queue, wait, guides) is NULL where the gates are stale
-- grain: one row
SELECT
    count(g.site_id)::BIGINT AS sites_told, count(*)::BIGINT AS sites_total,
    sum(g.persons_screened)::BIGINT AS persons_screened, sum(g.codes_prepared)::BIGINT AS codes_prepared,
    sum(g.screenshots)::BIGINT AS screenshots, sum(g.codes_generated)::BIGINT AS codes_generated,
    sum(g.codes_unreadable)::BIGINT AS codes_unreadable, sum(g.codes_refreshed)::BIGINT AS codes_refreshed,
    sum(g.fevers)::BIGINT AS fevers, sum(g.risk_travellers)::BIGINT AS risk_travellers,
    sum(g.vaccinated)::BIGINT AS vaccinated, sum(g.turned_away)::BIGINT AS turned_away,
    sum(g.tested_separately)::BIGINT AS tested_separately, sum(g.special_persons)::BIGINT AS special_persons,
    sum(g.special_captured)::BIGINT AS special_captured, sum(g.special_groups)::BIGINT AS special_groups,
    sum(g.special_queue_persons) FILTER (WHERE a.is_fresh)::BIGINT AS special_queue_persons,
    max(g.special_wait_minutes) FILTER (WHERE a.is_fresh) AS special_wait_max_minutes,
    sum(g.guides_busy) FILTER (WHERE a.is_fresh)::BIGINT AS guides_busy,
    sum(g.guides_free) FILTER (WHERE a.is_fresh)::BIGINT AS guides_free,
    sum(g.codes_prepared) / nullif(sum(g.persons_screened), 0) AS prepared_share,
    sum(g.codes_generated) / nullif(sum(g.persons_screened), 0) AS generated_share,
    sum(g.codes_unreadable) / nullif(sum(g.persons_screened), 0) AS unreadable_share,
    any_value(a.observed_at) AS observed_at, any_value(a.age_s) AS age_s, bool_and(a.is_fresh) AS is_fresh
FROM sites_in($scope_level, $scope_id) s
JOIN known.page_age($as_of, $speed) a ON a.kind = 'gates'
LEFT JOIN known.gate($as_of) g ON g.site_id = s.site_id
