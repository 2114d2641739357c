-- what: everybody on the sites' registers, by number: rows that changed, were new or are told no more; and the shifts
-- grain: one row a person and change; is_told is false where the page no longer names the number; one row a shift
CREATE TABLE person (
    staff_no VARCHAR, site_id VARCHAR, role VARCHAR, task VARCHAR, shift_id VARCHAR, is_trained_online BOOLEAN,
    is_trained_offline BOOLEAN, is_trained_city BOOLEAN, phone VARCHAR, signed_in_at TIMESTAMPTZ,
    signed_out_at TIMESTAMPTZ, is_told BOOLEAN, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE person_now AS FROM person LIMIT 0;
CREATE TABLE shift (shift_id VARCHAR, position BIGINT, starts_at TIMESTAMPTZ, ends_at TIMESTAMPTZ);
