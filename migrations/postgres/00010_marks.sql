-- +goose Up
-- What a program has to know of a database before it works on it, by name:
--   runs_from   the oldest version of the schema whose program still works on this one. A migration that takes
--               away or renames what that program uses, or demands what it does not write, raises it.
--   tables      on PostgreSQL, the ids of some tables: a dump that is read back gets others.
--   id          of a database that is being moved; moved_from and moved_to, once it was.
CREATE TABLE marks (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
INSERT INTO marks (name, value) VALUES ('runs_from', '10');

-- +goose Down
DROP TABLE marks;
