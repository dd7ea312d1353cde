-- Whose account an appointment belongs to; null: it is known by its access code alone.
ALTER TABLE appointment ADD COLUMN client TEXT;
CREATE INDEX appointment_client ON appointment (client) WHERE client IS NOT NULL;
-- How the client does not want to be reached.
ALTER TABLE appointment ADD COLUMN no_mail BIGINT NOT NULL DEFAULT 0;
ALTER TABLE appointment ADD COLUMN no_call BIGINT NOT NULL DEFAULT 0;
ALTER TABLE appointment ADD COLUMN no_voicemail BIGINT NOT NULL DEFAULT 0;
-- When a call is safe; empty also where nothing was sealed, before there was this field.
ALTER TABLE appointment ADD COLUMN sealed_call_times TEXT NOT NULL DEFAULT '';
