-- what: all that is known of a site, with the servers its desks work on; NULL where nothing was ever heard
-- grain: site, every one of them
CREATE OR REPLACE MACRO known.site_state(as_of, speed) AS TABLE
SELECT s.*, d.main_server_id, coalesce(d.desks_off_province, 0)::BIGINT AS desks_off_province
FROM known.site_core(as_of, speed) s
LEFT JOIN known.site_desks(as_of) d ON d.site_id = s.site_id;
