package market

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/api"
	"github.com/marquee-tickets/marquee/adserver/device"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/token"
	"github.com/marquee-tickets/marquee/benchmarks/ads/latency"
	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/internal/web"
)

// What a process of its own serves.
const (
	Ads   = "ads"   // the ad server
	Empty = "empty" // a fasthttp handler that does nothing
)

// Figures are what a server did since it was asked the last time.
type Figures struct {
	Handled   uint64
	P50, P99  time.Duration // from the first line of the handler to its last, on the clock
	CPU       time.Duration // of the process, the kernel's for it included
	Mallocs   uint64
	Decisions uint64 // ads chosen
	Unfilled  uint64 // places for which there was none
	Refused   uint64 // beacons that were not billed
	GCs       uint32
}

// Serve runs one of the servers until the process is told to end. It prints where it listens.
func Serve(what, dir, profile string) error {
	debug.SetGCPercent(web.GCPercent)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if profile != "" {
		end, err := bench.Profile(profile)
		if err != nil {
			return err
		}
		defer end()
	}
	if what == Empty {
		return serveEmpty(ctx, ln)
	}
	return serveAds(ctx, ln, dir)
}

// meter times a handler, and says what it found at a path of its own.
type meter struct {
	handler  func(*fasthttp.RequestCtx) bool
	engine   *adserver.Engine // nil for the empty server
	times    latency.Histogram
	counters Figures // up to the last time that it was asked
}

const figuresPath = "/bench/figures"

func (m *meter) serve(rc *fasthttp.RequestCtx) bool {
	if string(rc.Path()) == figuresPath {
		m.tell(rc)
		return true
	}
	start := time.Now()
	done := m.handler(rc)
	m.times.Add(time.Since(start))
	return done
}

func (m *meter) tell(rc *fasthttp.RequestCtx) {
	now, last := m.totals(), m.counters
	m.counters = now
	body, err := json.Marshal(Figures{
		Handled: m.times.Count(), P50: m.times.Percentile(50), P99: m.times.Percentile(99), CPU: now.CPU - last.CPU, Mallocs: now.Mallocs - last.Mallocs,
		Decisions: now.Decisions - last.Decisions, Unfilled: now.Unfilled - last.Unfilled, Refused: now.Refused - last.Refused, GCs: now.GCs - last.GCs,
	})
	if err != nil {
		rc.Error(err.Error(), fasthttp.StatusInternalServerError)
		return
	}
	m.times.Reset()
	rc.SetBody(body)
}

func (m *meter) totals() (f Figures) {
	f.CPU = CPU()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	f.Mallocs, f.GCs = memory.Mallocs, memory.NumGC
	if m.engine == nil {
		return f
	}
	c := m.engine.Counters()
	f.Decisions, f.Unfilled = c.Decisions.Load(), c.Empty.Load()
	for i := range c.Invalid {
		f.Refused += c.Invalid[i].Load()
	}
	return f
}

// CPU is the time of processors that this process has had, the kernel's for it included; zero where the kernel does not say.
func CPU() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

func serveEmpty(ctx context.Context, ln net.Listener) error {
	m := &meter{handler: func(*fasthttp.RequestCtx) bool { return true }}
	server := &fasthttp.Server{Handler: func(rc *fasthttp.RequestCtx) { m.serve(rc) }, NoDefaultServerHeader: true, ReadBufferSize: 16 << 10}
	announce(ln)
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return server.Shutdown()
	}
}

// announce says where the server is, for who started it.
func announce(ln net.Listener) { fmt.Println(ln.Addr()) }

func serveAds(ctx context.Context, ln net.Listener, dir string) (err error) {
	db, err := Open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	engine, err := OpenEngine(ctx, db, dir)
	if err != nil {
		return err
	}
	runtime.GC() // what it was made from
	running, end := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = engine.Run(running)
	}()
	server, err := server(engine)
	if err == nil {
		announce(ln)
		err = server.Serve(ctx, ln)
	}
	end()
	<-ended
	return errors.Join(err, engine.Close(context.WithoutCancel(ctx)))
}

// server is the ad server as a program would have it, behind a proxy.
func server(engine *adserver.Engine) (*web.Server, error) {
	cfg := web.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	m := &meter{engine: engine, handler: api.New(api.Config{Engine: engine, BaseURL: base, Secret: secret(5), Client: cfg.Client}).Serve}
	cfg.Quick = m.serve
	return web.New(func(rc *fasthttp.RequestCtx) { rc.NotFound() }, cfg)
}

const base = "https://ads.example"

func secret(n byte) []byte { return bytes.Repeat([]byte{n}, 32) }

// OpenEngine opens the engine of a market that was filled.
func OpenEngine(ctx context.Context, db *store.DB, dir string) (*adserver.Engine, error) {
	parser, err := device.New(device.Config{})
	if err != nil {
		return nil, err
	}
	places := geo.New(filepath.Join(dir, networksFile), geo.Config{})
	if err := places.Reload(); err != nil {
		return nil, err
	}
	filter, err := fraud.New(fraud.Config{Key: secret(7)})
	if err != nil {
		return nil, err
	}
	return adserver.Open(ctx, db, adserver.Config{
		Dir: dir, Keys: []token.Key{{Secret: secret(1)}}, Secret: secret(2), Fragment: api.Fragment(base),
		Sensors: adserver.Sensors{Devices: parser, Places: places, Fraud: filter}, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
}
