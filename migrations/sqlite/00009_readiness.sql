-- +goose Up
-- Each replica writes its row to see whether it can.
CREATE TABLE readiness (
  replica TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL
);
CREATE INDEX readiness_at ON readiness (at);

-- +goose Down
DROP TABLE readiness;
