-- When staff opened a consumed payment for one more consume. NULL: never.
ALTER TABLE payments ADD COLUMN reopened_at BIGINT;
