-- Whose a decision is: to everybody else it does not exist. A decision without
-- a row is the demo's, which is whoever calls on this machine in demo mode.
CREATE TABLE decision_callers (
    decision TEXT NOT NULL PRIMARY KEY,
    caller   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
