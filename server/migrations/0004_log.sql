-- The log: decisions as rows of one hash chain, with everything that is about a
-- person sealed. The tables of before are emptied into it, and dropped, by the
-- first start that has a master key (store/unsealed.rs).
DROP INDEX decisions_by_account;
ALTER TABLE decision_facts RENAME TO unsealed_facts;
ALTER TABLE decisions RENAME TO unsealed_decisions;

-- The chain and its head: the last row, signed with every commit.
CREATE TABLE chain (
    only_one   INTEGER NOT NULL PRIMARY KEY CHECK (only_one = 1),
    id         BLOB    NOT NULL CHECK (length(id) = 16),
    public_key BLOB    NOT NULL CHECK (length(public_key) = 32),
    sequence   INTEGER NOT NULL CHECK (sequence >= 0),
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    signature  BLOB    NOT NULL CHECK (length(signature) = 64)
) STRICT;

-- Signed places of the chain, kept for good.
CREATE TABLE checkpoints (
    sequence  INTEGER NOT NULL PRIMARY KEY,
    hash      BLOB    NOT NULL CHECK (length(hash) = 32),
    signature BLOB    NOT NULL CHECK (length(signature) = 64)
) STRICT;

-- Persons: the random name of each in the log, and their key under the master
-- key. A row that is gone is a person that was erased.
CREATE TABLE subjects (
    id      BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account TEXT NOT NULL UNIQUE,
    key     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a decision or an erasure, never changed. The order is `sequence`, not
-- the clock: a clock can jump. `counts` says whether it is an application.
CREATE TABLE log (
    sequence       INTEGER NOT NULL PRIMARY KEY,
    kind           TEXT    NOT NULL,
    id             TEXT    NOT NULL UNIQUE,
    decided_at     TEXT    NOT NULL,
    decided_ms     INTEGER NOT NULL,
    scenario       TEXT    NOT NULL,
    policy_pack    TEXT    NOT NULL,
    policy_version INTEGER NOT NULL,
    policy_hash    TEXT    NOT NULL,
    as_of          TEXT    NOT NULL,
    subject        BLOB    NOT NULL,
    locale         TEXT    NOT NULL,
    decision       TEXT    NOT NULL,
    counts         INTEGER NOT NULL CHECK (counts IN (0, 1)),
    previous       BLOB    NOT NULL CHECK (length(previous) = 32),
    hash           BLOB    NOT NULL CHECK (length(hash) = 32),
    sealed         BLOB    NOT NULL
) STRICT;

CREATE INDEX log_by_subject ON log (subject, sequence);

-- The counter of applications: what it counts, and nothing to keep in step.
CREATE INDEX applications ON log (subject, decided_ms) WHERE counts = 1;
