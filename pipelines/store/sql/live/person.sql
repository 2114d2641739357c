-- what: everybody on the registers, from the hot table
-- grain: person, by number
CREATE OR REPLACE MACRO live.person(as_of) AS TABLE
SELECT
    staff_no, site_id, role, task, shift_id, is_trained_online, is_trained_offline, is_trained_city, phone,
    signed_in_at, signed_out_at
FROM person_now;
