-- what: a scope's own report of an hour in one version (0 or no number: the newest), and with it the reports of its parts
--       (the district's towns, a town's sites) as they stood when it was issued; was_*: their version of the hour before
-- grain: place; level 'own' is the scope's
CREATE OR REPLACE MACRO reports_at(as_of, level, id, said_hour, said_version) AS TABLE
WITH known AS (SELECT * FROM report_version WHERE stored_at <= as_of),
own AS (
    SELECT *
    FROM known
    WHERE scope_level = level AND scope_id = coalesce(id, '') AND hour_at = hour_of(said_hour)
    QUALIFY version = coalesce(nullif(try_cast(said_version::VARCHAR AS BIGINT), 0), max(version) OVER ())
),
place AS (
    SELECT level AS scope_level, coalesce(id, '') AS scope_id, 0 AS part
    UNION ALL
    SELECT 'town', town_code, 1 FROM town WHERE level = 'district'
    UNION ALL
    SELECT 'site', site_id, 1 FROM site WHERE level = 'town' AND town_code = id
)
SELECT p.part, o.version AS own_version, o.frozen_at AS own_frozen_at, v.*
FROM own o
CROSS JOIN place p
JOIN known v
    ON v.scope_level = p.scope_level AND v.scope_id = p.scope_id AND v.frozen_at <= o.frozen_at
    AND v.hour_at <= o.hour_at
QUALIFY v.version = max(v.version) OVER (PARTITION BY v.report_id);
