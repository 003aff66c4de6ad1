-- +goose Up
-- Who else connected as the same person of PagerDuty since: a notice in the panel, until it is dismissed.
ALTER TABLE connections ADD COLUMN shared TEXT NOT NULL DEFAULT '';
CREATE INDEX connections_person ON connections (pagerduty_account_id, pagerduty_user);

-- Whom or what an entry is about, beside an incident.
ALTER TABLE audit ADD COLUMN about TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE audit DROP COLUMN about;
DROP INDEX connections_person;
ALTER TABLE connections DROP COLUMN shared;
