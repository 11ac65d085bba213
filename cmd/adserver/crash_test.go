package main_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/journal"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/postgres"
	"github.com/marquee-tickets/marquee/adserver/store/sqlite"
	"github.com/marquee-tickets/marquee/internal/pgtest"
)

// kills is how often the program is killed on each engine, and stops how often it is asked to end.
const (
	kills      = 10
	killsShort = 2
	stops      = 3
)

// TestCrash has people look at ads of the real program while it is killed, or asked to end, again and again on the same data. Afterwards everything that was
// acknowledged is counted once, however often it is sent again in later lives, nothing else is counted but what was sent, nobody spent more than they ordered,
// and the books are right.
func TestCrash(t *testing.T) {
	t.Parallel()
	program := build(t)
	everyEngine(t, program, "killed", killed)
	everyEngine(t, program, "stopped", stopped)
}

// killed ends each life with SIGKILL in the middle of a rush.
func killed(t *testing.T, p *place) {
	t.Helper()
	times := kills
	if testing.Short() || raceOn {
		times = killsShort
	}
	c := newCrowd(t)
	for range times {
		c.rush(p.start())
		c.server.kill()
		c.leave()
	}
	c.repeat(p.start())
	c.server.stop() // brings what is left of the journal to the database
	p.examine(c)
	assert.Len(t, c.epochs, times, "each life has a number of its own")
}

// stopped asks the program to end under load: it answers what it has begun, and has all of it in the database when it is gone.
func stopped(t *testing.T, p *place) {
	t.Helper()
	c := newCrowd(t)
	for range stops {
		c.rush(p.start())
		c.server.stop()
		c.leave()
		p.examine(c)
	}
	assert.Len(t, c.epochs, stops)
}

// place is where the data of a program is.
type place struct {
	t       *testing.T
	program string
	dir     string
	flags   []string
	open    func() (*store.DB, error)
	lines   map[ads.LineID]ads.Line
}

func everyEngine(t *testing.T, program, name string, test func(*testing.T, *place)) {
	t.Helper()
	t.Run(name+" on sqlite", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		p := &place{t: t, program: program, dir: dir, open: func() (*store.DB, error) { return sqlite.Open(context.Background(), filepath.Join(dir, "ads.db")) }}
		p.furnish()
		test(t, p)
	})
	t.Run(name+" on postgres", func(t *testing.T) {
		t.Parallel()
		url, schema := pgtest.Schema(t)
		p := &place{
			t: t, program: program, dir: t.TempDir(), flags: []string{"--database", url, "--schema", schema},
			open: func() (*store.DB, error) { return postgres.Open(context.Background(), url, schema) },
		}
		p.furnish()
		test(t, p)
	})
}

// build compiles the program as its users run it.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "adserver")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return program
}

// examine holds what the crowd was told against the journal, and the journal against the database.
func (p *place) examine(c *crowd) {
	p.t.Helper()
	db, err := p.open()
	require.NoError(p.t, err)
	defer func() { require.NoError(p.t, db.Close()) }()
	log := p.read()
	require.Empty(p.t, log.refused, "people's beacons count")
	for what, kind := range map[ledger.Kind]*told{ledger.View: &c.views, ledger.Click: &c.clicks} {
		counted := log.times[what]
		for ad := range kind.acknowledged {
			require.Equal(p.t, 1, counted[ad], "%d of %v was acknowledged", what, ad)
		}
		for ad, times := range counted {
			require.Equal(p.t, 1, times, "%d of %v", what, ad)
			require.True(p.t, kind.sent[ad], "%d of %v was never sent", what, ad)
		}
	}
	position, err := db.Position(p.t.Context(), 0)
	require.NoError(p.t, err)
	assert.Equal(p.t, log.records, position, "all of the journal is in the database")
	now := time.Now()
	rows, err := db.Report(p.t.Context(), store.Query{All: true, From: now.AddDate(0, 0, -2), To: now.AddDate(0, 0, 1)})
	require.NoError(p.t, err)
	require.Len(p.t, rows, 1)
	assert.Len(p.t, log.times[ledger.View], int(rows[0].Views))
	assert.Len(p.t, log.times[ledger.Click], int(rows[0].Clicks))
	assert.Equal(p.t, log.gross, rows[0].Gross)
	p.withinLimits(db, log)
	out, err := exec.CommandContext(p.t.Context(), p.program, append([]string{"audit", "--data", p.dir}, p.flags...)...).CombinedOutput()
	require.NoError(p.t, err, "%s", out)
	p.t.Logf("%d views and %d clicks acknowledged, %d and %d counted, %d late, %d unpaid", len(c.views.acknowledged), len(c.clicks.acknowledged),
		rows[0].Views, rows[0].Clicks, log.late, log.unpaid)
	require.Greater(p.t, len(c.views.acknowledged), fewViews, "the rush sees ads")
	require.NotEmpty(p.t, c.clicks.acknowledged, "and clicks them")
}

