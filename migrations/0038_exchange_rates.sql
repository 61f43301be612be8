-- The currency that a project's revenue is added up in; NULL: currencies stay apart.
ALTER TABLE projects ADD COLUMN sum_currency TEXT;

-- What one unit of a currency is worth in the other, in billionths, from a day (numbered from 1970-01-01) on until the next row's.
CREATE TABLE exchange_rates (
    project_id TEXT NOT NULL REFERENCES projects (id),
    sum_currency TEXT NOT NULL,
    currency TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    rate_billionths BIGINT NOT NULL,
    PRIMARY KEY (project_id, sum_currency, currency, valid_from)
);
