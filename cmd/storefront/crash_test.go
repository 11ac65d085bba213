package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/postgres"
	"github.com/marquee-tickets/marquee/bms/sqlite"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/pgtest"
)

// kills is how often the program is killed on each engine.
const kills = 20

// TestKill kills the real program with SIGKILL in the middle of a rush, again and again on the
// same data. Afterwards every booking that a buyer was told is confirmed must be so, the audit
// must be clean, and the bank's books and ours must agree.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program 40 times, which takes minutes: run without -short")
	}
	program := build(t)
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		crash(t, program, dir, nil, func(now func() time.Time) (store.DB, error) {
			return sqlite.Open(context.Background(), sqlite.Config{Path: filepath.Join(dir, "marquee.db"), Now: now})
		})
	})
	t.Run("postgres", func(t *testing.T) {
		server, schema := pgtest.Schema(t)
		address := server + "&search_path=" + schema
		crash(t, program, t.TempDir(), []string{"--database", address}, func(now func() time.Time) (store.DB, error) {
			return postgres.Open(context.Background(), postgres.Config{URL: server, Schema: schema, Now: now})
		})
	})
}

// build compiles the program as its users run it.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "storefront")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return program
}

func crash(t *testing.T, program, dir string, flags []string, open func(func() time.Time) (store.DB, error)) {
	t.Helper()
	c := &crowd{t: t, told: map[string]string{}}
	for range kills {
		shop := start(t, program, dir, flags)
		c.rush(shop)
	}
	shop := start(t, program, dir, flags)
	c.shop = shop
	for id, token := range c.told {
		assert.Equal(t, "confirmed", c.status(id, token), "booking %s was acknowledged", id)
	}
	t.Logf("%d bookings acknowledged before %d kills", len(c.told), kills)
	require.GreaterOrEqual(t, len(c.told), kills, "each rush sells")
	shop.stop()
	compare(t, dir, open)
	out, err := exec.CommandContext(t.Context(), program, append([]string{"audit", "--data", dir}, flags...)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// compare lets time pass for what the last kill left open, and holds the bank's books against ours.
func compare(t *testing.T, dir string, open func(func() time.Time) (store.DB, error)) {
	t.Helper()
	ahead := func() time.Time { return time.Now().UTC().Add(45 * time.Minute).Truncate(time.Microsecond) }
	bank, err := sandbox.New(sandbox.Config{Secret: []byte("no webhooks are read"), Journal: journal(t, dir), Now: ahead})
	require.NoError(t, err)
	defer bank.Close()
	db, err := open(ahead)
	require.NoError(t, err)
	client, err := bms.New(db, bms.Config{Gateways: []payment.Gateway{bank}})
	require.NoError(t, err)
	defer client.Close()
	for range 3 {
		require.NoError(t, client.Drain(t.Context()))
	}
	report, err := client.Audit(t.Context())
	require.NoError(t, err)
	assert.Empty(t, report.Violations)
	for _, e := range bank.Ledger() {
		i, err := client.Payments.Get(t.Context(), e.IntentID)
		require.NoError(t, err, "the bank knows a payment that we do not")
		b, err := client.Bookings.Get(t.Context(), booking.ID(i.BookingID))
		require.NoError(t, err)
		kept := e.Captured.Minor - e.Refunded.Minor
		if b.Status == booking.Confirmed {
			assert.Contains(t, []int64{0, b.Total.Minor}, kept, b.ID)
			continue
		}
		assert.Zero(t, kept, "booking %s is %s and its money is kept", b.ID, b.Status)
	}
}

// journal is the bank's file in the data folder.
func journal(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.journal"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	return files[0]
}

// program is a running storefront.
type running struct {
	t    *testing.T
	cmd  *exec.Cmd
	base string
}

var addressLine = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

func start(t *testing.T, program, dir string, flags []string) *running {
	t.Helper()
	cmd := exec.Command(program, append([]string{"--addr", "127.0.0.1:0", "--data", dir, "--log-level", "error", "--partner-networks", "127.0.0.1"}, flags...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // it has ended, unless the test has failed: then it would hold on to what the tests print
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if base := addressLine.FindString(lines.Text()); base != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return &running{t: t, cmd: cmd, base: base}
		}
	}
	require.Fail(t, "the storefront printed no address")
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

// crowd are buyers who remember what they were told.
type crowd struct {
	t    *testing.T
	shop *running

	mu   sync.Mutex
	told map[string]string // tokens of confirmed bookings by id
}

// popular is how many shows the buyers of one rush want.
const popular = 6

// rush has buyers buy until the program is killed under them.
func (c *crowd) rush(shop *running) {
	c.t.Helper()
	c.shop = shop
	var list struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	answer, status := c.send("GET", "/api/v1/shows?city=mumbai&status=on_sale&limit=200", "", "", "")
	require.Equal(c.t, http.StatusOK, status, "%s", answer)
	require.NoError(c.t, json.Unmarshal(answer, &list))
	require.Greater(c.t, len(list.Items), popular)
	from := rand.IntN(len(list.Items) - popular) // the same few for all, and others than before: those are sold out on a quick machine
	over := make(chan struct{})
	var wait sync.WaitGroup
	for range 12 {
		wait.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
					c.buy(list.Items[from+rand.IntN(popular)].ID)
				}
			}
		})
	}
	c.sells()                                                    // however long that takes
	time.Sleep(time.Duration(rand.IntN(700)) * time.Millisecond) // any moment will do
	shop.kill()
	close(over)
	wait.Wait()
}

