-- what: one site's tubes and persons per five minutes since the opening
-- grain: five minutes
SELECT
    bucket_at, persons_registered, tubes_registered, tubes_sampled, tubes_received, tubes_resulted, persons_total,
    is_complete
FROM known.trend($as_of, 'site', $site_id)
ORDER BY bucket_at
