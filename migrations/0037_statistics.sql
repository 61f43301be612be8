-- Statistics: payments added up by the project's own days, in the background; read together with what was changed since.

-- The project's days are those of this zone (IANA).
ALTER TABLE projects ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'Asia/Seoul';

-- Payments that were changed more than ten minutes after they were made: what was added up of them has to be added up again.
-- A usual purchase is verified and consumed earlier, and is never written here.
CREATE INDEX payments_changed_late ON payments (project_id, updated_at, payment_seq)
    WHERE updated_at > created_at + 600000 AND status <> 'RESERVED' AND (status <> 'USER_CLOSE' OR refusal IS NOT NULL);

-- How far a project's payments are added up. Every write of the tables below raises `version`, and asks for it.
CREATE TABLE statistics_progress (
    project_id TEXT PRIMARY KEY,
    -- The rows below that count; those of another number are on their way out.
    roll_id BIGINT NOT NULL,
    time_zone TEXT NOT NULL,
    -- The first payment's time when it began.
    began_at BIGINT NOT NULL,
    -- Payments made before this are added up.
    rolled_to BIGINT NOT NULL,
    -- Changes made before this are added up.
    seen_to BIGINT NOT NULL,
    version BIGINT NOT NULL
);

-- What half an hour's payments added to the sums (JSON), so that it can be taken back.
CREATE TABLE statistics_chunks (
    roll_id BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (roll_id, starts_at)
);

-- The sums of a day (`span` DAY) or a month (MONTH; `day` is its first), by one dimension. Days are numbered from 1970-01-01.
-- Amounts are in billionths and what is left of them: neither part grows beyond a BIGINT.
CREATE TABLE statistics_sums (
    roll_id BIGINT NOT NULL,
    environment TEXT NOT NULL,
    dimension TEXT NOT NULL,
    span TEXT NOT NULL,
    day BIGINT NOT NULL,
    value TEXT NOT NULL,
    -- Empty for what brought no money.
    currency TEXT NOT NULL,
    payments BIGINT NOT NULL,
    refunds BIGINT NOT NULL,
    gross_parts BIGINT NOT NULL,
    gross_rest BIGINT NOT NULL,
    refunded_parts BIGINT NOT NULL,
    refunded_rest BIGINT NOT NULL,
    PRIMARY KEY (roll_id, environment, dimension, span, day, value, currency)
);
-- A year of many products is added up from here alone, without a look at each row.
CREATE INDEX statistics_sums_read ON statistics_sums (roll_id, environment, dimension, span, day, value, currency,
    payments, refunds, gross_parts, gross_rest, refunded_parts, refunded_rest);

-- Who paid on which day, how often.
CREATE TABLE statistics_payers (
    roll_id BIGINT NOT NULL,
    environment TEXT NOT NULL,
    user_key TEXT NOT NULL,
    user_channel TEXT NOT NULL,
    day BIGINT NOT NULL,
    payments BIGINT NOT NULL,
    PRIMARY KEY (roll_id, environment, user_key, user_channel, day)
);

-- How many of a day's payers paid last on which day before (0: never). So the payers of any span are those of its days who paid
-- last before the span. Months (`day` is their first) have the same of days before them, and days, weeks and months the number of
-- all their payers (`previous_day` is -1) and of those who never paid before.
CREATE TABLE statistics_payer_pairs (
    roll_id BIGINT NOT NULL,
    environment TEXT NOT NULL,
    span TEXT NOT NULL,
    day BIGINT NOT NULL,
    previous_day BIGINT NOT NULL,
    payers BIGINT NOT NULL,
    PRIMARY KEY (roll_id, environment, span, day, previous_day)
);
CREATE INDEX statistics_payer_pairs_read ON statistics_payer_pairs (roll_id, environment, span, day, previous_day, payers);

-- A project's subscriptions, counted (JSON), when, and how long that took.
CREATE TABLE statistics_subscriptions (
    project_id TEXT PRIMARY KEY,
    counted_at BIGINT NOT NULL,
    took_millis BIGINT NOT NULL,
    content TEXT NOT NULL
);
