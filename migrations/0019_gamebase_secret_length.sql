-- Whether the Gamebase secret key was taken over since it has to be long; an earlier one may be short enough to guess.
ALTER TABLE projects ADD COLUMN gamebase_secret_is_long BOOLEAN NOT NULL DEFAULT FALSE;
