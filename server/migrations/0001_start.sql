-- Accounts, and the decisions taken about them.

-- What the shop, the bureaus and fraud control know of an account. `facts` and
-- `labels` are JSON objects: facts by name, labels by locale. `demo` is the
-- place among the demo accounts; NULL for a real one.
CREATE TABLE accounts (
    id     TEXT NOT NULL PRIMARY KEY,
    demo   INTEGER,
    labels TEXT NOT NULL CHECK (json_valid(labels)),
    facts  TEXT NOT NULL CHECK (json_valid(facts))
) STRICT, WITHOUT ROWID;

-- One row a decision, never changed. The order of decisions is `sequence`, not
-- the clock: a clock can jump. `outcome` and each member of `notices` (by
-- locale) are kept byte for byte as they were answered.
CREATE TABLE decisions (
    sequence       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id             TEXT    NOT NULL UNIQUE,
    decided_at     TEXT    NOT NULL,
    scenario       TEXT    NOT NULL,
    policy_pack    TEXT    NOT NULL,
    policy_version INTEGER NOT NULL,
    policy_hash    TEXT    NOT NULL,
    as_of          TEXT    NOT NULL,
    account        TEXT    NOT NULL REFERENCES accounts (id),
    locale         TEXT    NOT NULL,
    outcome        TEXT    NOT NULL,
    notices        TEXT    NOT NULL
) STRICT;

CREATE INDEX decisions_by_account ON decisions (account, sequence);

-- The facts that a decision was taken with, for taking it again. Apart from
-- the decision, so that a person's data can go while the decision stays.
-- Names, identity numbers and phone numbers are never stored.
CREATE TABLE decision_facts (
    sequence INTEGER NOT NULL PRIMARY KEY REFERENCES decisions (sequence),
    facts    TEXT    NOT NULL CHECK (json_valid(facts))
) STRICT;
