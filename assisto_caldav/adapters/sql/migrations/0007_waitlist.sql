-- Whoever wants an earlier time of the same kind; hold and offered_*: the one that is offered now.
CREATE TABLE waiting (
    appointment TEXT PRIMARY KEY,
    joined_at BIGINT NOT NULL,
    hold TEXT,
    offered_start BIGINT,
    offered_until BIGINT
);
CREATE INDEX waiting_joined ON waiting (joined_at);
-- Times that somebody was offered and did not take: nobody is asked twice.
CREATE TABLE waiting_passed (
    appointment TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    PRIMARY KEY (appointment, start_at)
);
