-- what: how many desks of a site work on which server, as the site's newest queue report up to as_of says
-- grain: site × server
CREATE OR REPLACE MACRO past.desks(as_of) AS TABLE
SELECT site_id, server_id, desks FROM desk_server
SEMI JOIN (SELECT site_id, max(tick) AS tick FROM site_queue WHERE stored_at <= as_of GROUP BY site_id) AS newest
USING (site_id, tick);
