package main_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	adserver "github.com/marquee-tickets/marquee/cmd/adserver"
)

// A key is of one publisher or of one advertiser, and the same however often it is asked for.
func TestKey_IsOfOne(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	key := func(of ...string) string { return command(t, append([]string{"key", "--data", data}, of...)...) }
	assert.Regexp(t, `^mqa_[\w-]{32}$`, key("demo"))
	assert.Regexp(t, `^mqc_7_[\w-]{32}$`, key("--advertiser", "7"))
	assert.Equal(t, key("--advertiser", "7"), key("--advertiser", "7"))
	assert.NotEqual(t, key("--advertiser", "7")[6:], key("--advertiser", "8")[6:])
	assert.NotEqual(t, key("--advertiser", "7")[6:], key("7")[4:])
	for _, args := range [][]string{{}, {"demo", "--advertiser", "7"}, {"--advertiser", "0"}, {"--advertiser", "x"}} {
		var out, errOut screen
		assert.Equal(t, 2, adserver.Run(t.Context(), append([]string{"key", "--data", data}, args...), &out, &errOut), args)
		assert.Contains(t, errOut.String(), "--advertiser", args)
		assert.Empty(t, out.String(), args)
	}
}
