-- What reached us only because the store's history was asked is called BACKFILLED.
UPDATE payments SET source = 'BACKFILLED' WHERE source = 'HEALED';
UPDATE store_notifications SET source = 'BACKFILLED' WHERE source = 'HEALED';
