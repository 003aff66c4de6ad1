package store

import (
	"context"
	"database/sql"
	"strings"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/zendesk"
)

// resealBatch is how many rows are read in one transaction: on SQLite,
// others wait for its end.
const resealBatch = 100

// Resealed is how far sealing anew has come.
type Resealed struct {
	Rows    int
	Changed int            // sealed values that the first key seals now
	Left    map[string]int // sealed values by the id of another key that still seals them
	Dead    map[string]int // sealed values that do not open, by the id of the key that they name
}

// Reseal seals with the ring's first key what another of its keys sealed. It is
// safe beside running replicas: a value that somebody stored meanwhile stays. It
// may be stopped and begun again, since what the first key sealed is passed
// over. What does not open stays as it is, and is counted. each is told after
// every batch.
func (s *Store) Reseal(ctx context.Context, each func(Resealed)) (Resealed, error) {
	did := Resealed{Left: map[string]int{}, Dead: map[string]int{}}
	for _, table := range []sealedTable{sealedConnections, sealedAttempts} {
		var last [2]string
		for more := true; more; {
			var batch Resealed
			var next [2]string
			err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
				batch = Resealed{Left: map[string]int{}, Dead: map[string]int{}}
				next, err = s.resealRows(ctx, tx, table, last, &batch)
				return err
			})
			if err != nil {
				return did, err
			}
			did.add(batch)
			more, last = batch.Rows == resealBatch, next
			each(did)
		}
	}
	return did, nil
}

func (r *Resealed) add(o Resealed) {
	r.Rows += o.Rows
	r.Changed += o.Changed
	for id, n := range o.Left {
		r.Left[id] += n
	}
	for id, n := range o.Dead {
		r.Dead[id] += n
	}
}

// sealedTable is a table with sealed columns: two columns that name a row, and
// two that are sealed.
type sealedTable struct {
	list   string // rows after a row ($1, $2), at most $3
	update string // sealed columns to $3 and $4, where they are $5 and $6
	bind   func(column int, row sealedRow) []string
}

type sealedRow struct {
	key    [2]string
	sealed [2]string
	where  [2]string // what else the seal is bound to
}

var sealedConnections = sealedTable{
	list: `SELECT subdomain, user_id, access_token, refresh_token, pagerduty_user, api_base FROM connections
		WHERE (subdomain, user_id) > ($1, $2) ORDER BY subdomain, user_id LIMIT $3`,
	update: `UPDATE connections SET access_token = $3, refresh_token = $4 WHERE subdomain = $1 AND user_id = $2 AND access_token = $5 AND refresh_token = $6`,
	bind: func(column int, row sealedRow) []string {
		agent := zendesk.Agent{Subdomain: row.key[0], UserID: row.key[1]}
		return bindConnection([]string{"access_token", "refresh_token"}[column], agent,
			oauth.Grant{UserID: row.where[0], APIBase: row.where[1]})
	},
}

var sealedAttempts = sealedTable{
	list:   `SELECT id, '', verifier, grant_blob, subdomain, user_id FROM attempts WHERE id > $1 AND $2 = '' ORDER BY id LIMIT $3`,
	update: `UPDATE attempts SET verifier = $3, grant_blob = $4 WHERE id = $1 AND $2 = '' AND verifier = $5 AND grant_blob = $6`,
	bind: func(column int, row sealedRow) []string {
		agent := zendesk.Agent{Subdomain: row.where[0], UserID: row.where[1]}
		return bindAttempt([]string{"verifier", "grant_blob"}[column], row.key[0], agent)
	},
}

func (s *Store) resealRows(
	ctx context.Context,
	tx *sql.Tx,
	table sealedTable,
	after [2]string,
	did *Resealed,
) (last [2]string, err error) {
	list, err := sealedRows(ctx, tx, table, after)
	if err != nil {
		return after, err
	}
	last = after
	for _, row := range list {
		did.Rows++
		last = row.key
		fresh, old := row.sealed, map[string]int{}
		for i, sealed := range row.sealed {
			id, _, _ := strings.Cut(sealed, ".")
			if sealed == "" || id == s.box.Sealer() {
				continue // erased, or fine
			}
			plain, err := s.box.Open(sealed, table.bind(i, row)...)
			if err != nil {
				did.Dead[id]++
				continue
			}
			old[id]++
			fresh[i] = s.box.Seal(plain, table.bind(i, row)...)
		}
		if len(old) == 0 {
			continue
		}
		result, err := tx.ExecContext(
			ctx,
			table.update,
			row.key[0],
			row.key[1],
			fresh[0],
			fresh[1],
			row.sealed[0],
			row.sealed[1],
		)
		if err != nil {
			return last, err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return last, err
		}
		for id, count := range old {
			if n == 1 {
				did.Changed += count
			} else {
				did.Left[id] += count // somebody stored something newer, or deleted it: the next look tells
			}
		}
	}
	return last, nil
}

func sealedRows(ctx context.Context, tx *sql.Tx, table sealedTable, after [2]string) ([]sealedRow, error) {
	rows, err := tx.QueryContext(ctx, table.list, after[0], after[1], resealBatch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []sealedRow
	for rows.Next() {
		var r sealedRow
		if err := rows.Scan(&r.key[0], &r.key[1], &r.sealed[0], &r.sealed[1], &r.where[0], &r.where[1]); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// SealedBy counts sealed values by the id of the key that seals them, without
// opening any.
func (s *Store) SealedBy(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	rows, err := s.db.QueryContext(
		ctx,
		`SELECT access_token FROM connections UNION ALL SELECT refresh_token FROM connections
		UNION ALL SELECT verifier FROM attempts UNION ALL SELECT grant_blob FROM attempts`,
	)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var sealed string
		if err := rows.Scan(&sealed); err != nil {
			return nil, err
		}
		if id, _, _ := strings.Cut(sealed, "."); sealed != "" {
			counts[id]++
		}
	}
	return counts, rows.Err()
}
