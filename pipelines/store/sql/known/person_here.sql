-- what: who of the register is on shift: signed in and not out; who should be: the shift covers the moment; and who could
--       register off line: trained for it, with an Android phone (Q38-Q40). Only a lane's staff must be trained
-- grain: person, by number
CREATE OR REPLACE MACRO known.person_here(as_of) AS TABLE
SELECT
    p.staff_no, p.site_id, p.role, p.shift_id, p.is_trained_online, p.is_trained_offline, p.is_trained_city, p.phone,
    p.role IN ('volunteer', 'cadre') AS is_of_lanes,
    coalesce(p.signed_in_at <= as_of AND (p.signed_out_at IS NULL OR p.signed_out_at > as_of), false) AS is_on_shift,
    coalesce(s.starts_at <= as_of AND as_of < s.ends_at, false) AS is_expected,
    p.is_trained_offline AND p.phone = 'android' AS can_go_offline
FROM known.person(as_of) p
LEFT JOIN shift s ON s.shift_id = p.shift_id;
