-- what: whether an alert is a scope's business: of one of its sites, of its town or lab, or of what all rely on
-- grain: a scalar
CREATE OR REPLACE MACRO watched_in(about, subject, site, town, scope_level, scope_id) AS
    scope_level = 'district'
    OR (site <> '' AND site IN (SELECT site_id FROM sites_in(scope_level, scope_id)))
    OR (site = '' AND town <> '' AND scope_level = 'town' AND town = scope_id)
    OR (site = '' AND town = '' AND about IN ('district', 'server', 'feed'))
    OR (about = 'lab' AND subject IN (
        SELECT t.lab_id FROM town t JOIN sites_in(scope_level, scope_id) s ON s.town_code = t.town_code
    ));
