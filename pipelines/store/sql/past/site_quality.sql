-- what: how each site's tubes were filled, from the history up to as_of
-- grain: site
CREATE OR REPLACE MACRO past.site_quality(as_of) AS TABLE
SELECT
    site_id, tubes_registered, rescans, manual_entries, tubes_unverified, tubes_offline, tubes_voided, persons_voided,
    tubes_lost, persons_twice, tubes_twice
FROM site_quality
SEMI JOIN (SELECT site_id, max(tick) AS tick FROM site_quality WHERE stored_at <= as_of GROUP BY site_id) AS newest USING (site_id, tick)
WHERE is_told;
