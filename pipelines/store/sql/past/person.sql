-- what: everybody on the registers, from the history up to as_of
-- grain: person, by number
CREATE OR REPLACE MACRO past.person(as_of) AS TABLE
SELECT
    staff_no, site_id, role, task, shift_id, is_trained_online, is_trained_offline, is_trained_city, phone,
    signed_in_at, signed_out_at
FROM person
SEMI JOIN (SELECT staff_no, max(tick) AS tick FROM person WHERE stored_at <= as_of GROUP BY staff_no) AS newest
USING (staff_no, tick)
WHERE is_told;
