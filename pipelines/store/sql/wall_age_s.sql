-- what: how many wall seconds before as_of a moment lies, never negative; NULL for a moment that never was
-- grain: a scalar
CREATE OR REPLACE MACRO wall_age_s(as_of, moment, speed) AS
    CASE WHEN moment IS NOT NULL THEN greatest(0.0, (epoch_us(as_of) - epoch_us(moment)) / 1000000.0 / speed) END;
