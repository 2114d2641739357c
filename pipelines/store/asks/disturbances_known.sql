-- what: the disturbances that go on, and those that ended within the last quarter of an hour, as they were stored;
--       site_desks holds the numbers of desks as texts
-- grain: disturbance
SELECT * REPLACE (site_desks::VARCHAR[] AS site_desks) FROM known.disturbance($as_of)
WHERE ended_at IS NULL OR ended_at > $as_of - INTERVAL 15 MINUTE
ORDER BY since, disturbance_id
