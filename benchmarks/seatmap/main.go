// Command seatmap measures the element <bms-seatmap> in Chromium: how long halls of 500, 5,000 and 50,000 seats take from their
// data to the screen, and how long changes take. The goal is 0.1 s for 50,000 seats, and never more than 0.3 s.
//
//	go run ./benchmarks/seatmap                             measure
//	go run ./benchmarks/seatmap -serve :8090 -seats 900     serve the page instead, to look at it
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/internal/chrome"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/seatview"
	"github.com/marquee-tickets/marquee/storefront/seatview/seatdemo"
)

func main() {
	runs := flag.Int("runs", 9, "how often each hall is opened")
	serve := flag.String("serve", "", "serve the page at this address instead")
	seats := flag.Int("seats", 900, "seats of the hall that is served")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *runs, *serve, *seats)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-seatmap:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, runs int, serve string, seats int) error {
	if serve != "" {
		return look(ctx, serve, seats)
	}
	return measure(ctx, runs)
}

// hall is a theatre up to 3,000 seats and a stadium above, a third of it sold and a tenth held.
func hall(seats int) (*seatdemo.Site, error) {
	m := seatmap.Theatre(seatmap.HallOptions{Seats: seats, Standing: seats / 10})
	switch {
	case seats > 10_000:
		m = seatmap.Stadium(seatmap.HallOptions{Seats: seats})
	case seats > 3_000:
		m = seatmap.Arena(seatmap.HallOptions{Seats: seats})
	}
	plan, err := seatmap.Compile(m)
	if err != nil {
		return nil, err
	}
	site, err := seatdemo.New(plan, seatdemo.Options{Config: seatview.Config{Front: "Stage"}})
	if err != nil {
		return nil, err
	}
	var sold, held []int32
	for i := range int32(len(plan.Seats)) {
		switch hash := uint32(i) * 2654435761 >> 16 % 100; {
		case hash < 33:
			sold = append(sold, i)
		case hash < 43:
			held = append(held, i)
		}
	}
	site.Set(seating.Sold, sold...)
	site.Set(seating.Held, held...)
	site.Forget()
	return site, nil
}

// open serves a site at an address until the function that is returned is called.
func open(address string, site *seatdemo.Site) (base string, stop func() error, err error) {
	server, err := web.New(site.Handle, web.Config{Draining: site.Close, DrainFor: time.Second})
	if err != nil {
		return "", nil, err
	}
	ln, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, ln) }()
	return "http://" + ln.Addr().String() + "/", func() error { cancel(); return <-served }, nil
}

// look serves a hall until the program is interrupted.
func look(ctx context.Context, address string, seats int) error {
	site, err := hall(seats)
	if err != nil {
		return err
	}
	base, stop, err := open(address, site)
	if err != nil {
		return err
	}
	fmt.Println("a hall of", seats, "seats is at", base)
	<-ctx.Done()
	return stop()
}

// device is what somebody looks with.
type device struct {
	name          string
	width, height int64
	slow          float64 // how much slower its processor is
}

var devices = []device{{"desktop", 1280, 900, 1}, {"phone", 390, 844, 4}}

func measure(ctx context.Context, runs int) (err error) {
	path, ok := chrome.Find()
	if !ok {
		return errors.New(chrome.Missing)
	}
	profile, err := os.MkdirTemp("", "bench-seatmap")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	tab, stop, err := chrome.Start(ctx, path, profile)
	if err != nil {
		return err
	}
	defer stop()
	if err := observe(tab); err != nil {
		return err
	}
	if _, err := chromedp.Call(tab, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks}); err != nil {
		return err
	}
	report := bench.NewReport("seatmap")
	report.Printf("medians of %d runs in milliseconds; a phone's processor is made 4 times slower; load average %s\n", runs, load())
	var goal time.Duration
	for _, seats := range []int{500, 5_000, 50_000} {
		for _, d := range devices {
			median, err := measureHall(tab, report, seats, d, runs)
			if err != nil {
				return err
			}
			if d.slow == 1 {
				goal = median
			}
		}
	}
	report.Printf("paint_50000_ms=%s\n", bench.Ms(goal))
	return report.Save()
}

