package operator_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/storefront/foryou"
	"github.com/marquee-tickets/marquee/storefront/foryou/foryoutest"
	"github.com/marquee-tickets/marquee/storefront/operator"
)

// laboratory has reports, or fails.
type laboratory struct {
	reports []operator.Report
	err     error
}

// Reports implements operator.Experiments.
func (l *laboratory) Reports(context.Context) ([]operator.Report, error) { return l.reports, l.err }

func TestExperiments_TheirReportsAreShownAsTheyAre(t *testing.T) {
	t.Parallel()
	lab := &laboratory{reports: []operator.Report{{Name: "weights", Text: "arm  clicks\na    12\n<b>   7"}}}
	d := openWith(t, operator.Config{Experiments: lab})
	assert.Equal(t, fasthttp.StatusUnauthorized, d.ask("/operator/experiments").StatusCode())
	d.signIn(t)
	page := string(d.ask("/operator/experiments").Body())
	assert.Contains(t, page, "arm  clicks\na    12\n&lt;b&gt;   7")
	assert.Contains(t, page, `href="/operator/experiments" aria-current="page"`)
	lab.reports = nil
	assert.Contains(t, string(d.ask("/operator/experiments").Body()), "None is running.")
	lab.err = errors.New("no database")
	answer := d.ask("/operator/experiments")
	assert.Equal(t, fasthttp.StatusInternalServerError, answer.StatusCode())
	assert.NotContains(t, string(answer.Body()), "no database")
}

func TestExperiments_WithoutThemThereIsNoPage(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.signIn(t)
	assert.Equal(t, fasthttp.StatusNotFound, d.ask("/operator/experiments").StatusCode())
	assert.NotContains(t, string(d.ask("/operator/cache").Body()), "Experiments")
}

func TestMetrics_OfWhatVisitorsDo(t *testing.T) {
	t.Parallel()
	var to foryoutest.Recommender
	queue := foryou.NewQueue(&to, foryou.QueueConfig{Size: 2})
	queue.Add(foryou.Deed{Kind: foryou.DeedView}, foryou.Deed{Kind: foryou.DeedView}, foryou.Deed{Kind: foryou.DeedHold})
	d := openWith(t, operator.Config{Deeds: queue.Stats})
	d.signIn(t)
	metrics := func() string {
		answer := d.ask("/operator/metrics")
		require.Equal(t, fasthttp.StatusOK, answer.StatusCode())
		return string(answer.Body())
	}
	assert.Contains(t, metrics(), "marquee_deeds_waiting 2\n")
	to.Break(errors.New("down"))
	queue.Flush(t.Context())
	to.Break(nil)
	queue.Flush(t.Context())
	after := metrics()
	for _, line := range []string{
		"marquee_deeds_waiting 0\n", `marquee_deeds_total{outcome="recorded"} 2`, `marquee_deeds_total{outcome="dropped"} 1`, "marquee_deeds_failed_turns_total 1\n",
	} {
		assert.Contains(t, after, line)
	}
	without := open(t)
	without.signIn(t)
	body := string(without.ask("/operator/metrics").Body())
	assert.Contains(t, body, "marquee_outbox_messages")
	assert.NotContains(t, body, "marquee_deeds", "there is no queue")
}
