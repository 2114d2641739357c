-- what: the staffing norms that are not counted in lanes: residents a sampler serves, persons a site and a desk serve
-- grain: columns of the one row of settings
ALTER TABLE setting ADD COLUMN persons_per_medic BIGINT;
ALTER TABLE setting ADD COLUMN persons_per_site_from BIGINT;
ALTER TABLE setting ADD COLUMN persons_per_site_to BIGINT;
ALTER TABLE setting ADD COLUMN persons_per_desk_from BIGINT;
ALTER TABLE setting ADD COLUMN persons_per_desk_to BIGINT;
