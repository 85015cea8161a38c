-- One index of a person's rows instead of two: each is a page more that every
-- decision writes. It counts applications, and finds the rows of a person.
DROP INDEX log_by_subject;
DROP INDEX applications;
CREATE INDEX log_by_subject ON log (subject, counts, decided_ms);
