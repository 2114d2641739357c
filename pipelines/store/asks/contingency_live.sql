-- what: which system each site works on, desk by desk, and what was ordered (Q16, Q94, Q95); contingency is what most of
--       its desks work on (the first in the order of the columns if equal), NULL where no desk is told of
-- grain: site, every one of the scope
WITH desks AS (
    SELECT
        d.site_id, count(*) AS desks,
        count(*) FILTER (WHERE d.contingency = 'province') AS desks_province,
        count(*) FILTER (WHERE d.contingency = 'offline') AS desks_offline,
        count(*) FILTER (WHERE d.contingency = 'city') AS desks_city,
        count(*) FILTER (WHERE d.contingency = 'stopped') AS desks_stopped,
        count(*) FILTER (WHERE d.contingency = coalesce(o.ordered, 'province')) AS desks_obeying,
        sum(d.queued_uploads)::BIGINT AS queued_uploads
    FROM known.desk($as_of) d
    LEFT JOIN known.ordered($as_of) o ON o.site_id = d.site_id
    GROUP BY d.site_id
)
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code,
    CASE greatest(d.desks_province, d.desks_offline, d.desks_city, d.desks_stopped)
        WHEN d.desks_province THEN 'province'
        WHEN d.desks_offline THEN 'offline'
        WHEN d.desks_city THEN 'city'
        WHEN d.desks_stopped THEN 'stopped'
    END AS contingency,
    coalesce(d.desks, 0)::BIGINT AS desks, coalesce(d.desks_province, 0)::BIGINT AS desks_province,
    coalesce(d.desks_offline, 0)::BIGINT AS desks_offline, coalesce(d.desks_city, 0)::BIGINT AS desks_city,
    coalesce(d.desks_stopped, 0)::BIGINT AS desks_stopped, coalesce(o.ordered, 'province') AS ordered, o.ordered_at,
    o.order_id, coalesce(d.desks_obeying, 0)::BIGINT AS desks_obeying,
    coalesce(d.queued_uploads, 0)::BIGINT AS queued_uploads, a.observed_at, a.age_s, a.is_fresh
FROM sites_in($scope_level, $scope_id) s
JOIN known.page_age($as_of, $speed) a ON a.kind = 'desks'
LEFT JOIN desks d ON d.site_id = s.site_id
LEFT JOIN known.ordered($as_of) o ON o.site_id = s.site_id
ORDER BY s.site_id
