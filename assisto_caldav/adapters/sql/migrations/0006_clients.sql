-- Clients' accounts: a pseudonym, a password, and a mail address only from whoever leaves one.
CREATE TABLE client_account (
    id TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    pseudonym_digest TEXT NOT NULL UNIQUE,
    sealed_pseudonym TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    recovery_digest TEXT NOT NULL UNIQUE,
    locale TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE client_session (
    digest TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES client_account (id) ON DELETE CASCADE,
    seen_at BIGINT NOT NULL
);
CREATE INDEX client_session_account ON client_session (account);
CREATE INDEX client_session_seen ON client_session (seen_at);
