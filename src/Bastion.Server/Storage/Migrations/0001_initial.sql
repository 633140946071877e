-- Times are milliseconds since 1970-01-01 UTC. Serials are unsigned 64-bit numbers and therefore text.

-- Rows are never deleted and AUTOINCREMENT never gives an id twice, so neither a name nor an id ever means somebody else.
CREATE TABLE user (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT    NOT NULL UNIQUE,
    epoch   INTEGER NOT NULL DEFAULT 1,
    status  TEXT    NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE user_group (
    user_id INTEGER NOT NULL REFERENCES user (id),
    name    TEXT    NOT NULL,
    PRIMARY KEY (user_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_attribute (
    user_id INTEGER NOT NULL REFERENCES user (id),
    name    TEXT    NOT NULL,
    value   TEXT    NOT NULL,
    PRIMARY KEY (user_id, name)
) STRICT, WITHOUT ROWID;

-- Plain public keys for clients without certificates. One key is one user, in the epoch it was enrolled in.
CREATE TABLE enrolled_key (
    fingerprint TEXT    PRIMARY KEY,
    user_id     INTEGER NOT NULL REFERENCES user (id),
    epoch       INTEGER NOT NULL,
    public_key  TEXT    NOT NULL,
    comment     TEXT    NOT NULL,
    added       INTEGER NOT NULL,
    added_by    TEXT    NOT NULL,
    expires     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX enrolled_key_user ON enrolled_key (user_id);

-- Client certificates.
CREATE TABLE issued_certificate (
    serial         TEXT    PRIMARY KEY,
    key_id         TEXT    NOT NULL UNIQUE,
    user_id        INTEGER NOT NULL REFERENCES user (id),
    fingerprint    TEXT    NOT NULL,
    issued         INTEGER NOT NULL,
    issued_by      TEXT    NOT NULL,
    valid_after    INTEGER NOT NULL,
    valid_before   INTEGER NOT NULL,
    source_address TEXT,
    force_command  TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX issued_certificate_user ON issued_certificate (user_id);
CREATE INDEX issued_certificate_valid_before ON issued_certificate (valid_before);

-- `ended` and `end_reason` stay empty while the session lives.
CREATE TABLE session (
    id             TEXT    PRIMARY KEY,
    connection_id  TEXT    NOT NULL,
    user_id        INTEGER NOT NULL REFERENCES user (id),
    target         TEXT    NOT NULL,
    login          TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    client_address TEXT    NOT NULL,
    fingerprint    TEXT    NOT NULL,
    serial         TEXT,
    access_rule    TEXT    NOT NULL,
    revision       TEXT    NOT NULL,
    node           TEXT    NOT NULL,
    started        INTEGER NOT NULL,
    ended          INTEGER,
    end_reason     TEXT,
    exit_status    INTEGER,
    bytes_in       INTEGER NOT NULL DEFAULT 0,
    bytes_out      INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX session_started ON session (started);
CREATE INDEX session_live ON session (node) WHERE ended IS NULL;

-- Host keys learned under trust_on_first_use.
CREATE TABLE target_key (
    target      TEXT    PRIMARY KEY,
    address     TEXT    NOT NULL,
    public_key  TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    learned     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
