-- what: how each Wi-Fi network answered last, from the history up to as_of
-- grain: site × network
CREATE OR REPLACE MACRO past.network_sample(as_of) AS TABLE
SELECT site_id, network, observed_at, is_up, latency_ms, loss_share, clients FROM network_sample
SEMI JOIN (SELECT site_id, network, max(tick) AS tick FROM network_sample WHERE stored_at <= as_of GROUP BY site_id, network) AS newest
USING (site_id, network, tick);
