package locale_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/locale"
)

func printer(t testing.TB, tag, region string) *locale.Printer {
	t.Helper()
	c, err := locale.New(locale.Config{Missing: func(tag, id string) { t.Errorf("%s is missing in %q", id, tag) }})
	require.NoError(t, err)
	return c.Printer(tag, region)
}

func TestT_TextsWithoutValuesAllocateNothing(t *testing.T) {
	p := printer(t, "ar", "")
	assert.Zero(t, testing.AllocsPerRun(100, func() { p.T("hold.heading") }))
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { p.T("city.title", locale.With("city", "Dubai")) }), 1.0)
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { p.N("show.few_left", 7) }), 2.0)
}

func BenchmarkT_Plain(b *testing.B) {
	p := printer(b, "hi", "IN")
	b.ReportAllocs()
	for b.Loop() {
		p.T("hold.heading")
	}
}

func BenchmarkT_Args(b *testing.B) {
	p := printer(b, "ar", "")
	b.ReportAllocs()
	for b.Loop() {
		p.T("city.title", locale.With("city", "Dubai"))
	}
}

func BenchmarkN(b *testing.B) {
	p := printer(b, "ar", "")
	b.ReportAllocs()
	for b.Loop() {
		p.N("show.few_left", 7)
	}
}

// A page of a city has about two hundred texts, thirty of them with values and thirty about numbers.
func BenchmarkPage(b *testing.B) {
	p := printer(b, "ar", "")
	b.ReportAllocs()
	for b.Loop() {
		for range 140 {
			p.T("hold.heading")
		}
		for i := range 30 {
			p.T("city.title", locale.With("city", "Dubai"))
			p.N("card.shows", i)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if err := locale.Read(); err != nil {
			b.Fatal(err)
		}
	}
}
