-- When a mail was first tried: it is given up so long after that, however late that was.
ALTER TABLE outbox ADD COLUMN first_tried_at BIGINT;
-- When a visitor first held a time: no hold is extended for ever. Null: before this was counted.
ALTER TABLE hold ADD COLUMN placed_at BIGINT;
-- Old lines are erased, also those of an institution that config names no more.
CREATE INDEX audit_age ON audit (at);
