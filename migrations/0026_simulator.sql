-- Subscriptions and notifications of the simulator say which store they are of; a notification also says which sale it is about.
ALTER TABLE simulator_purchases RENAME COLUMN world TO environment;
ALTER TABLE simulator_subscriptions RENAME COLUMN world TO environment;
ALTER TABLE simulator_subscriptions RENAME COLUMN course TO lifecycle;
ALTER TABLE simulator_subscriptions ADD COLUMN store TEXT NOT NULL DEFAULT 'AS';
ALTER TABLE simulator_notices RENAME TO simulator_notifications;
ALTER TABLE simulator_notifications RENAME COLUMN notice_id TO notification_id;
ALTER TABLE simulator_notifications RENAME COLUMN world TO environment;
ALTER TABLE simulator_notifications RENAME COLUMN signed_at TO as_of;
ALTER TABLE simulator_notifications ADD COLUMN store TEXT NOT NULL DEFAULT 'AS';
ALTER TABLE simulator_notifications ADD COLUMN order_id TEXT;
ALTER TABLE simulator_notifications ADD COLUMN product_id TEXT;
