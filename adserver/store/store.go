package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

const (
	// readTimeout bounds each read, so that nobody waits longer for a database that does not answer.
	readTimeout = 10 * time.Second

	// slowTimeout bounds reads that are large: the catalogue, the audit.
	slowTimeout = time.Minute

	// rowsAtOnce is how many rows one statement writes or deletes.
	rowsAtOnce = 1000
)

// DB is the store. It is safe for concurrent use, also by several nodes on one database. Its fields are set by New.
type DB struct {
	Advertisers Table[ads.AdvertiserID, ads.Advertiser]
	Campaigns   Table[ads.CampaignID, ads.Campaign]
	Lines       Table[ads.LineID, ads.Line]
	Creatives   Table[ads.CreativeID, ads.Creative]
	Publishers  Table[ads.PublisherID, ads.Publisher]
	Placements  Table[ads.PlacementID, ads.Placement]

	db      sqldb.DB // what somebody waits for
	back    sqldb.DB // what nobody waits for
	sql     statements
	changed signal // of the catalogue, by this process
}

// New returns the store of a migrated database.
func New(db sqldb.DB) *DB {
	d := &DB{db: db, back: db.Background(), sql: newStatements(db.Dialect())}
	d.Advertisers = newTable(d, advertisers)
	d.Campaigns = newTable(d, campaigns)
	d.Lines = newTable(d, lines)
	d.Creatives = newTable(d, creatives)
	d.Publishers = newTable(d, publishers)
	d.Placements = newTable(d, placements)
	return d
}

// Close waits for running units of work and closes the database.
func (d *DB) Close() error { return d.db.Close() }

// update runs a unit of work that somebody waits for.
func (d *DB) update(ctx context.Context, what string, fn func(tx sqldb.Tx) error) error {
	return attempted(what, d.db.Update(ctx, fn))
}

// attempted says what was attempted when err is not nil.
func attempted(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// queue adds a statement whose answer nobody needs.
func queue(tx sqldb.Tx, sql string, args ...any) { tx.Queue(sqldb.Stmt{SQL: sql, Args: args}) }

// put queues a statement with the rows as the JSON list $1, some at a time.
func put[T any](tx sqldb.Tx, rows []T, sql string) {
	for part := range slices.Chunk(rows, rowsAtOnce) {
		queue(tx, sql, sqldb.JSON(part))
	}
}

// collect returns what scan makes of each row.
func collect[T any](ctx context.Context, tx sqldb.Tx, scan func(sqldb.Row, *T) error, sql string, args ...any) ([]T, error) {
	var all []T
	err := tx.Each(ctx, func(r sqldb.Row) error {
		var v T
		err := scan(r, &v)
		all = append(all, v)
		return err
	}, sql, args...)
	return all, err
}

// list runs a query on its own, in at most readTimeout.
func list[T any](ctx context.Context, db sqldb.DB, scan func(sqldb.Row, *T) error, sql string, args ...any) ([]T, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	var all []T
	err := db.Read(ctx, func(tx sqldb.Tx) error {
		var err error
		all, err = collect(ctx, tx, scan, sql, args...)
		return err
	})
	return all, err
}

// one is list for a query that has one row at most; ok is false when it has none.
func one[T any](ctx context.Context, db sqldb.DB, scan func(sqldb.Row, *T) error, sql string, args ...any) (v T, ok bool, err error) {
	all, err := list(ctx, db, scan, sql, args...)
	if err != nil || len(all) == 0 {
		return v, false, err
	}
	return all[0], true, nil
}

// found returns whether a row was there; that there is none is no error.
func found(err error) (bool, error) {
	if errors.Is(err, sqldb.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// taken turns the refusal of a unique index into a Conflict about field.
func taken(err error, field, message string) error {
	if !sqldb.IsKind(err, sqldb.Unique) {
		return err
	}
	return &fault.Error{Code: fault.Conflict, Reason: "taken", Field: field, Message: message}
}

// plain checks a text of one line that may be empty, of at most so many bytes.
func plain(field, s string, most int) error {
	switch {
	case len(s) > most:
		return fault.Invalidf(field, "is longer than %d bytes", most)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
		return fault.Invalidf(field, "must be text without control characters")
	}
	return nil
}

// word is plain for what must not be empty.
func word(field, s string, most int) error {
	if s == "" {
		return fault.Invalidf(field, "is missing")
	}
	return plain(field, s, most)
}

// Page is a part of a list.
type Page struct {
	After uint32 // the identifier that the page before ended with; zero for the first page
	Most  int    // 1 to 1000; zero means 100
}

func (p Page) validate() error {
	if p.Most < 0 || p.Most > rowsAtOnce {
		return fault.Invalidf("most", "must be between 1 and %d", rowsAtOnce)
	}
	return nil
}

func (p Page) most() int {
	if p.Most == 0 {
		return 100
	}
	return p.Most
}

// micros are a time as all tables hold it: whole microseconds since 1970. The text of the statements is so the same for both engines,
// which have no type of time in common that travels in JSON. The zero time is zero.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// ofMicros is the time that micros made.
func ofMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// conditions puts together what a list is limited to.
type conditions struct {
	texts []string
	args  []any
}

// add limits the list by a text in which ? stands for the value.
func (c *conditions) add(text string, v any) {
	c.args = append(c.args, v)
	c.texts = append(c.texts, strings.ReplaceAll(text, "?", fmt.Sprintf("$%d", len(c.args))))
}

// where is the conditions as a clause.
func (c *conditions) where() string {
	if len(c.texts) == 0 {
		return ""
	}
	return " where " + strings.Join(c.texts, " and ")
}
