-- what: tubes that one count has and the next has not, by the kinds of tube_verdict; and beside them, of sites that read
--       third copies by hand, copy_missing (registered, and its copy not among those read) and copy_alone (a copy of no
--       registered tube)
-- grain: tube × kind
CREATE OR REPLACE MACRO tubes_differing(as_of, level, id) AS TABLE
WITH verdict AS MATERIALIZED (SELECT * FROM tube_verdict(as_of, level, id)),
copies AS (
    SELECT DISTINCT w.barcode, w.scope_id AS site_id
    FROM said_of_tubes(as_of) w
    SEMI JOIN sites_in(level, id) s ON s.site_id = w.scope_id
    WHERE w.word = 'copy_read' AND w.scope_level = 'site'
),
between AS (
    SELECT barcode, site_id, own_lab_id AS lab_id, persons, last_kind, last_at, kind, is_overdue
    FROM verdict
    WHERE kind IS NOT NULL
),
uncopied AS (
    SELECT v.barcode, v.site_id, v.own_lab_id, v.persons, v.last_kind, v.last_at, 'copy_missing', true
    FROM verdict v
    SEMI JOIN copies c ON c.site_id = v.site_id
    ANTI JOIN copies c ON c.barcode = v.barcode
    WHERE v.is_registered
),
alone AS (
    SELECT c.barcode, c.site_id, w.lab_id, NULL::BIGINT, NULL, NULL::TIMESTAMPTZ, 'copy_alone', true
    FROM copies c
    ANTI JOIN (SELECT barcode FROM verdict WHERE is_registered) v ON v.barcode = c.barcode
    JOIN site s ON s.site_id = c.site_id
    JOIN town w ON w.town_code = s.town_code
)
SELECT d.*, greatest(0.0, epoch(as_of - d.last_at) / 60) AS age_minutes
FROM (FROM between UNION ALL FROM uncopied UNION ALL FROM alone) d;
