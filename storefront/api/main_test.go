package api_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails when a test leaves a goroutine behind, a stream for instance, and when an operation of the
// document was answered by none of the tests. fasthttp's clock never ends, and its pool of
// workers notices its end within ten seconds.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(whole{m},
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp/stackless.funcWorker"), // of compression; they are reused
	)
}

// whole runs the tests and looks what they have covered.
type whole struct{ m *testing.M }

// Run implements goleak.TestingM.
func (w whole) Run() int {
	code := w.m.Run()
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz"} {
		if flag.Lookup(name).Value.String() != "" {
			return code // not all of the tests ran
		}
	}
	if left := unanswered(); code == 0 && len(left) > 0 {
		fmt.Fprintln(os.Stderr, "operations of openapi.json that no test gets an answer of:", left)
		return 1
	}
	return code
}

// unanswered returns the operations that were not answered with success.
func unanswered() []string {
	s, err := readSpec()
	if err != nil {
		return []string{err.Error()}
	}
	var left []string
	for _, operation := range s.operations() {
		if !s.answered[operation] {
			left = append(left, operation)
		}
	}
	slices.Sort(left)
	return left
}