// sells waits until the rush has sold something.
func (c *crowd) sells() {
	c.t.Helper()
	before := c.acknowledged()
	require.Eventually(c.t, func() bool { return c.acknowledged() > before }, 60*time.Second, 5*time.Millisecond, "the rush sells")
}

// acknowledged is how many buyers were told that they have booked.
func (c *crowd) acknowledged() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.told)
}

// buy makes one booking as far as the program lets it.
func (c *crowd) buy(show string) {
	held, status := c.send("POST", "/api/v1/holds", `{"show_id":"`+show+`","best":{"count":2,"scattered":true}}`, "", "")
	if status != http.StatusCreated {
		return
	}
	made, status := c.send("POST", "/api/v1/bookings",
		`{"hold_id":"`+field(held, "id")+`","buyer":{"name":"Ada Lovelace","email":"ada@example.com"}}`, "Hold-Secret", field(held, "secret"))
	if status != http.StatusCreated {
		return
	}
	id, token := field(made, "id"), field(made, "token")
	paying, status := c.send("POST", "/api/v1/bookings/"+id+"/payments", `{"gateway":"sandbox","return_url":"`+c.shop.base+`/"}`, "Booking-Token", token)
	if status != http.StatusCreated || !c.pay(field(paying, "redirect_url")) {
		return
	}
	for range 50 {
		switch c.status(id, token) {
		case "confirmed":
			c.mu.Lock()
			c.told[id] = token
			c.mu.Unlock()
			return
		case "":
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// pay sends the form of the bank's page.
func (c *crowd) pay(page string) bool {
	to, err := url.Parse(c.shop.base)
	if err != nil {
		return false
	}
	if to, err = to.Parse(page); err != nil {
		return false
	}
	q, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, to.String(), bytes.NewBufferString("outcome=pay"))
	if err != nil {
		return false
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Origin", c.shop.base)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(q)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode < 400
}

func (c *crowd) status(id, token string) string {
	answer, status := c.send("GET", "/api/v1/bookings/"+id, "", "Booking-Token", token)
	if status != http.StatusOK {
		return ""
	}
	return field(answer, "status")
}

func (c *crowd) send(method, path, body, header, secret string) ([]byte, int) {
	q, err := http.NewRequestWithContext(c.t.Context(), method, c.shop.base+path, bytes.NewBufferString(body))
	if err != nil {
		return nil, 0
	}
	q.Header.Set("Visitor-Id", fmt.Sprintf("visitor-%d", rand.Uint64()))
	if body != "" {
		q.Header.Set("Content-Type", "application/json")
	}
	if header != "" {
		q.Header.Set(header, secret)
	}
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		return nil, 0
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, 0
	}
	return raw, answer.StatusCode
}

// field is the first string member with the given name.
func field(body []byte, name string) string {
	_, after, found := bytes.Cut(body, []byte(`"`+name+`":"`))
	if !found {
		return ""
	}
	value, _, _ := bytes.Cut(after, []byte(`"`))
	return string(value)
}
