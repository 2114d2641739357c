-- what: the sites that a scope covers, of one lab only when one is named: those of the towns bound to it; '' is all
-- grain: site
CREATE OR REPLACE MACRO sites_of(scope_level, scope_id, lab) AS TABLE
SELECT s.*
FROM sites_in(scope_level, scope_id) s
JOIN town t USING (town_code)
WHERE lab = '' OR t.lab_id = lab;
