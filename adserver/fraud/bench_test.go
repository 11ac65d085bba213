package fraud_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/adserver/fraud"
)

func TestClassify_CostsNoMemory(t *testing.T) {
	if raced {
		t.Skip("the race detector allocates")
	}
	f := guarded(t)
	for _, w := range wrongs {
		e := click(f)
		w.do(&e)
		f.Classify(&e) // the databases remember it
		assert.Zero(t, testing.AllocsPerRun(100, func() { f.Classify(&e) }), w.about)
	}
	e := click(f)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		e.Now = e.Now.Add(time.Minute)
		assert.Equal(t, fraud.OK, f.Classify(&e))
	}), "an event that counts")
	assert.Zero(t, testing.AllocsPerRun(100, func() { f.Marks(e.IP, e.Agent) }))
}

// centres are as many networks as all large providers of machines have.
func centres(b *testing.B, n int) string {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var list strings.Builder
	for range n {
		at := binary.BigEndian.AppendUint32(nil, random.Uint32()|1<<31)
		p, _ := netip.AddrFrom4([4]byte(at)).Prefix(16 + random.IntN(13))
		fmt.Fprintln(&list, p)
	}
	return written(b, list.String())
}

func BenchmarkClassify(b *testing.B) {
	f := filter(b, fraud.Config{Files: fraud.Files{DataCentres: centres(b, 100_000)}, User: unbounded, Network: fraud.Rates{fraud.Click: {Burst: 10, Every: 1000}}})
	e := click(f)
	e.IP = addr("100.64.0.7")
	e.Decided = f.Marks(e.IP, e.Agent)
	b.ReportAllocs()
	for b.Loop() {
		e.Now = e.Now.Add(time.Second)
		if r := f.Classify(&e); r != fraud.OK {
			b.Fatal(r)
		}
	}
}

func BenchmarkClassify_WithDatabases(b *testing.B) {
	f := guarded(b)
	e := click(f)
	b.ReportAllocs()
	for b.Loop() {
		e.Now = e.Now.Add(time.Second)
		if r := f.Classify(&e); r != fraud.OK {
			b.Fatal(r)
		}
	}
}

func BenchmarkClassify_ABot(b *testing.B) {
	f := guarded(b)
	e := click(f)
	e.Device.Bot = true
	b.ReportAllocs()
	for b.Loop() {
		f.Classify(&e)
	}
}

func BenchmarkClassify_ByAllAtOnce(b *testing.B) {
	f := filter(b, fraud.Config{})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		e := click(f)
		for e.User = rand.Uint64(); pb.Next(); e.User++ {
			e.Now = e.Now.Add(time.Second)
			f.Classify(&e)
		}
	})
}

func BenchmarkOutliers(b *testing.B) {
	w := world{random: seeded(1), placements: 20, lines: 50, days: 10, views: upTo(500), rate: always(0.01)}
	cells := w.cells()
	b.ReportAllocs()
	for b.Loop() {
		fraud.Outliers(cells)
	}
}
