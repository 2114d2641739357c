-- what: what each registration desk does, from the history up to as_of
-- grain: desk
CREATE OR REPLACE MACRO past.desk(as_of) AS TABLE
SELECT
    device_id, site_id, lane_no, server_id, contingency, session_state, is_online, queued_uploads, open_barcode,
    persons_bound, since
FROM desk
SEMI JOIN (SELECT device_id, max(tick) AS tick FROM desk WHERE stored_at <= as_of GROUP BY device_id) AS newest USING (device_id, tick)
WHERE is_told;
