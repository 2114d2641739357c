-- what: how each Wi-Fi network answered last, from the hot table
-- grain: site × network
CREATE OR REPLACE MACRO live.network_sample(as_of) AS TABLE
SELECT site_id, network, observed_at, is_up, latency_ms, loss_share, clients FROM network_now;
