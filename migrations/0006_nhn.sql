-- Standing in for NHN Cloud IAP: what a project takes over from there.
ALTER TABLE projects ADD COLUMN nhn_legacy BOOLEAN NOT NULL DEFAULT FALSE;
-- The Gamebase app id its server's calls carry, and a keyed hash of the secret key they carry.
ALTER TABLE projects ADD COLUMN gamebase_app_id TEXT;
ALTER TABLE projects ADD COLUMN gamebase_secret TEXT;
CREATE UNIQUE INDEX projects_by_gamebase_app ON projects (gamebase_app_id);

-- Compatible calls counted in buckets of a quarter of an hour; a call whose project is unknown has an empty project_id.
CREATE TABLE nhn_calls (
    project_id TEXT NOT NULL,
    bucket_at BIGINT NOT NULL,
    endpoint TEXT NOT NULL,
    outcome BIGINT NOT NULL,
    calls BIGINT NOT NULL,
    PRIMARY KEY (project_id, bucket_at, endpoint, outcome)
);
CREATE INDEX nhn_calls_by_time ON nhn_calls (bucket_at);
