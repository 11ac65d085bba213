package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the peer on SQLite speaks to the driver directly

	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
	"github.com/marquee-tickets/marquee/bms/sqlite"
)

// script does for each hold what the judge does for each batch: the show's version, the seats, the
// hold, the frame; in one transaction, over fresh seats of one show after another, as ours.
const script = `\set n :n + 1
\set k :n * :clients + :client_id
\set show :k / 4000
\set seat 2 * mod(:k, 4000)
begin;
update peer_inventory set version = version + 1 where show_id = 'shw_01k9x3m2q7e8rtb5w0z4n6' || :show;
insert into peer_claim (show_id, seat, status, hold_id, until)
select 'shw_01k9x3m2q7e8rtb5w0z4n6' || :show, s, 1, 'hld_01k9x3m2q7e8rtb5w0z4n6' || :k, now() + interval '8 minutes'
from unnest(array[:seat, :seat + 1]) as s
on conflict (show_id, seat) do update set status = excluded.status, hold_id = excluded.hold_id, until = excluded.until
where peer_claim.until < now();
insert into peer_hold (id, show_id, state, buyer, seats, areas, created_at, expires_at, due_at, extended, reason)
values ('hld_01k9x3m2q7e8rtb5w0z4n6' || :k, 'shw_01k9x3m2q7e8rtb5w0z4n6' || :show, 'held', '', '[1,2]', '[]', now(), now() + interval '8 minutes', now() + interval '8 minutes', 0, '');
insert into peer_detail (hold_id, detail, version) values ('hld_01k9x3m2q7e8rtb5w0z4n6' || :k, :detail, 1);
insert into peer_frame (show_id, version, frame, made_at) values ('shw_01k9x3m2q7e8rtb5w0z4n6' || :show, :k, '{"v":12,"s":[[17,1],[18,1]]}', now());
commit;
`

// withoutVersion is the same without what serialises the holds of a show: a peer that gives up the
// show's version and so live deltas. It is printed for comparison.
func withoutVersion() string {
	var kept []string
	for line := range strings.Lines(script) {
		if !strings.HasPrefix(line, "update peer_inventory") && !strings.HasPrefix(line, "insert into peer_frame") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

const peerTables = `
create table peer_inventory (like inventory including all);
create table peer_claim (like seat_claim including all);
create table peer_hold (like hold including all);
create table peer_detail (like hold_detail including all);
create table peer_frame (like seat_frame including all);
insert into peer_inventory select 'shw_01k9x3m2q7e8rtb5w0z4n6' || n, 0 from generate_series(0, 2000) n;`

var peerClients = []int{8, 32, 64, 256}

// pgbench runs the peer on Postgres at several numbers of clients and returns its best.
func pgbench(ctx context.Context, report *bench.Report, url, schema string, length time.Duration) (result, error) {
	tool, err := findPgbench()
	if err != nil {
		return result{}, err
	}
	detail, err := sampleDetail(ctx, url, schema)
	if err != nil {
		return result{}, err
	}
	var best result
	for _, variant := range []struct{ name, script string }{{"same rows", script}, {"without version and frame", withoutVersion()}} {
		for _, clients := range peerClients {
			bench.Progress("pgbench, %s, %d clients", variant.name, clients)
			r, err := pgbenchOnce(ctx, tool, url, schema, variant.script, detail, clients, length)
			if err != nil {
				return best, err
			}
			bench.ProgressDone()
			tell(report, fmt.Sprintf("pgbench %s, %d", variant.name, clients), r)
			if variant.script == script && (best.seats == 0 || r.perSecond() > best.perSecond()) {
				best = r
			}
		}
	}
	return best, nil
}

func findPgbench() (string, error) {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if len(found) == 0 {
		return "", errors.New("pgbench is not installed: it comes with the package postgresql")
	}
	return found[len(found)-1], nil
}

// sampleDetail is the detail of one of our own holds, so that the peer writes rows of the same size.
func sampleDetail(ctx context.Context, url, schema string) (string, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	var detail string
	err = conn.QueryRow(ctx, "select detail::text from "+schema+".hold_detail limit 1").Scan(&detail)
	return detail, err
}

//nolint:revive // what a command line needs
func pgbenchOnce(ctx context.Context, tool, url, schema, script, detail string, clients int, length time.Duration) (result, error) {
	if err := peerSchema(ctx, url, schema); err != nil {
		return result{}, err
	}
	dir, err := os.MkdirTemp("", "pgbench")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "hold.sql")
	// A colon and a letter would be a variable of pgbench.
	quoted := "'" + strings.NewReplacer("'", "''", ":", ": ").Replace(detail) + "'"
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(script, ":detail", quoted)), 0o600); err != nil {
		return result{}, err
	}
	cmd := exec.CommandContext(ctx, tool, "-n", "-M", "prepared", "-f", file, "-c", strconv.Itoa(clients), "-j", "2",
		"-T", strconv.Itoa(int(length.Seconds())), "-D", "n=-1", "-D", "clients="+strconv.Itoa(clients), "-l", "--log-prefix="+filepath.Join(dir, "log"), url)
	cmd.Env = append(os.Environ(), "PGOPTIONS=-c search_path="+schema)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return result{}, fmt.Errorf("pgbench: %w\n%s", err, out)
	}
	return readLogs(dir, length)
}

