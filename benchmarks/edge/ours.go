package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/edge"
)

const acceptEncoding = "br"

func pagePath(size int) string { return "/page/" + strconv.Itoa(size) }

// newEdge is the cache in front of pages whose bytes do not compress, so that they are sent at about their size.
func newEdge(renders *atomic.Int64) (*edge.Cache, error) {
	bodies := map[string][]byte{}
	for _, size := range sizes {
		body := make([]byte, size<<10)
		noise := rand.NewChaCha8([32]byte{byte(size)})
		_, _ = noise.Read(body) // never fails
		bodies[pagePath(size)] = body
	}
	return edge.New(func(rc *fasthttp.RequestCtx) {
		renders.Add(1)
		edge.Publish(rc, edge.Page{Tags: []string{"city:mumbai", "event:evt_01k9x3m2q7e8rtb5w0z4n6c1da"}, Fresh: time.Hour})
		rc.SetContentType("text/html; charset=utf-8")
		rc.SetBody(bodies[string(rc.Path())])
	}, edge.Config{Public: func(string) bool { return true }, Query: []string{"date", "genre"}})
}

// serveEdge serves as the storefront does: the cache in a web.Server, with all that a server adds.
func serveEdge(port, profile string) error {
	if profile != "" {
		end, err := bench.Profile(profile)
		if err != nil {
			return err
		}
		defer end()
	}
	cache, err := newEdge(new(atomic.Int64))
	if err != nil {
		return err
	}
	defer cache.Close()
	server, err := web.New(cache.Handle, web.Config{Quick: cache.Quick})
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return server.Serve(ctx, ln)
}

// notCopied are header fields that fasthttp writes itself.
var notCopied = map[string]bool{"Date": true, "Content-Length": true, "Connection": true, "Server": true}

// serveBare serves the same bytes and header fields as the edge, with nothing but fasthttp.
func serveBare(port, from string) error {
	type page struct {
		path   string
		header [][2][]byte
		body   []byte
	}
	var pages []page
	for _, size := range sizes {
		request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		request.SetRequestURI(from + pagePath(size))
		request.Header.Set(fasthttp.HeaderAcceptEncoding, acceptEncoding)
		if err := fasthttp.DoTimeout(request, response, 5*time.Second); err != nil {
			return err
		}
		p := page{path: pagePath(size), body: response.Body()}
		for name, value := range response.Header.All() {
			if !notCopied[string(name)] {
				p.header = append(p.header, [2][]byte{[]byte(string(name)), []byte(string(value))})
			}
		}
		pages = append(pages, p)
	}
	handler := func(rc *fasthttp.RequestCtx) {
		for i := range pages {
			if string(rc.Path()) != pages[i].path {
				continue
			}
			for _, f := range pages[i].header {
				rc.Response.Header.SetCanonical(f[0], f[1])
			}
			rc.Response.SetBodyRaw(pages[i].body)
			return
		}
		rc.NotFound()
	}
	server := &fasthttp.Server{Handler: handler, NoDefaultServerHeader: true, WriteBufferSize: 32 << 10, ReadBufferSize: 16 << 10, Concurrency: 100_000}
	return server.ListenAndServe("127.0.0.1:" + port)
}

// hitAllocs counts the allocations of a hit.
func hitAllocs() (float64, error) {
	cache, err := newEdge(new(atomic.Int64))
	if err != nil {
		return 0, err
	}
	defer cache.Close()
	rc := request()
	cache.Handle(rc)
	missed := 0
	allocs := testing.AllocsPerRun(10_000, func() {
		rc.Response.Reset()
		if !cache.Quick(rc) {
			missed++
		}
	})
	if missed > 0 {
		return 0, fmt.Errorf("hits: %d of 10,000 were none", missed)
	}
	return allocs, nil
}

// stampede has ten thousand ask for a cold page at once and returns how often it was made.
func stampede() (int64, error) {
	var renders, wrong atomic.Int64
	cache, err := newEdge(&renders)
	if err != nil {
		return 0, err
	}
	defer cache.Close()
	var wait sync.WaitGroup
	start := make(chan struct{})
	for range 10_000 {
		wait.Go(func() {
			rc := request()
			<-start
			cache.Handle(rc)
			if rc.Response.StatusCode() != fasthttp.StatusOK || len(rc.Response.Body()) < 5<<10 {
				wrong.Add(1)
			}
		})
	}
	close(start)
	wait.Wait()
	if wrong.Load() > 0 {
		return 0, fmt.Errorf("stampede: %d of 10,000 did not get the page", wrong.Load())
	}
	return renders.Load(), nil
}

func request() *fasthttp.RequestCtx {
	var r fasthttp.Request
	r.SetRequestURI(pagePath(5))
	r.Header.SetHost("shop.example")
	r.Header.Set(fasthttp.HeaderAcceptEncoding, acceptEncoding)
	rc := new(fasthttp.RequestCtx)
	rc.Init(&r, nil, nil)
	return rc
}

// tell prints the medians of each server at a size, and of what we do by it in the same round.
func tell(report *bench.Report, size int, turns []turn) {
	for _, name := range []string{"edge", "bare", "nginx", "varnish"} {
		line := fmt.Sprintf("%2d KB  %-8s %8.0f requests/s, %5.1f µs CPU a request", size, name, median(of(turns, name, size, perSec)), median(of(turns, name, size, cpuMicro)))
		if name != "edge" {
			all := ratios(turns, size, name, perSec)
			line += fmt.Sprintf(", edge is %.2f of it (%.2f to %.2f) for %.2f of its CPU", median(all), slices.Min(all), slices.Max(all), median(ratios(turns, size, name, cpuMicro)))
		}
		report.Printf("%s\n", strings.TrimSpace(line))
	}
}