// observe has every page note when the data was there, and when two frames had been made from then on: the first of
// them has the map, and the second is not begun before the first is on its way to the screen.
func observe(tab context.Context) error {
	_, err := chromedp.Call(tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		window.sockets = [];
		window.WebSocket = class extends WebSocket {
			constructor(address) {
				super(address);
				window.version = Number(new URL(address).searchParams.get("since"));
				window.sockets.push(this);
			}
		};
		window.painted = new Promise((done) => new PerformanceObserver((list) => {
			const [data] = list.getEntriesByName("bms-data");
			if (data) requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(performance.now() - data.startTime))));
		}).observe({type: "mark", buffered: true}));`})
	return err
}

// painted waits for the map, and for what is around it, and returns how long the map took.
const painted = `(async () => {
	const map = document.querySelector("bms-seatmap");
	if (!map.selection) await new Promise((done) => map.addEventListener("bms-ready", done));
	const ms = await window.painted;
	while (!performance.getEntriesByName("bms-drawn").length) await new Promise((done) => setTimeout(done));
	return ms;
})()`

// changes has 1,000 seats change, or as many as there are, and returns how long it took until two frames had been made.
const changes = `(async () => {
	const seats = %d, n = Math.min(1000, seats), s = Array.from({length: n}, (_, i) => [Math.floor(i * seats / n), i %% 4]);
	const begun = performance.now();
	window.sockets[0].onmessage({data: JSON.stringify({v: window.version + 1, s})});
	await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
	return performance.now() - begun;
})()`

// results are the times of some runs.
type results struct{ drawn, cpu, screen, changes []time.Duration }

// measureHall opens a hall some times and reports its times. It returns the median of those until it is on the screen.
func measureHall(tab context.Context, report *bench.Report, seats int, d device, runs int) (time.Duration, error) {
	site, err := hall(seats)
	if err != nil {
		return 0, err
	}
	base, stop, err := open("127.0.0.1:0", site)
	if err != nil {
		return 0, err
	}
	defer func() { _ = stop() }()
	if err := be(tab, d); err != nil {
		return 0, err
	}
	var r results
	for i := range runs {
		bench.Progress("%d seats, %s, run %d", seats, d.name, i+1)
		if err := r.run(tab, base, seats); err != nil {
			return 0, err
		}
	}
	bench.ProgressDone()
	p50 := func(list []time.Duration) string { return bench.Ms(bench.Percentile(list, 50)) }
	report.Printf("%6d seats, %-8s drawn %6s  on screen %6s (max %6s)  main thread of the whole page %6s  1,000 changes %6s\n",
		seats, d.name, p50(r.drawn), p50(r.screen), bench.Ms(bench.Percentile(r.screen, 100)), p50(r.cpu), p50(r.changes))
	return bench.Percentile(r.screen, 50), nil
}

// run opens the page once.
func (r *results) run(tab context.Context, base string, seats int) error {
	if err := chromedp.Do(tab, chromedp.Navigate(base)); err != nil {
		return err
	}
	ask := func(list *[]time.Duration, expression string) error {
		ms, err := chromedp.Run(tab, chromedp.Evaluate[float64](expression, chromedp.EvalAwaitPromise))
		*list = append(*list, milliseconds(ms))
		return err
	}
	if err := ask(&r.screen, painted); err != nil {
		return err
	}
	if err := ask(&r.drawn, `performance.getEntriesByName("bms-drawn")[0].duration`); err != nil {
		return err
	}
	metrics, err := chromedp.Call(tab, performance.GetMetrics, chromedp.Void{})
	if err != nil {
		return err
	}
	for _, m := range metrics.Metrics {
		if m.Name == "TaskDuration" {
			r.cpu = append(r.cpu, milliseconds(m.Value*1000))
		}
	}
	return ask(&r.changes, fmt.Sprintf(changes, seats))
}

// load is how busy the machine is: other programs slow the browser down.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:1], "")
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

// be has the browser behave like a device.
func be(tab context.Context, d device) error {
	if err := chromedp.Do(tab, chromedp.EmulateViewport(d.width, d.height)); err != nil {
		return err
	}
	_, err := chromedp.Call(tab, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: d.slow})
	return err
}
