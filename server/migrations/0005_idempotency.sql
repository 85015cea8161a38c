-- Which decision answered an idempotency key. `key` and `fingerprint` are keyed
-- hashes: neither a caller's key nor a body can be guessed from them. Rows are
-- deleted some time after `expires_ms`, and do not count from then on.
CREATE TABLE idempotency (
    key         BLOB    NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    sequence    INTEGER NOT NULL,
    subject     BLOB    NOT NULL,
    expires_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_expiry ON idempotency (expires_ms);
