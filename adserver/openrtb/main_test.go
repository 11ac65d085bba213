package openrtb_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/adserver/openrtb"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fixture returns a file of testdata.
func fixture(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
	require.NoError(tb, err)
	return data
}

// golden compares with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join("testdata", name)), 0o750))
		require.NoError(t, os.WriteFile(filepath.Join("testdata", name), append(got, '\n'), 0o600))
	}
	assert.JSONEq(t, string(fixture(t, name)), string(got), name)
}

// banner and video are the requests of testdata.
func banner(tb testing.TB) *openrtb.Request { tb.Helper(); return parsed(tb, "request/banner.json") }

func video(tb testing.TB) *openrtb.Request { tb.Helper(); return parsed(tb, "request/video.json") }

func parsed(tb testing.TB, name string) *openrtb.Request {
	tb.Helper()
	q, err := openrtb.ParseRequest(fixture(tb, name))
	require.NoError(tb, err)
	return q
}
