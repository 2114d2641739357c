-- what: how many desks of a site work on which server, as the site's newest queue report says, from the hot tables
-- grain: site × server
CREATE OR REPLACE MACRO live.desks(as_of) AS TABLE
SELECT site_id, server_id, desks FROM desk_server_now SEMI JOIN site_queue_now USING (site_id, tick);
