-- What a store said of each purchase and each renewal, the newest word of each: by the purchase's identity (docs/rules.md, Identity of a purchase).
ALTER TABLE store_facts RENAME TO store_snapshots;
ALTER TABLE store_snapshots RENAME COLUMN fact_id TO snapshot_id;
ALTER TABLE store_snapshots RENAME COLUMN signed_at TO as_of;
ALTER TABLE store_snapshots RENAME COLUMN weight TO tie_break;
ALTER TABLE store_snapshots RENAME COLUMN fact TO snapshot;

-- What the store gave back of a payment: all of it where these are NULL and the status is REFUND.
ALTER TABLE payments ADD COLUMN refunded_micros BIGINT;
ALTER TABLE payments ADD COLUMN refunded_quantity BIGINT;
-- The store's own names of the refund's type and reason.
ALTER TABLE payments ADD COLUMN refund_type TEXT;
ALTER TABLE payments ADD COLUMN refund_reason TEXT;

-- Set when every period of the subscription has moved to another one of the store's ids.
ALTER TABLE subscriptions ADD COLUMN moved_to TEXT;
