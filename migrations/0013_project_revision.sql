-- Counts the changes of a project's apps and products, so that what a process remembers of them is never out of date.
ALTER TABLE projects ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
