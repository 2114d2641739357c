-- what: the tickets of a scope, with the site or town they are about
-- grain: ticket
CREATE OR REPLACE MACRO ticket_in(as_of, level_of, id_of) AS TABLE
SELECT
    t.*, CASE WHEN t.scope_level = 'site' THEN t.scope_id END AS site_id,
    coalesce(s.town_code, CASE WHEN t.scope_level = 'town' THEN t.scope_id END) AS town_code,
    coalesce(s.name_zh, w.name_zh) AS name_zh, coalesce(s.name_en, w.name_en) AS name_en
FROM ticket(as_of) t
LEFT JOIN site s ON t.scope_level = 'site' AND s.site_id = t.scope_id
LEFT JOIN town w ON t.scope_level = 'town' AND w.town_code = t.scope_id
WHERE level_of = 'district' OR (t.scope_level = level_of AND t.scope_id = id_of)
   OR (level_of = 'town' AND s.town_code = id_of);
