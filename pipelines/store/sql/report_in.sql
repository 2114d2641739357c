-- what: the versions of the reports that a scope sees: its own and those of what lies in it
-- grain: report × version
CREATE OR REPLACE MACRO report_in(as_of, level, id) AS TABLE
SELECT v.*
FROM report_version v
LEFT JOIN site s ON v.scope_level = 'site' AND s.site_id = v.scope_id
WHERE v.stored_at <= as_of
  AND (
      level = 'district' OR (v.scope_level = level AND v.scope_id = id)
      OR (level = 'town' AND s.town_code = id)
  );
