package edge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/storefront/edge"
)

func FuzzAccepted(f *testing.F) {
	for _, header := range []string{"gzip, deflate, br, zstd", "br;q=0, *;q=0.5", "*;q=0", ";;,,;q=", "q=0", "br;Q=0", "gzip, deflate, br", "gzip, br", "br", "gzip, deflate", "gzip", "zstd", "deflate", ""} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		name := edge.Accepted(header)
		if name != "identity" {
			assert.True(t, strings.Contains(strings.ToLower(header), name) || strings.Contains(header, "*"), "%q was not offered by %q", name, header)
		}
		assert.Equal(t, name, edge.Accepted(header+","), "as when it is read and not known by heart")
	})
}

func FuzzNoneMatches(f *testing.F) {
	f.Add(`W/"a", "b"`, "b")
	f.Add("*", "x")
	f.Fuzz(func(t *testing.T, header, tag string) {
		tag = `"` + strings.Map(func(r rune) rune {
			if r == ',' || r == '"' || r <= ' ' {
				return -1
			}
			return r
		}, tag) + `"`
		assert.True(t, edge.NoneMatches(header+","+tag, tag))
		assert.True(t, edge.NoneMatches("W/"+tag+","+header, tag))
		if !strings.Contains(header, tag) && !strings.Contains(header, "*") {
			assert.False(t, edge.NoneMatches(header, tag))
		}
	})
}

// Whatever is asked for, the page is that of the path and the allowed arguments of the request.
func FuzzHandle_ServesThePageThatWasAskedFor(f *testing.F) {
	for _, address := range []string{"/p/x?date=1&genre=b&genre=a", "/p/x?date=%26genre%3D1", "/p/%3Fdate=1", "/p/x?date=a%00b", "/p//../p/x?genre=+&&=", "/p/x?DATE=1#a"} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		seen := func(rc *fasthttp.RequestCtx) string {
			var dates, genres []string
			for name, value := range rc.QueryArgs().All() {
				switch {
				case len(value) == 0:
				case string(name) == "date":
					dates = append(dates, string(value))
				case string(name) == "genre":
					genres = append(genres, string(value))
				}
			}
			return fmt.Sprintf("%q %q %d", rc.Path(), dates, len(genres))
		}
		s := newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) {
			edge.Publish(rc, edge.Page{})
			rc.SetBodyString(seen(rc))
		})
		s.get("/p/x")
		s.get("/p/x?date=1")
		for range 2 {
			rc := request(address)
			s.Handle(rc)
			got := string(rc.Response.Body())
			if strings.Count(got, `"`) == 4 || strings.HasSuffix(got, "[] 0") || rc.Response.Header.Peek("Cache-Status") == nil { // arguments that come twice are put in order
				assert.Equal(t, seen(request(address)), got)
			}
		}
	})
}
