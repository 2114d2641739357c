-- what: what a campaign says of tickets, custody and the days before: clocks, contacts, accounts, trainings, benchmarks
-- grain: one row a contact, account, organisation, training, check met in a town on a day, figure of another's
ALTER TABLE setting ADD COLUMN ticket_site_minutes DOUBLE;
ALTER TABLE setting ADD COLUMN ticket_town_minutes DOUBLE;
ALTER TABLE setting ADD COLUMN ticket_district_minutes DOUBLE;
ALTER TABLE setting ADD COLUMN ticket_vendor_minutes DOUBLE;
ALTER TABLE setting ADD COLUMN ticket_critical_share DOUBLE;
ALTER TABLE setting ADD COLUMN rotation_hours DOUBLE;
CREATE TABLE contact (
    contact_id VARCHAR, position BIGINT, level VARCHAR, town_code VARCHAR, name_zh VARCHAR, name_en VARCHAR, phone VARCHAR
);
CREATE TABLE account (
    account_id VARCHAR, position BIGINT, town_code VARCHAR, lab_id VARCHAR, keeper VARCHAR, keeper_phone VARCHAR
);
CREATE TABLE organisation (
    organisation_id VARCHAR, position BIGINT, town_code VARCHAR, name_zh VARCHAR, name_en VARCHAR, persons BIGINT
);
CREATE TABLE training (organisation_id VARCHAR, skill VARCHAR, day_at TIMESTAMPTZ, persons BIGINT);
CREATE TABLE preparation (day_at TIMESTAMPTZ, town_code VARCHAR, "check" VARCHAR, ready BIGINT, needed BIGINT);
CREATE TABLE benchmark (
    profile_id VARCHAR, position BIGINT, name_zh VARCHAR, name_en VARCHAR, metric VARCHAR, value DOUBLE, source VARCHAR
);
CREATE TABLE ready_check ("check" VARCHAR, position BIGINT);
CREATE TABLE readiness_count (
    "check" VARCHAR, town_code VARCHAR, ready BIGINT, needed BIGINT, measured_at TIMESTAMPTZ, tick BIGINT,
    stored_at TIMESTAMPTZ
);
