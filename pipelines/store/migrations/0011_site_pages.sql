-- what: the sites' own pages: rows that changed, were new or are told no more; when a page was told stands with its pull
-- grain: one row a key and change; is_told is false where a page no longer names it; the hot tables hold what is told now
CREATE TABLE gate (
    site_id VARCHAR, persons_screened BIGINT, codes_prepared BIGINT, screenshots BIGINT, codes_generated BIGINT,
    codes_unreadable BIGINT, codes_refreshed BIGINT, fevers BIGINT, risk_travellers BIGINT, vaccinated BIGINT,
    turned_away BIGINT, tested_separately BIGINT, special_persons BIGINT, special_captured BIGINT,
    special_groups BIGINT, special_queue_persons BIGINT, special_wait_minutes DOUBLE, guides_busy BIGINT,
    guides_free BIGINT, is_told BOOLEAN, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE desk (
    device_id VARCHAR, site_id VARCHAR, lane_no BIGINT, server_id VARCHAR, contingency VARCHAR, session_state VARCHAR,
    is_online BOOLEAN, queued_uploads BIGINT, open_barcode VARCHAR, persons_bound BIGINT, since TIMESTAMPTZ,
    is_told BOOLEAN, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE kit (
    site_id VARCHAR, desks BIGINT, phones_android BIGINT, phones_apple BIGINT, phones_flat BIGINT,
    battery_share DOUBLE, chargers BIGINT, cables BIGINT, sockets BIGINT, is_power_on BOOLEAN, fences BIGINT,
    fences_needed BIGINT, networks BIGINT, networks_up BIGINT, standby_desks BIGINT, is_standby_ready BOOLEAN,
    is_laid_out BOOLEAN, is_ready BOOLEAN, is_told BOOLEAN, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE vehicle (
    vehicle_id VARCHAR, carrier VARCHAR, state VARCHAR, site_id VARCHAR, since TIMESTAMPTZ, is_told BOOLEAN,
    tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE label_stock (
    site_id VARCHAR, rolls BIGINT, labels_printed BIGINT, labels_cut BIGINT, labels_issued BIGINT, labels_used BIGINT,
    labels_void BIGINT, labels_returned BIGINT, tube_parts BIGINT, bag_parts BIGINT, kept_parts BIGINT,
    is_told BOOLEAN, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE site_quality (
    site_id VARCHAR, tubes_registered BIGINT, rescans BIGINT, manual_entries BIGINT, tubes_unverified BIGINT,
    tubes_offline BIGINT, tubes_voided BIGINT, persons_voided BIGINT, tubes_lost BIGINT, persons_twice BIGINT,
    tubes_twice BIGINT, is_told BOOLEAN, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE short_tube (
    site_id VARCHAR, short_reason VARCHAR, tubes BIGINT, is_told BOOLEAN, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE site_order (
    order_id VARCHAR, scope VARCHAR, target VARCHAR, contingency VARCHAR, vehicle_id VARCHAR, "by" VARCHAR,
    reason VARCHAR, ordered_at TIMESTAMPTZ, is_told BOOLEAN, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE gate_now AS FROM gate LIMIT 0;
CREATE TABLE desk_now AS FROM desk LIMIT 0;
CREATE TABLE kit_now AS FROM kit LIMIT 0;
CREATE TABLE vehicle_now AS FROM vehicle LIMIT 0;
CREATE TABLE label_stock_now AS FROM label_stock LIMIT 0;
CREATE TABLE site_quality_now AS FROM site_quality LIMIT 0;
CREATE TABLE short_tube_now AS FROM short_tube LIMIT 0;
CREATE TABLE site_order_now AS FROM site_order LIMIT 0;
ALTER TABLE source_pull ADD COLUMN observed_at TIMESTAMPTZ;
ALTER TABLE source_now ADD COLUMN observed_at TIMESTAMPTZ;
ALTER TABLE site ADD COLUMN has_standby_desk BOOLEAN;
