-- Until when an app's purchases may be verified by their signature alone while its store can't be asked; NULL: never.
ALTER TABLE apps ADD COLUMN outage_until BIGINT;
-- When a payment was granted by the purchase's signature alone; NULL: the store stands behind it.
ALTER TABLE payments ADD COLUMN provisional_since BIGINT;
-- When staff said that what needed a person (a failed finish, goods of a purchase the store denied) is dealt with; NULL: nobody did.
ALTER TABLE payments ADD COLUMN handled_at BIGINT;
-- What needs a person: few rows, listed newest first.
CREATE INDEX payments_provisional ON payments (project_id, created_at, payment_seq) WHERE provisional_since IS NOT NULL;
CREATE INDEX payments_finish_failed ON payments (project_id, created_at, payment_seq)
    WHERE finish = 'FAILED' AND status = 'SUCCESS' AND handled_at IS NULL;
