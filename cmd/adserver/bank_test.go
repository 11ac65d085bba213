package main_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	adserver "github.com/marquee-tickets/marquee/cmd/adserver"
)

// The test bank is the demo's: whoever serves without it has none, unless it is asked for.
func TestBank_IsTheDemos(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		bank bool
	}{
		"demo":      {nil, true},
		"none":      {[]string{"--no-demo"}, false},
		"asked for": {[]string{"--no-demo", "--test-bank"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errOut screen
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan int, 1)
			args := append([]string{"--data", t.TempDir(), "--addr", "127.0.0.1:0"}, c.args...)
			go func() { done <- adserver.Run(ctx, args, &out, &errOut) }()
			t.Cleanup(func() {
				cancel()
				assert.Zero(t, <-done)
			})
			said := map[bool]string{true: "Top-ups are paid at a test bank: no money moves.", false: "Nobody can top up"}[c.bank]
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, out.address(t)+"/portal/payments", nil)
			require.NoError(t, err)
			answer, err := http.DefaultClient.Do(request)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			want := map[bool]int{true: http.StatusUnauthorized, false: http.StatusServiceUnavailable}[c.bank]
			assert.Equal(t, want, answer.StatusCode, "a notification that is not signed")
			assert.Contains(t, out.String(), said)
		})
	}
}

// A database of one's own is no demo, also when the demo's campaigns are loaded into it.
func TestBank_NotWithADatabase(t *testing.T) {
	t.Parallel()
	assert.True(t, adserver.HasTestBank(true, false, ""))
	assert.False(t, adserver.HasTestBank(true, false, "postgres://ads@db/ads"))
	assert.True(t, adserver.HasTestBank(false, true, "postgres://ads@db/ads"))
}
