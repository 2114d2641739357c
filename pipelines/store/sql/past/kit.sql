-- what: each site's kit, from the history up to as_of
-- grain: site
CREATE OR REPLACE MACRO past.kit(as_of) AS TABLE
SELECT
    site_id, desks, phones_android, phones_apple, phones_flat, battery_share, chargers, cables, sockets, is_power_on,
    fences, fences_needed, networks, networks_up, standby_desks, is_standby_ready, is_laid_out, is_ready
FROM kit
SEMI JOIN (SELECT site_id, max(tick) AS tick FROM kit WHERE stored_at <= as_of GROUP BY site_id) AS newest USING (site_id, tick)
WHERE is_told;
