-- what: the recommendations that are open or decided on, and those that ended within the last two hours, as stored
-- grain: recommendation
SELECT * FROM known.recommendation($as_of)
WHERE ended_at IS NULL OR ended_at > $as_of - INTERVAL 2 HOUR
ORDER BY made_at, recommendation_id
