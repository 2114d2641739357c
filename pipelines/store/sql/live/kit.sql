-- what: each site's kit, from the hot table
-- grain: site
CREATE OR REPLACE MACRO live.kit(as_of) AS TABLE
SELECT
    site_id, desks, phones_android, phones_apple, phones_flat, battery_share, chargers, cables, sockets, is_power_on,
    fences, fences_needed, networks, networks_up, standby_desks, is_standby_ready, is_laid_out, is_ready
FROM kit_now;
