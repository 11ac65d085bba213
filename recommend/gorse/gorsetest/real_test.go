//go:build gorse

package gorsetest_test

import (
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// The same requests to a real server: what the fake answers is what Gorse answers. It needs deploy/gorse/config.toml.
func TestGorse_AnswersAsTheServerDoes(t *testing.T) {
	t.Parallel()
	base := os.Getenv("GORSE_ENDPOINT")
	require.NotEmpty(t, base, "give the address of a Gorse v0.5.11 in GORSE_ENDPOINT, and its api_key in GORSE_API_KEY")
	askAll(t, &http.Client{}, base, os.Getenv("GORSE_API_KEY"))
}
