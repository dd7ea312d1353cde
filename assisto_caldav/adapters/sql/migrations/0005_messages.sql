-- What client and counsellor write to each other; it goes with the appointment.

CREATE TABLE message (
    id TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    appointment TEXT NOT NULL REFERENCES appointment (id) ON DELETE CASCADE,
    is_from_client BIGINT NOT NULL,
    sealed_text TEXT NOT NULL,
    at BIGINT NOT NULL,
    seen_at BIGINT
);
CREATE INDEX message_appointment ON message (appointment, at);
