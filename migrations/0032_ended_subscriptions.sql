-- Subscriptions that ended by time alone, of which a store that keeps no list of its notifications is asked once more.
CREATE INDEX subscriptions_ended ON subscriptions (app_seq, period_end) WHERE state = 'EXPIRED';
