package check_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/check"
)

func TestParseLighthouse_ScoresFiguresAndWhatCostsPoints(t *testing.T) {
	t.Parallel()
	answer, err := os.ReadFile(filepath.Join("testdata", "lighthouse.json"))
	require.NoError(t, err)
	s, err := check.ParseLighthouse(answer)
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"performance": 97, "accessibility": 100, "best-practices": 100, "seo": 91}, s.Categories)
	assert.Equal(t, "97/100/100/91, LCP 1.61 s, TBT 12 ms, CLS 0.004, power 2412", s.String())
	assert.InDelta(t, 2412.5, s.Power, 0)
	var rules []string
	for _, f := range check.Misses(s) {
		rules = append(rules, f.Rule)
	}
	assert.Equal(t, []string{"performance", "largest-contentful-paint", "seo", "meta-description", "lcp"}, rules)
}

func TestParseLighthouse_AnAnswerThatIsNone(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"no JSON":       `<html>`,
		"a page failed": `{"runtimeError": {"code": "NO_FCP", "message": "The page did not paint"}}`,
		"no score":      `{"categories": {"performance": {"score": null}}}`,
	} {
		_, err := check.ParseLighthouse([]byte(answer))
		assert.Error(t, err, name)
	}
}

// score has everything as it should be but for the performance and how long the page does not answer.
func score(performance int, tbt float64) check.Score {
	return check.Score{Categories: map[string]int{"performance": performance, "accessibility": 100, "best-practices": 100, "seo": 100}, TBT: tbt}
}

func TestMedian_ABadRunDoesNotCount(t *testing.T) {
	t.Parallel()
	m := check.Median([]check.Score{score(80, 400), score(99, 60), score(98, 20)})
	assert.Equal(t, 98, m.Categories["performance"])
	assert.InDelta(t, 20, m.TBT, 0)
	assert.Empty(t, check.Misses(m))
	assert.NotEmpty(t, check.Misses(check.Median([]check.Score{score(80, 10), score(97, 10), score(99, 10)})), "the middle one is too low")
	assert.NotEmpty(t, check.Misses(check.Median([]check.Score{score(99, 400), score(99, 70), score(99, 60)})), "the best one is too long")
	assert.Equal(t, score(99, 1).Categories, check.Median([]check.Score{score(99, 1)}).Categories)
}

func TestSlowdown_APhoneIsAsFastOnEveryMachine(t *testing.T) {
	t.Parallel()
	for power, want := range map[float64]float64{0: 4, 3600: 4, 3200: 4, 1600: 2, 1200: 1.5, 800: 1, 300: 1} {
		assert.InDelta(t, want, check.Slowdown(power), 0, "power %v", power)
	}
}

// A run that the machine was slowed too little for, since it was busy just before, says nothing.
func TestFair_AQuickMachineIsSlowed(t *testing.T) {
	t.Parallel()
	assert.True(t, check.Fair(check.Score{Power: 9000}, 4), "the first run")
	assert.True(t, check.Fair(check.Score{Power: 1700}, 2))
	assert.True(t, check.Fair(check.Score{Power: 500}, 2))
	assert.False(t, check.Fair(check.Score{Power: 2400}, 1))
	assert.False(t, check.Fair(check.Score{}, 1), "nothing is known of it")
}

func TestLighthousePages_AreOfTheList(t *testing.T) {
	t.Parallel()
	assert.Len(t, check.LighthousePages(), 5)
}
