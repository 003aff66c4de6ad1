-- +goose Up
-- The hash of the random value that one browser window got when its agent
-- confirmed the login there; '' before that.
ALTER TABLE attempts ADD COLUMN window_hash TEXT NOT NULL DEFAULT '';
-- Logins under way were begun under rules that let another browser finish
-- them. They end; a grant that waits is revoked when its row is deleted.
UPDATE attempts SET stage = 'failed', outcome = 'login.unknown', code_hash = '' WHERE stage IN ('open', 'exchanging', 'granted');

-- +goose Down
ALTER TABLE attempts DROP COLUMN window_hash;
