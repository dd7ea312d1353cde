-- Runs on SQLite 3.35+ and PostgreSQL 14+. Instants are UTC epoch seconds; ids
-- are time-ordered UUIDs as text; columns named sealed_* hold AES-256-GCM text.

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE staff (
    login TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    public_id TEXT NOT NULL,
    password_hash TEXT,
    sealed_place TEXT NOT NULL DEFAULT '',
    sealed_phone TEXT NOT NULL DEFAULT '',
    sealed_video_room TEXT NOT NULL DEFAULT '',
    mail_with_ics BIGINT NOT NULL DEFAULT 1,
    active BIGINT NOT NULL DEFAULT 1,
    facts_revision BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX staff_public_id ON staff (institution, public_id);

CREATE TABLE app_password (
    id TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    login TEXT NOT NULL REFERENCES staff (login),
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE UNIQUE INDEX app_password_secret ON app_password (login, sha256);

CREATE TABLE session (
    digest TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    login TEXT NOT NULL REFERENCES staff (login),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE INDEX session_login ON session (login);
CREATE INDEX session_seen ON session (seen_at);

CREATE TABLE one_time_link (
    digest TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    login TEXT NOT NULL REFERENCES staff (login),
    purpose TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX one_time_link_login ON one_time_link (login, purpose);
CREATE INDEX one_time_link_expiry ON one_time_link (expires_at);

CREATE TABLE attempt (
    id TEXT PRIMARY KEY,
    throttle TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX attempt_throttle ON attempt (throttle, at);
CREATE INDEX attempt_at ON attempt (at);

CREATE TABLE collection (
    id TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    components TEXT NOT NULL,
    props TEXT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 0,
    oldest_revision BIGINT NOT NULL DEFAULT 0,
    modified_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX collection_name ON collection (owner, name);

CREATE TABLE calendar_object (
    id TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    collection TEXT NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
    href TEXT NOT NULL,
    uid TEXT NOT NULL,
    component TEXT NOT NULL,
    body TEXT NOT NULL,
    etag TEXT NOT NULL,
    modified_at BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    schedule_tag TEXT,
    appointment TEXT,
    services TEXT,
    last_end BIGINT,
    expanded_until BIGINT,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX calendar_object_href ON calendar_object (collection, href);
-- All etags without touching the rows.
CREATE INDEX calendar_object_etag ON calendar_object (collection, href, etag);
CREATE UNIQUE INDEX calendar_object_uid ON calendar_object (collection, uid);
CREATE INDEX calendar_object_any_uid ON calendar_object (uid);
CREATE INDEX calendar_object_appointment ON calendar_object (appointment)
    WHERE appointment IS NOT NULL;
CREATE INDEX calendar_object_unexpanded ON calendar_object (collection, expanded_until)
    WHERE expanded_until IS NOT NULL;
CREATE INDEX calendar_object_expansion ON calendar_object (expanded_until)
    WHERE expanded_until IS NOT NULL;

-- One row for each member that ever was: its newest change. A gone one is a tombstone.
CREATE TABLE change (
    collection TEXT NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
    href TEXT NOT NULL,
    revision BIGINT NOT NULL,
    gone BIGINT NOT NULL,
    etag TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (collection, href)
);
CREATE UNIQUE INDEX change_revision ON change (collection, revision);
CREATE INDEX change_gone ON change (at) WHERE gone = 1;

-- is_long: more than 36 hours; the few such rows have an index of their own, so
-- that a range query over the others can be bounded from below as well.
-- href, owner, component and services are copies of the object's, so that the
-- range queries need no join; services stays null where a rule opens nothing.
CREATE TABLE occurrence (
    object TEXT NOT NULL REFERENCES calendar_object (id) ON DELETE CASCADE,
    collection TEXT NOT NULL,
    href TEXT NOT NULL,
    owner TEXT NOT NULL,
    component TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    is_long BIGINT NOT NULL,
    fbtype TEXT NOT NULL,
    role TEXT NOT NULL,
    services TEXT,
    recurrence_id TEXT,
    is_all_day BIGINT NOT NULL,
    is_floating BIGINT NOT NULL
);
CREATE INDEX occurrence_object ON occurrence (object);
CREATE INDEX occurrence_short ON occurrence (collection, start_at, end_at, component, href, is_long)
    WHERE is_long = 0;
CREATE INDEX occurrence_long ON occurrence (collection, end_at, start_at, component, href, is_long)
    WHERE is_long = 1;
CREATE INDEX occurrence_fact_short ON occurrence (owner, start_at, end_at)
    WHERE is_long = 0 AND role <> '-';
CREATE INDEX occurrence_fact_long ON occurrence (owner, end_at, start_at)
    WHERE is_long = 1 AND role <> '-';

CREATE TABLE appointment (
    id TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    counsellor TEXT NOT NULL REFERENCES staff (login),
    service TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL,
    uid TEXT NOT NULL,
    sign TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    href TEXT,
    answer_by BIGINT,
    reminded_at BIGINT,
    ended_at BIGINT,
    undo_state TEXT,
    undo_start BIGINT,
    undo_end BIGINT,
    undo_until BIGINT,
    deletion TEXT NOT NULL,
    deletion_due BIGINT,
    removed_text TEXT,
    known TEXT NOT NULL,
    locale TEXT NOT NULL,
    wants_ics BIGINT NOT NULL,
    has_email BIGINT NOT NULL,
    legal_hold BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    code_digest TEXT NOT NULL,
    sealed_name TEXT NOT NULL,
    sealed_email TEXT NOT NULL,
    sealed_phone TEXT NOT NULL,
    sealed_text TEXT NOT NULL,
    sealed_answer_text TEXT NOT NULL
);
CREATE UNIQUE INDEX appointment_code ON appointment (code_digest);
CREATE UNIQUE INDEX appointment_uid ON appointment (uid);
CREATE INDEX appointment_list ON appointment (counsellor, state, end_at);
CREATE INDEX appointment_answer ON appointment (answer_by) WHERE state = 'requested';
CREATE INDEX appointment_client_answer ON appointment (start_at)
    WHERE state IN ('offered', 'other time proposed');
CREATE INDEX appointment_deletion ON appointment (counsellor, end_at) WHERE deletion <> 'none';
CREATE INDEX appointment_deletion_due ON appointment (deletion_due) WHERE deletion = 'pending';
CREATE INDEX appointment_undo ON appointment (undo_until) WHERE undo_until IS NOT NULL;
CREATE INDEX appointment_ended ON appointment (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX appointment_end ON appointment (end_at);

-- Time that is taken: by an appointment, or by a hold until it lapses
-- (expires_at; null: as long as the row is there). No row is longer than a day,
-- so that a range query is bounded from below.
CREATE TABLE taken_time (
    ref TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    counsellor TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    expires_at BIGINT,
    CHECK (end_at > start_at AND end_at - start_at <= 86400)
);
CREATE INDEX taken_time_range ON taken_time (counsellor, start_at, end_at);
CREATE INDEX taken_time_expiry ON taken_time (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE hold (
    id TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    counsellor TEXT NOT NULL REFERENCES staff (login),
    service TEXT NOT NULL,
    channel TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    visitor TEXT NOT NULL
);
CREATE UNIQUE INDEX hold_visitor ON hold (institution, visitor);
CREATE INDEX hold_expiry ON hold (expires_at);

CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sealed_address TEXT NOT NULL,
    sealed_payload TEXT NOT NULL,
    message_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    appointment TEXT,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_try_at BIGINT NOT NULL,
    sent_at BIGINT,
    given_up_at BIGINT,
    sealed_last_error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX outbox_due ON outbox (next_try_at) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX outbox_unsent ON outbox (institution, created_at) WHERE sent_at IS NULL;
CREATE INDEX outbox_appointment ON outbox (appointment) WHERE appointment IS NOT NULL;

CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    via TEXT NOT NULL,
    act TEXT NOT NULL,
    appointment TEXT,
    detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX audit_appointment ON audit (appointment) WHERE appointment IS NOT NULL;
CREATE INDEX audit_at ON audit (institution, at);
