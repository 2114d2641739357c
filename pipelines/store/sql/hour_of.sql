-- what: the moment that a text names, written as acts name hours (2021-06-06T02:00Z) or whole; NULL for any other text
-- grain: a scalar
CREATE OR REPLACE MACRO hour_of(said) AS
    coalesce(try_strptime(said, '%Y-%m-%dT%H:%MZ')::TIMESTAMPTZ, try_cast(said AS TIMESTAMPTZ));
