package edge_test

import (
	"sync/atomic"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/storefront/edge"
)

// BenchmarkQuick is a hit without the network, beside writing the same header fields by hand.
func BenchmarkQuick(b *testing.B) {
	var n atomic.Int64
	s := newShop(b, edge.Config{}, listing(&n))
	rc := request("/p/x", "Accept-Encoding", "gzip, deflate, br, zstd")
	s.Handle(rc)
	var header [][2][]byte
	for name, value := range rc.Response.Header.All() {
		header = append(header, [2][]byte{append([]byte{}, name...), append([]byte{}, value...)})
	}
	body := rc.Response.Body()
	b.Run("hit", func(b *testing.B) {
		for b.Loop() {
			rc.Response.Reset()
			s.Quick(rc)
		}
	})
	b.Run("headers alone", func(b *testing.B) {
		for b.Loop() {
			rc.Response.Reset()
			for _, f := range header {
				rc.Response.Header.SetCanonical(f[0], f[1])
			}
			rc.SetStatusCode(fasthttp.StatusOK)
			rc.Response.SetBodyRaw(body)
		}
	})
}