// readLogs reads the latency of each of pgbench's transactions: the third column, in microseconds.
func readLogs(dir string, length time.Duration) (result, error) {
	logs, err := filepath.Glob(filepath.Join(dir, "log.*"))
	if err != nil {
		return result{}, err
	}
	r := result{elapsed: length}
	for _, file := range logs {
		raw, err := os.ReadFile(file)
		if err != nil {
			return r, err
		}
		for scan := bufio.NewScanner(bytes.NewReader(raw)); scan.Scan(); {
			columns := strings.Fields(scan.Text())
			if len(columns) < 3 {
				continue
			}
			us, err := strconv.ParseInt(columns[2], 10, 64)
			if err != nil {
				return r, fmt.Errorf("pgbench log: %w", err)
			}
			r.waits = append(r.waits, time.Duration(us)*time.Microsecond)
		}
	}
	r.seats = perHold * len(r.waits)
	return r, nil
}

func peerSchema(ctx context.Context, url, schema string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "set search_path = "+schema+"; drop table if exists peer_inventory, peer_claim, peer_hold, peer_detail, peer_frame;"+peerTables)
	return err
}

func freshSchema(ctx context.Context, url, schema string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "drop schema if exists "+schema+" cascade; create schema "+schema)
	return err
}

// describe prints the server's version and the settings that durability depends on.
func describe(ctx context.Context, report *bench.Report, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `select name, setting from pg_settings
where name in ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_connections') order by name`)
	if err != nil {
		return err
	}
	var name, setting string
	_, err = pgx.ForEachRow(rows, []any{&name, &setting}, func() error {
		report.Printf("postgres %s: %s\n", name, setting)
		return nil
	})
	return err
}

// oneCommitPerHold is the peer on SQLite: the same rows, one transaction and so one flush to disk each.
func oneCommitPerHold(ctx context.Context, path string, length time.Duration) (result, error) {
	db, err := sqlite.Open(ctx, sqlite.Config{Path: path})
	if err != nil {
		return result{}, err
	}
	if err := db.Close(); err != nil {
		return result{}, err
	}
	raw, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return result{}, err
	}
	defer raw.Close()
	raw.SetMaxOpenConns(1)
	p, err := newLitePeer(ctx, raw)
	if err != nil {
		return result{}, err
	}
	r := result{}
	begin := time.Now()
	for k := 0; time.Since(begin) < length; k++ {
		at := time.Now()
		if err := p.hold(ctx, raw, k); err != nil {
			return r, err
		}
		r.waits = append(r.waits, time.Since(at))
		r.seats += perHold
	}
	r.elapsed = time.Since(begin)
	return r, nil
}

// litePeer has the statements prepared, as pgbench has.
type litePeer struct{ version, claim, reserve, detail, frame *sql.Stmt }

func newLitePeer(ctx context.Context, db *sql.DB) (litePeer, error) {
	var p litePeer
	if _, err := db.ExecContext(ctx, "pragma foreign_keys = off"); err != nil {
		return p, err
	}
	for _, s := range []struct {
		into **sql.Stmt
		text string
	}{
		{&p.version, "insert into inventory (show_id, version) values ($1, 1) on conflict (show_id) do update set version = version + 1"},
		{&p.claim, "insert into seat_claim (show_id, seat, status, hold_id, until) values ($1, $2, 1, $3, $4), ($1, $2 + 1, 1, $3, $4)"},
		{&p.reserve, `insert into hold (id, show_id, state, buyer, seats, areas, created_at, expires_at, due_at, extended, reason)
values ($1, $2, 'held', '', '[1,2]', '[]', $3, $4, $4, 0, '')`},
		{&p.detail, "insert into hold_detail (hold_id, detail, version) values ($1, $2, 1)"},
		{&p.frame, "insert into seat_frame (show_id, version, frame, made_at) values ($1, $2, $3, $4)"},
	} {
		var err error
		if *s.into, err = db.PrepareContext(ctx, s.text); err != nil {
			return p, err
		}
	}
	return p, nil
}

var liteDetail = `{"items":[{"seat":1},{"seat":2}],"quote":"` + strings.Repeat("x", 1500) + `"}`

func (p litePeer) hold(ctx context.Context, db *sql.DB, k int) error {
	show, hold, seat := fmt.Sprintf("shw_01k9x3m2q7e8rtb5w0z4n6%d", k/4000), fmt.Sprintf("hld_01k9x3m2q7e8rtb5w0z4n6%d", k), 2*(k%4000)
	now := time.Now().UnixMicro()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, s := range []struct {
		stmt *sql.Stmt
		args []any
	}{
		{p.version, []any{show}},
		{p.claim, []any{show, seat, hold, now + 480_000_000}},
		{p.reserve, []any{hold, show, now, now + 480_000_000}},
		{p.detail, []any{hold, liteDetail}},
		{p.frame, []any{show, k, `{"v":12,"s":[[17,1],[18,1]]}`, now}},
	} {
		if _, err := tx.StmtContext(ctx, s.stmt).ExecContext(ctx, s.args...); err != nil {
			return err
		}
	}
	return tx.Commit()
}
