package api_test

import (
	"encoding/json"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/storefront/api"
)

// BenchmarkReadHold is what reading the body of a hold costs.
func BenchmarkReadHold(b *testing.B) {
	body := []byte(goodHold)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := api.ReadHold(body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadHold_Standard is the same with encoding/json, which names no path.
func BenchmarkReadHold_Standard(b *testing.B) {
	body := []byte(goodHold)
	b.ReportAllocs()
	for b.Loop() {
		var w wireHold
		if err := byStandard(body, &w); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWriteHold is what writing the answer to a hold of two seats costs.
func BenchmarkWriteHold(b *testing.B) {
	held := bmstest.New(b, bmstest.Options{}).Hold("stalls-C-1", "stalls-C-2")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(api.HoldOf(held)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHold is a hold of a place through the API and, for comparison, of the SDK alone: SQLite,
// every hold on disk when it is answered, 64 buyers at a time for each processor.
func BenchmarkHold(b *testing.B) {
	m, err := seatmap.ParseGrid("name: Field\ncategory s \"Standing\"\narea field \"Field\" category=s capacity=99000\n")
	require.NoError(b, err)
	for name, throughAPI := range map[string]bool{"api": true, "sdk": false} {
		b.Run(name, func(b *testing.B) {
			kit := bmstest.New(b, bmstest.Options{Programme: bmstest.Hall(bmstest.Start, m)})
			a, err := api.New(kit.Client, api.Config{})
			require.NoError(b, err)
			body := []byte(`{"show_id":"` + string(kit.Programme.Show.ID) + `","areas":[{"area":"field","count":1}]}`)
			var buyers atomic.Int64
			b.SetParallelism(64)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					buyer := "visitor-" + itoa(buyers.Add(1))
					if throughAPI {
						holdThrough(b, a, buyer, body)
						continue
					}
					_, err := kit.Holds.Create(b.Context(), bms.HoldRequest{
						ShowID: kit.Programme.Show.ID, Visitor: buyer, Areas: []bms.AreaItem{{Area: "field", Count: 1}},
					})
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

// holdThrough asks the API for a hold.
func holdThrough(b *testing.B, a *api.API, buyer string, body []byte) {
	b.Helper()
	var rc fasthttp.RequestCtx
	rc.Init(&fasthttp.Request{}, nil, nil)
	rc.Request.SetRequestURI("/api/v1/holds")
	rc.Request.Header.SetMethod("POST")
	rc.Request.Header.Set("Visitor-Id", buyer)
	rc.Request.Header.SetContentType("application/json")
	rc.Request.SetBodyRaw(body)
	if a.Handle(&rc); rc.Response.StatusCode() != fasthttp.StatusCreated {
		b.Errorf("%s", rc.Response.Body())
	}
}

// BenchmarkHandle is a whole request without what the SDK and the network take: headers, the table of
// routes, the body, and the refusal of a field.
func BenchmarkHandle(b *testing.B) {
	a, err := api.New(&bms.Client{}, api.Config{})
	require.NoError(b, err)
	for name, body := range map[string]string{"refused body": `{"show_id":"x","colour":"red"}`, "no such path": ""} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var rc fasthttp.RequestCtx
			rc.Init(&fasthttp.Request{}, nil, nil)
			rc.Request.Header.SetMethod("POST")
			rc.Request.Header.Set("Visitor-Id", visitor)
			rc.Request.Header.SetContentType("application/json")
			rc.Request.SetBodyString(body)
			path := "/api/v1/holds"
			if body == "" {
				path = "/api/v1/nothing"
			}
			rc.Request.SetRequestURI(path)
			for b.Loop() {
				rc.Response.Reset()
				if !a.Handle(&rc) {
					b.Fatal("not handled")
				}
			}
		})
	}
}
