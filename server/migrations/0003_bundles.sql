-- Every server bundle that this service has decided with, under the hash that
-- its decisions name, so that a decision can be looked at again under the
-- policy that took it. It counts as far as its signature does.
CREATE TABLE bundles (
    hash   TEXT NOT NULL PRIMARY KEY,
    bundle BLOB NOT NULL
) STRICT, WITHOUT ROWID;
