-- what: the worse health of a site's networks (down before slow before unknown before ok)
-- grain: site
CREATE OR REPLACE MACRO known.site_network(as_of, speed) AS TABLE
SELECT
    site_id,
    CASE
        WHEN bool_or(health = 'down') THEN 'down'
        WHEN bool_or(health = 'slow') THEN 'slow'
        WHEN bool_or(health = 'unknown') THEN 'unknown'
        ELSE 'ok'
    END AS network_health
FROM known.network_state(as_of, speed)
GROUP BY site_id;
