-- what: every version of every hourly report as it was issued, and which letters open a lab's labels (Q32, Q86)
-- grain: version of one place's report for one hour; figures are cumulative to hour_at, by when it happened;
--        third_copies is what people counted, NULL where nobody has; scope_id is '' for the district
CREATE TABLE report_version (
    report_id VARCHAR, hour_at TIMESTAMPTZ, scope_level VARCHAR, scope_id VARCHAR, version BIGINT, why VARCHAR,
    is_revised BOOLEAN, frozen_at TIMESTAMPTZ, persons BIGINT, tubes BIGINT, third_copies BIGINT, special_cases BIGINT,
    persons_fed BIGINT, tubes_fed BIGINT, tubes_sampled BIGINT, tubes_received BIGINT, tubes_resulted BIGINT,
    tubes_missing BIGINT, sites BIGINT, sites_entered BIGINT, sites_late BIGINT, sites_missing BIGINT,
    corrections BIGINT, conflicts BIGINT, tick BIGINT, stored_at TIMESTAMPTZ
);
ALTER TABLE lab ADD COLUMN barcode_prefix VARCHAR;
