package store

import (
	"context"
	"database/sql"
)

// A copy of a database has refresh tokens that the original may have spent since.
// PagerDuty can take a second use of one for theft and end the whole grant, so a
// restored connection's agent has to log in again. SQLite's copies lose their
// tokens when they are made ([Backup], [Restore]); PostgreSQL's are recognised by
// the ids of their tables, which a dump does not carry. A physical copy (a
// snapshot of a disk, a base backup) has the same ids, and is not recognised.

// lapseAll makes every agent log in again. Open panels and logins under way end:
// some that were ended since the copy was made would come back.
func lapseAll(ctx context.Context, q querier) (connections int64, err error) {
	result, err := q.ExecContext(ctx, `UPDATE connections
		SET lapsed = 1, access_token = '', refresh_token = '', lease_owner = '', lease_until = 0`)
	if err != nil {
		return 0, err
	}
	if connections, err = result.RowsAffected(); err != nil {
		return 0, err
	}
	for _, table := range accountTables {
		if !table.passing {
			continue
		}
		if _, err := q.ExecContext(ctx, `DELETE FROM `+table.name); err != nil {
			return 0, err
		}
	}
	return connections, nil
}

// tableIDs are the ids of some tables. They survive VACUUM FULL, TRUNCATE and
// pg_upgrade. In a new cluster one of them could be the same by chance; all of
// them cannot, since a dump makes tables in another order than the migrations.
const tableIDs = `SELECT 'connections'::regclass::oid || ',' || 'attempts'::regclass::oid || ',' || 'sessions'::regclass::oid
	|| ',' || 'installations'::regclass::oid || ',' || 'audit'::regclass::oid`

// recogniseRestore lapses what a dump brought, once.
func (s *Store) recogniseRestore(ctx context.Context) error {
	if s.dialect.name != onPostgres.name {
		return nil
	}
	var have string
	if err := s.db.QueryRowContext(ctx, tableIDs).Scan(&have); err != nil {
		return err
	}
	marked, err := mark(ctx, s.db.DB, markTables)
	if err != nil || marked == have {
		return err
	}
	return s.long(ctx, func(ctx context.Context, tx *sql.Tx) error { return s.lapseRestored(ctx, tx, have) })
}

func (s *Store) lapseRestored(ctx context.Context, tx *sql.Tx, have string) error {
	// Replicas that start together come one after the other.
	if _, err := tx.ExecContext(ctx, s.dialect.serial, "restored"); err != nil {
		return err
	}
	marked, err := mark(ctx, tx, markTables)
	if err != nil || marked == have {
		return err
	}
	if marked != "" { // else it is new
		if s.lapsed, err = lapseAll(ctx, tx); err != nil {
			return err
		}
		s.restored = true
	}
	return setMark(ctx, tx, markTables, have)
}

// Restored says whether [Store.Prepare] found that the database was read back
// from a dump, and how many connections now ask for a login.
func (s *Store) Restored() (connections int64, yes bool) { return s.lapsed, s.restored }
