-- What super admins must learn of at once. An alert names the entry that tells of it, and no person by name or address:
-- its words are made when it is shown or sent.
CREATE TABLE alert (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    entry_id TEXT COLLATE "C" NOT NULL,
    event TEXT COLLATE "C" NOT NULL,
    severity TEXT COLLATE "C" NOT NULL CHECK (severity IN ('routine', 'notable', 'critical')),
    about_id TEXT COLLATE "C",
    raised_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX alert_entry_unique ON alert (entry_id);

-- Who is to acknowledge it: the super admins of that moment.
CREATE TABLE alert_recipient (
    alert_id TEXT COLLATE "C" NOT NULL REFERENCES alert (id),
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    raised_at BIGINT NOT NULL,
    acknowledged_at BIGINT,
    PRIMARY KEY (alert_id, staff_id)
);
CREATE INDEX alert_recipient_inbox ON alert_recipient (staff_id, raised_at);
CREATE INDEX alert_recipient_open ON alert_recipient (staff_id, raised_at) WHERE acknowledged_at IS NULL;

-- The outbox: what leaves, to whom (nobody in particular for the webhook), and how it went. The number of tries is the fence of
-- whoever tries: it is counted before, and only the last to count may say how it went. Until next_at it is theirs.
CREATE TABLE alert_delivery (
    alert_id TEXT COLLATE "C" NOT NULL REFERENCES alert (id),
    channel TEXT COLLATE "C" NOT NULL CHECK (channel IN ('email', 'webhook')),
    recipient TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'given_up', 'off')),
    tries BIGINT NOT NULL,
    raised_at BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    settled_at BIGINT,
    last_error TEXT,
    PRIMARY KEY (alert_id, channel, recipient)
);
CREATE INDEX alert_delivery_open ON alert_delivery (channel, next_at) WHERE state IN ('queued', 'failed');
