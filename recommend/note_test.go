package recommend_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/recommend"
)

// silent is an engine that finds, and takes a minute to say from what.
type silent struct{ *fake }

func (s silent) Health(context.Context) recommend.Health {
	time.Sleep(time.Minute)
	return s.fake.Health(context.Background())
}

func TestShelf_DoesNotWaitForTheVersionOfAModel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		outlast(t)
		memory, gorse := newFake("local", shows(4)...), newFake("gorse")
		memory.recommend, gorse.recommend = finds("s3"), finds("s0", "s1", "s2", "s3")
		s := shelfAsSet(t, memory, recommend.Config{Before: []recommend.Engine{silent{gorse}}, Taste: plain})
		began := time.Now()
		a := answer(t, s, recommend.Request{N: 2})
		assert.Equal(t, 80*time.Millisecond, time.Since(began))
		assert.Equal(t, []string{"s0", "s1"}, picked(a), "what it found counts")
		assert.Equal(t, "gorse", a.Engine)
		assert.Empty(t, a.Model)
	})
}

func TestShelf_LogsOnceThatAnEngineIsAway(t *testing.T) {
	t.Parallel()
	memory, gorse := newFake("local", shows(4)...), newFake("gorse")
	memory.recommend, gorse.recommend = finds("s0", "s1", "s2", "s3"), down
	var log bytes.Buffer
	s := shelfOf(t, memory, recommend.Config{Before: []recommend.Engine{gorse}, Taste: plain, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	logged := func(what string) int { return strings.Count(log.String(), what) }
	ask := func() {
		for range 3 {
			answer(t, s, recommend.Request{N: 2})
		}
	}
	ask()
	assert.Equal(t, 1, logged("recommendations not found"), log.String())
	gorse.comesBack(finds("s0", "s1", "s2", "s3"))
	ask()
	assert.Equal(t, 1, logged("recommendations found again"), log.String())
	gorse.comesBack(down)
	ask()
	assert.Equal(t, 2, logged("recommendations not found"), "once each time")
}
