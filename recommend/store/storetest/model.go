package storetest

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend/store"
)

// blob is a model of n bytes that tells its version in each of them.
func blob(version byte, n int) []byte { return bytes.Repeat([]byte{version}, n) }

var modelTests = map[string]func(*suite){
	"model_of_each_size": func(s *suite) {
		for _, size := range []int{0, 1, 1<<20 - 1, 1 << 20, 1<<20 + 1, 20 << 20, 5} {
			version := fmt.Sprint("v", size)
			require.NoError(s, s.db.SaveModel(s.Context(), "ptn_1", version, start, blob(byte(size+1), size)))
			m, ok, err := s.db.LoadModel(s.Context(), "ptn_1")
			require.NoError(s, err)
			assert.True(s, ok)
			assert.Equal(s, version, m.Version)
			assert.Equal(s, start, m.At)
			assert.True(s, bytes.Equal(blob(byte(size+1), size), m.Bytes), "%d bytes", size)
		}
	},

	"models_of_tenants_apart": func(s *suite) {
		require.NoError(s, s.db.SaveModel(s.Context(), "", "all", start, []byte("all")))
		require.NoError(s, s.db.SaveModel(s.Context(), "ptn_1", "one", start, []byte("one")))
		m, ok, err := s.db.LoadModel(s.Context(), "")
		require.NoError(s, err)
		assert.True(s, ok)
		assert.Equal(s, store.Model{Version: "all", At: start, Bytes: []byte("all")}, m)
		_, ok, err = s.db.LoadModel(s.Context(), "ptn_2")
		require.NoError(s, err)
		assert.False(s, ok)
	},

	"model_is_read_whole_while_it_is_replaced": func(s *suite) {
		const size = 3 << 20
		require.NoError(s, s.db.SaveModel(s.Context(), "ptn_1", "0", start, blob(0, size)))
		stop := make(chan struct{})
		var writers sync.WaitGroup
		for w := range 2 {
			writers.Go(func() {
				for i := byte(w); ; i += 2 {
					select {
					case <-stop:
						return
					default:
					}
					assert.NoError(s, s.db.SaveModel(s.Context(), "ptn_1", fmt.Sprint(i), start.Add(time.Duration(i)), blob(i, size)))
				}
			})
		}
		defer func() { close(stop); writers.Wait() }()
		for range 20 {
			m, ok, err := s.db.LoadModel(s.Context(), "ptn_1")
			require.NoError(s, err)
			require.True(s, ok)
			require.Equal(s, m.Version, fmt.Sprint(m.Bytes[0]))
			require.Equal(s, size, bytes.Count(m.Bytes, m.Bytes[:1]))
		}
	},

	"a_model_with_a_part_missing_is_an_error": func(s *suite) {
		require.NoError(s, s.db.SaveModel(s.Context(), "ptn_1", "v", start, blob(1, 2<<20)))
		s.exec("delete from rec_model_part where part = 1")
		_, ok, err := s.db.LoadModel(s.Context(), "ptn_1")
		require.ErrorContains(s, err, "2097152")
		assert.False(s, ok)
	},

	"a_model_needs_a_version": func(s *suite) {
		err := s.db.SaveModel(s.Context(), "ptn_1", "", start, nil)
		assert.Equal(s, "version", fault.Of(err).Field)
	},
}