// withinLimits looks at what was spent of each budget, and how often each person saw what has a cap.
func (p *place) withinLimits(db *store.DB, log *account) {
	p.t.Helper()
	spending, err := db.Spending(p.t.Context(), 0)
	require.NoError(p.t, err)
	for id, spent := range spending.Lines {
		if limit := p.lines[id].Budget.Total; limit > 0 {
			assert.LessOrEqual(p.t, spent, limit, p.lines[id].Name)
		}
	}
	for _, s := range spending.Days {
		if limit := p.lines[s.Line].Budget.Daily; limit > 0 {
			assert.LessOrEqual(p.t, s.Amount, limit, p.lines[s.Line].Name)
		}
	}
	paid, err := db.PaidIn(p.t.Context())
	require.NoError(p.t, err)
	for id := range paid {
		account := ledger.Account{Kind: ledger.OfAdvertiser, ID: uint32(id), Currency: "USD"}
		balances, err := db.Balances(p.t.Context(), account)
		require.NoError(p.t, err)
		assert.GreaterOrEqual(p.t, balances[account], ads.Nano(0), "advertiser %d", id)
	}
	for who, times := range log.seen {
		assert.LessOrEqual(p.t, times, capOf(p.lines[who.line]), "%v", who)
	}
}

func capOf(l ads.Line) int {
	if len(l.Caps) == 0 {
		return 1 << 30
	}
	return l.Caps[0].Times
}

// account is what a journal says.
type account struct {
	records      uint64
	times        map[ledger.Kind]map[adID]int
	gross        ads.Nano
	refused      map[fraud.Reason]int
	late, unpaid int
	seen         map[viewer]int // of ads that were decided in the life that counted them
}

type viewer struct {
	user uint64
	line ads.LineID
}

// read reads the whole journal, of which nothing is trimmed so early.
func (p *place) read() *account {
	p.t.Helper()
	j, err := journal.Open(journal.Config{Dir: filepath.Join(p.dir, "journal")})
	require.NoError(p.t, err)
	defer func() { require.NoError(p.t, j.Close()) }()
	require.Zero(p.t, j.First())
	a := &account{records: j.Next(), seen: map[viewer]int{}, refused: map[fraud.Reason]int{}, times: map[ledger.Kind]map[adID]int{ledger.View: {}, ledger.Click: {}}}
	require.NoError(p.t, j.Read(0, func(_ uint64, record []byte) error {
		var ev ledger.Event
		if err := ev.Read(record); err != nil {
			return err
		}
		a.add(&ev)
		return nil
	}))
	return a
}

func (a *account) add(ev *ledger.Event) {
	if ev.Reason != 0 {
		a.refused[fraud.Reason(ev.Reason)]++
		return
	}
	if ev.Kind == ledger.View || ev.Kind == ledger.Click {
		a.times[ev.Kind][adID{ev.Epoch, ev.Serial}]++
	}
	a.gross += ev.Gross
	if ev.Flags&ledger.Unpaid != 0 {
		a.unpaid++
	}
	switch {
	case ev.Flags&ledger.Late != 0:
		a.late++
	case ev.Kind == ledger.View && ev.User != 0:
		a.seen[viewer{ev.User, ev.Place.Line}]++
	}
}

// running is a running program.
type running struct {
	t    *testing.T
	cmd  *exec.Cmd
	base string
}

var addressLine = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

func (p *place) start() *running {
	p.t.Helper()
	args := append([]string{"--addr", "127.0.0.1:0", "--data", p.dir, "--no-demo", "--log-level", "error", "--trusted-proxies", "127.0.0.0/8"}, p.flags...)
	cmd := exec.Command(p.program, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(p.t, err)
	require.NoError(p.t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if base := addressLine.FindString(lines.Text()); base != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return &running{t: p.t, cmd: cmd, base: base}
		}
	}
	require.Fail(p.t, "the ad server printed no address")
	return nil
}

// kill ends the program as a power cut would.
func (r *running) kill() {
	require.NoError(r.t, r.cmd.Process.Kill())
	_ = r.cmd.Wait()
}

// stop ends the program as its user does.
func (r *running) stop() {
	require.NoError(r.t, r.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(r.t, r.cmd.Wait())
}

// anyMoment is how long a rush lasts.
func anyMoment() time.Duration { return time.Duration(400+rand.IntN(600)) * time.Millisecond }

func address() string {
	return fmt.Sprintf("11.%d.%d.%d", rand.IntN(256), rand.IntN(256), 1+rand.IntN(250))
}
