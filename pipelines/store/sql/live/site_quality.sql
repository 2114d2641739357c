-- what: how each site's tubes were filled, from the hot table
-- grain: site
CREATE OR REPLACE MACRO live.site_quality(as_of) AS TABLE
SELECT
    site_id, tubes_registered, rescans, manual_entries, tubes_unverified, tubes_offline, tubes_voided, persons_voided,
    tubes_lost, persons_twice, tubes_twice
FROM site_quality_now;
