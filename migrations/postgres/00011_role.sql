-- +goose Up
-- The base role of a connection's person, as PagerDuty spells it; empty where it is not known, as of those from before.
ALTER TABLE connections ADD COLUMN role TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE connections DROP COLUMN role;
