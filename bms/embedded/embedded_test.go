package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/embedded"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("database/sql.(*DB).connectionOpener"))
}

// patience is how long another process may take on a busy machine.
const patience = 30 * time.Second

func TestOpen_GoesOnFromTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	first, err := embedded.Open(t.Context(), path)
	require.NoError(t, err)
	p := bmstest.Small(first.Now())
	require.NoError(t, p.Store(t.Context(), first))
	require.NoError(t, first.Close())

	second, err := embedded.Open(t.Context(), path)
	require.NoError(t, err)
	show, err := second.Shows.Show(t.Context(), p.Show.ID)
	require.NoError(t, err)
	assert.Equal(t, p.Show.StartsAt, show.StartsAt)
	require.NoError(t, second.Close())
}

func TestOpen_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := embedded.Open(t.Context(), filepath.Join(t.TempDir(), "none", "shop.db"))
	require.ErrorContains(t, err, "does not exist: create it")

	path := filepath.Join(t.TempDir(), "shop.db")
	_, err = embedded.OpenWith(t.Context(), path, bms.Config{Grace: time.Hour})
	require.Equal(t, fault.Invalid, fault.CodeOf(err))
	assert.Equal(t, "grace", fault.Of(err).Field)
	again, err := embedded.Open(t.Context(), path)
	require.NoError(t, err, "the file was closed")
	require.NoError(t, again.Close())
}

// What the tests tell the process that they start.
const (
	helperFile = "TEST_EMBEDDED_FILE"
	helperShow = "TEST_EMBEDDED_SHOW"
)

// TestTwoProcesses_SellEachSeatOnce has a second process sell from the same file: both rush for every seat of a
// hall, and each sees on its seat map what the other has taken.
func TestTwoProcesses_SellEachSeatOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	client, err := embedded.Open(t.Context(), path)
	require.NoError(t, err)
	stop := background(client)
	p := bmstest.Hall(client.Now(), seatmap.Cinema(seatmap.HallOptions{Seats: 600}))
	p.Show.Seating.MaxPerBuyer, p.Show.Seating.HoldFor = 10_000, time.Hour
	require.NoError(t, p.Store(t.Context(), client))
	us := &box{t: t, client: client, show: p.Show.ID}
	us.taken() // this process now knows that all seats are free

	them := start(t, path, p.Show.ID)
	require.Equal(t, "knows 0 taken", them.line())
	ours := us.hold(us.seats()[0])
	require.True(t, ours)
	require.Equal(t, "knows 1 taken", them.line(), "the other process sees what we hold")
	require.True(t, strings.HasPrefix(them.line(), "took "))
	require.Eventually(t, func() bool { return us.taken() == 2 }, patience, 5*time.Millisecond, "we see what the other process holds")

	them.say("go")
	require.Equal(t, "off", them.line())
	got := us.rush()
	theirs := them.rest()
	t.Logf("%d seats here, %d there", len(got), len(theirs))
	owner := map[string]int{}
	for _, seat := range append(got, theirs...) {
		owner[seat]++
	}
	assert.Len(t, owner, len(us.seats())-2)
	for seat, n := range owner {
		assert.Equal(t, 1, n, "%s was given out more than once", seat)
	}
	require.Eventually(t, func() bool { return us.taken() == len(us.seats()) }, patience, 5*time.Millisecond)
	report, err := client.Audit(t.Context())
	require.NoError(t, err)
	assert.Empty(t, report.Violations)
	stop()
	require.NoError(t, client.Close())
}

// TestHelperProcess is not a test of its own: it is the second process.
func TestHelperProcess(t *testing.T) { //nolint:paralleltest // a process of its own
	path := os.Getenv(helperFile)
	if path == "" {
		return
	}
	client, err := embedded.Open(t.Context(), path)
	require.NoError(t, err)
	stop := background(client)
	b := &box{t: t, client: client, show: catalog.ShowID(os.Getenv(helperShow))}
	fmt.Printf("knows %d taken\n", b.taken())
	require.Eventually(t, func() bool { return b.taken() == 1 }, patience, 5*time.Millisecond)
	fmt.Println("knows 1 taken")
	require.True(t, b.hold(b.seats()[1]))
	fmt.Println("took", b.seats()[1])
	bufio.NewScanner(os.Stdin).Scan()
	fmt.Println("off")
	for _, seat := range b.rush() {
		fmt.Println("got", seat)
	}
	require.Eventually(t, func() bool { return b.taken() == len(b.seats()) }, patience, 5*time.Millisecond)
	fmt.Println("over")
	stop()
	require.NoError(t, client.Close())
}

// background runs the client and returns what ends that.
func background(client *bms.Client) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	wait.Go(func() { _ = client.Run(ctx) })
	return func() {
		cancel()
		wait.Wait()
	}
}

// box sells the seats of a show.
type box struct {
	t      *testing.T
	client *bms.Client
	show   catalog.ShowID
}

func (b *box) seats() []string {
	snap, err := b.client.Seats.Snapshot(b.t.Context(), b.show)
	require.NoError(b.t, err)
	names := make([]string, len(snap.Plan.Seats))
	for i, s := range snap.Plan.Seats {
		names[i] = s.Name
	}
	return names
}

// taken is how many seats this process believes to be taken.
func (b *box) taken() int {
	snap, err := b.client.Seats.Snapshot(b.t.Context(), b.show)
	require.NoError(b.t, err)
	return snap.Counts().Held
}

func (b *box) hold(seat string) bool {
	_, err := b.client.Holds.Create(b.t.Context(), bms.HoldRequest{ShowID: b.show, Seats: []bms.SeatItem{{Seat: seat}}})
	if err != nil {
		assert.True(b.t, errors.Is(err, seating.ErrTaken), "%v", err)
	}
	return err == nil
}

// rush has buyers ask for every seat, each in an order of their own, and returns what they got.
func (b *box) rush() []string {
	var mu sync.Mutex
	var got []string
	var wait sync.WaitGroup
	seats := b.seats()
	for range 8 {
		wait.Go(func() {
			for _, i := range rand.Perm(len(seats)) {
				if b.hold(seats[i]) {
					mu.Lock()
					got = append(got, seats[i])
					mu.Unlock()
				}
			}
		})
	}
	wait.Wait()
	return got
}

// process is a second process, which is told things and says things by the line.
type process struct {
	t   *testing.T
	out *bufio.Scanner
	say func(string)
}

// start runs this test binary again, as TestHelperProcess.
func start(t *testing.T, path string, show catalog.ShowID) *process {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHelperProcess$")
	cmd.Env = append(os.Environ(), helperFile+"="+path, helperShow+"="+string(show))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return &process{t: t, out: bufio.NewScanner(out), say: func(line string) {
		_, err := fmt.Fprintln(in, line)
		require.NoError(t, err)
	}}
}

// line is the next thing that the process says.
func (p *process) line() string {
	p.t.Helper()
	require.True(p.t, p.out.Scan(), "the other process has ended")
	return p.out.Text()
}

// rest are the seats that the process got in the rush.
func (p *process) rest() []string {
	var got []string
	for line := p.line(); line != "over"; line = p.line() {
		seat, ok := strings.CutPrefix(line, "got ")
		require.True(p.t, ok, line)
		got = append(got, seat)
	}
	return got
}
