-- what: the sites that a scope covers
-- grain: site
CREATE OR REPLACE MACRO sites_in(scope_level, scope_id) AS TABLE
SELECT * FROM site
WHERE scope_level = 'district'
   OR (scope_level = 'town' AND town_code = scope_id)
   OR (scope_level = 'site' AND site_id = scope_id);
