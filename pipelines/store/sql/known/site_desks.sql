-- what: the server most of a site's desks work on (the first in sheet order if equal), and the desks on the city system
-- grain: site with desks on any server
CREATE OR REPLACE MACRO known.site_desks(as_of) AS TABLE
SELECT
    d.site_id,
    arg_max(d.server_id, d.desks * 10000 - s.position) AS main_server_id,
    coalesce(sum(d.desks) FILTER (WHERE s.system = 'city'), 0)::BIGINT AS desks_off_province
FROM known.desks(as_of) d
JOIN server s USING (server_id)
WHERE d.desks > 0
GROUP BY d.site_id;
