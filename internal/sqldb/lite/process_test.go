package lite_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
)

// helperFile and helperRole tell a process that the tests start what to do.
const (
	helperFile = "TEST_LITE_FILE"
	helperRole = "TEST_LITE_ROLE"
)

// patience is how long another process may write on a busy machine.
const patience = time.Minute

// start starts this test binary again, as TestHelperProcess in the role.
func start(t *testing.T, role, path string) (p *exec.Cmd, in func(string), out *bufio.Scanner) {
	t.Helper()
	p = exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHelperProcess$")
	p.Env = append(os.Environ(), helperFile+"="+path, helperRole+"="+role)
	p.Stderr = os.Stderr
	stdin, err := p.StdinPipe()
	require.NoError(t, err)
	stdout, err := p.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	t.Cleanup(func() { _ = p.Process.Kill() })
	return p, func(line string) {
		_, err := fmt.Fprintln(stdin, line)
		require.NoError(t, err)
	}, bufio.NewScanner(stdout)
}

// TestHelperProcess is not a test of its own: it is what the others start.
func TestHelperProcess(t *testing.T) { //nolint:paralleltest // a process of its own
	path := os.Getenv(helperFile)
	if path == "" {
		return
	}
	db := open(t, lite.Config{Path: path, BusyTimeout: patience})
	switch os.Getenv(helperRole) {
	case "rush":
		rush(t, db)
	case "hold":
		holdUntilTold(t, db)
	}
}

// rush writes rows for ever and says which ones it was told are on disk.
func rush(t *testing.T, db *lite.DB) {
	var mu sync.Mutex
	for worker := range 16 {
		go func() {
			for i := 0; ; i++ {
				id := worker*1_000_000 + i
				if err := insert(t.Context(), db, id, nothing); err != nil {
					return
				}
				mu.Lock()
				fmt.Println(id)
				mu.Unlock()
			}
		}()
	}
	select {} // until it is killed
}

// holdUntilTold keeps the write lock from "held" on until a line comes in.
func holdUntilTold(t *testing.T, db *lite.DB) {
	input := bufio.NewScanner(os.Stdin)
	require.NoError(t, insert(t.Context(), db, 1, func() error {
		fmt.Println("held")
		input.Scan()
		return nil
	}))
	fmt.Println("done")
}

func TestUpdate_AcknowledgedMeansOnDisk(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	write(t, open(t, lite.Config{Path: path}), createSeat)
	for round := range 3 {
		p, _, out := start(t, "rush", path)
		var acknowledged []int
		for len(acknowledged) < 200*(round+1) && out.Scan() {
			id, err := strconv.Atoi(out.Text())
			require.NoError(t, err)
			acknowledged = append(acknowledged, id)
		}
		require.NoError(t, p.Process.Kill())
		for out.Scan() { // what it said before it died counts as well
			if id, err := strconv.Atoi(out.Text()); err == nil {
				acknowledged = append(acknowledged, id)
			}
		}
		_ = p.Wait() // killed, as it says
		db := open(t, lite.Config{Path: path})
		for _, id := range acknowledged {
			require.Equal(t, 1, count(t, db, "select count(*) from seat where id = $1", id), "seat %d was acknowledged", id)
		}
		write(t, db, "delete from seat")
		require.NoError(t, db.Close())
	}
}

func TestUpdate_WaitsForAnotherProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	db := open(t, lite.Config{Path: path, BusyTimeout: patience})
	write(t, db, createSeat)
	p, tell, out := start(t, "hold", path)
	require.True(t, out.Scan())
	require.Equal(t, "held", out.Text())

	hasty := open(t, lite.Config{Path: path, BusyTimeout: 10 * time.Millisecond})
	err := insert(t.Context(), hasty, 2, nothing)
	assert.True(t, sqldb.IsKind(err, sqldb.Retry), "got %v", err)
	assert.Zero(t, count(t, db, countSeats), "readers do not wait")

	answer := make(chan error, 1)
	go func() { answer <- insert(t.Context(), db, 3, nothing) }()
	tell("go on")
	require.True(t, out.Scan())
	require.Equal(t, "done", out.Text())
	require.NoError(t, <-answer)
	require.NoError(t, p.Wait())
	assert.Equal(t, 2, count(t, db, countSeats))
}

func TestOpen_TwiceInOneProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	patient := lite.Config{Path: path, BusyTimeout: patience}
	first, second := open(t, patient), open(t, patient)
	write(t, first, createSeat)
	var wg sync.WaitGroup
	for i, db := range []*lite.DB{first, second} {
		wg.Go(func() {
			for n := range 50 {
				assert.NoError(t, insert(t.Context(), db, i*1000+n, nothing))
			}
		})
	}
	wg.Wait()
	assert.Equal(t, 100, count(t, second, countSeats))
}
