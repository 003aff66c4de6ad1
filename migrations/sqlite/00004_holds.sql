-- +goose Up
ALTER TABLE links ADD COLUMN made BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN on_solve BIGINT NOT NULL DEFAULT 0;

CREATE TABLE preferences (
  subdomain TEXT NOT NULL,
  user_id TEXT NOT NULL,
  no_notes BIGINT NOT NULL,
  PRIMARY KEY (subdomain, user_id)
);

-- +goose Down
DROP TABLE preferences;
ALTER TABLE links DROP COLUMN on_solve;
ALTER TABLE links DROP COLUMN made;
