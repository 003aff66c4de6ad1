-- +goose Up
-- A panel asks whether other tickets are linked, and to which incidents. Each
-- creation leaves a row with linked = 0, which no such question needs to read.
CREATE INDEX links_linked ON links (subdomain, account_id, incident_id, ticket) WHERE linked > 0;
DROP INDEX links_incident;

-- +goose Down
CREATE INDEX links_incident ON links (subdomain, account_id, incident_id);
DROP INDEX links_linked;
