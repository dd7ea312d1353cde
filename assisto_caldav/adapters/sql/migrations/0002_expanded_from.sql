-- A series with too many instances is in the occurrence index from here on only.
ALTER TABLE calendar_object ADD COLUMN expanded_from BIGINT;
CREATE INDEX calendar_object_unexpanded_before ON calendar_object (collection, expanded_from)
    WHERE expanded_from IS NOT NULL;
