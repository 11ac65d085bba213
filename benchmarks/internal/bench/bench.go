// Package bench is what the benchmark programs share: latencies, progress, the
// machine they ran on, and the files that keep their results.
package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// Percentile returns the p-th percentile, 0 to 100, of the durations, which it sorts. Zero for none.
func Percentile(d []time.Duration, p float64) time.Duration {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return d[min(int(float64(len(d))*p/100), len(d)-1)]
}

// Ms is a duration in milliseconds with one decimal.
func Ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond)) }

// Report collects what a program prints, so that it can be kept.
type Report struct {
	name string
	text strings.Builder
}

// NewReport begins a report with the machine, the versions and the commit.
func NewReport(name string) *Report {
	r := &Report{name: name}
	r.Printf("# %s\n", name)
	r.Printf("date: %s\n", time.Now().UTC().Format(time.RFC3339))
	r.Printf("machine: %s, %d cores, %s\n", cpuModel(), runtime.NumCPU(), memory())
	r.Printf("go: %s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	r.Printf("commit: %s\n", commit())
	return r
}

// Printf prints a line of the report.
func (r *Report) Printf(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	fmt.Print(line)
	r.text.WriteString(line)
}

// Save keeps the report under benchmarks/results, below the module's root.
func (r *Report) Save() error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	dir := filepath.Join(root, "benchmarks", "results")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, r.name+".txt"), []byte(r.text.String()), 0o644)
}

// Progress writes a line to standard error that the next one replaces.
func Progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "\r\033[K"+format, args...)
}

// ProgressDone ends the line that Progress writes.
func ProgressDone() { fmt.Fprint(os.Stderr, "\r\033[K") }

// Profile writes a CPU profile to the file until stop is called.
func Profile(file string) (stop func(), err error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}, nil
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

func commit() string {
	out, err := exec.Command("git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	id := strings.TrimSpace(string(out))
	if dirty, err := exec.Command("git", "status", "--porcelain", "--untracked-files=no").Output(); err == nil && len(dirty) > 0 {
		id += " with changes"
	}
	return id
}

func cpuModel() string { return field("/proc/cpuinfo", "model name") }

func memory() string { return field("/proc/meminfo", "MemTotal") }

func field(file, name string) string {
	raw, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(raw)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
