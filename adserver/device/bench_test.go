package device_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/adserver/device"
)

func TestParse_WhatIsRememberedCostsNoMemory(t *testing.T) {
	if raced {
		t.Skip("the race detector allocates")
	}
	p := parser(t, device.Config{})
	agent, mobile, platform := []byte(chromeOnPhone), []byte("?1"), []byte(`"Android"`)
	p.Parse(agent)
	assert.Zero(t, testing.AllocsPerRun(100, func() { p.Parse(agent).WithHints(mobile, platform) }))
	assert.Zero(t, testing.AllocsPerRun(100, func() { p.Parse(nil) }))
}

func BenchmarkParse(b *testing.B) {
	p := parser(b, device.Config{})
	agent := []byte(chromeOnPhone)
	b.ReportAllocs()
	for b.Loop() {
		p.Parse(agent)
	}
}

func BenchmarkParse_ByAllAtOnce(b *testing.B) {
	p := parser(b, device.Config{})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			p.Parse([]byte(people[i%len(people)].agent))
		}
	})
}

func BenchmarkParse_NeverSeen(b *testing.B) {
	p := parser(b, device.Config{})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.Parse(strconv.AppendInt([]byte(chromeOnPhone), int64(i), 10))
	}
}
