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
	assert.Equal(t, "97/100/100/91, LCP 1.61 s, TBT 12 ms, CLS 0.004", s.String())
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

func TestLighthousePages_AreOfTheList(t *testing.T) {
	t.Parallel()
	assert.Len(t, check.LighthousePages(), 5)
}
