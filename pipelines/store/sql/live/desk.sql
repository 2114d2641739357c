-- what: what each registration desk does, from the hot table
-- grain: desk
CREATE OR REPLACE MACRO live.desk(as_of) AS TABLE
SELECT
    device_id, site_id, lane_no, server_id, contingency, session_state, is_online, queued_uploads, open_barcode,
    persons_bound, since
FROM desk_now;
