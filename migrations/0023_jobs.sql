-- Jobs are called by the names of their files; one that has to be done by a certain time says so, and when to raise the alarm.
UPDATE jobs SET kind = 'backfill_notifications' WHERE kind = 'heal';
UPDATE jobs SET kind = 'poll_refunds' WHERE kind = 'refunds';
UPDATE jobs SET kind = 'answer_refund_requests' WHERE kind = 'consumption';
ALTER TABLE jobs ADD COLUMN deadline_at BIGINT;
ALTER TABLE jobs ADD COLUMN alarm_at BIGINT;
CREATE INDEX jobs_by_alarm ON jobs (alarm_at) WHERE alarm_at IS NOT NULL;
-- Many rows of one kind hold up no other kind.
DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (kind, due_at, subject) WHERE due_at IS NOT NULL;

-- Simulated notifications are sent under a lease like all other work, so that a sender that lost it writes nothing.
ALTER TABLE simulator_notices ADD COLUMN lease TEXT;
