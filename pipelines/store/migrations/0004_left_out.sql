-- what: which tube event a failed check left out
-- grain: a column; NULL where a check failed that is of no one event
ALTER TABLE check_failure ADD COLUMN sequence BIGINT;
