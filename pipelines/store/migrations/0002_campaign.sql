-- what: the campaign as tables, written anew from its folder at every start
-- grain: one row a round, setting, town, site, planned role, lab, server, network or role
CREATE TABLE round (
    round_id VARCHAR, name_zh VARCHAR, name_en VARCHAR, mode VARCHAR, target_persons BIGINT,
    opens_at TIMESTAMPTZ, closes_at TIMESTAMPTZ
);
CREATE TABLE setting (
    campaign_id VARCHAR, medium_from_minutes DOUBLE, long_from_minutes DOUBLE, guides_per_lane BIGINT,
    registrars_per_lane BIGINT, medics_per_lane BIGINT, police_per_site BIGINT, stale_after_s DOUBLE,
    network_stale_after_s DOUBLE, server_stale_after_s DOUBLE, network_slow_ms DOUBLE, network_loss_share DOUBLE,
    server_slow_ms DOUBLE, server_load_share DOUBLE
);
CREATE TABLE town (town_code VARCHAR, position BIGINT, name_zh VARCHAR, name_en VARCHAR, residents BIGINT);
CREATE TABLE site (
    site_id VARCHAR, name_zh VARCHAR, name_en VARCHAR, town_code VARCHAR, lon DOUBLE, lat DOUBLE, size_class VARCHAR,
    lanes BIGINT, planned_persons BIGINT, carrier VARCHAR
);
CREATE TABLE staff_plan (site_id VARCHAR, role VARCHAR, persons BIGINT);
CREATE TABLE lab (lab_id VARCHAR, position BIGINT, name_zh VARCHAR, name_en VARCHAR, capacity_tubes_per_day BIGINT);
CREATE TABLE server (
    server_id VARCHAR, position BIGINT, name_zh VARCHAR, name_en VARCHAR, system VARCHAR, sheet_no BIGINT,
    capacity_logins BIGINT
);
CREATE TABLE network (network VARCHAR, position BIGINT);
CREATE TABLE role (role VARCHAR, position BIGINT);
