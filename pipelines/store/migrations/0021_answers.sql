-- what: what simulated what-if answers, given in the day's course, said of the next hour and of the end, saved or not
-- grain: answer as a job kept it; a case (code) that is answered again within the hour is kept again. is_of_the_day: it is
--        about the day as it is planned and runs. Persons are those of the district sampled since opening by target_at,
--        low and high enclose 95 % of days
CREATE TABLE answer_given (
    code VARCHAR, name VARCHAR, is_of_the_day BOOLEAN, made_at TIMESTAMPTZ, target_at TIMESTAMPTZ, replications BIGINT,
    persons DOUBLE, persons_low DOUBLE, persons_high DOUBLE, finish_at TIMESTAMPTZ, finish_low_at TIMESTAMPTZ,
    finish_high_at TIMESTAMPTZ, tick BIGINT, stored_at TIMESTAMPTZ
);
