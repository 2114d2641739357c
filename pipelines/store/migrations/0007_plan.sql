-- what: the plan's arrival profile, and the lab that a town's account is bound to (Q33)
-- grain: part of the opening hours, all equally long; a column of a town
CREATE TABLE arrival (position BIGINT, weight DOUBLE);
ALTER TABLE town ADD COLUMN lab_id VARCHAR;
