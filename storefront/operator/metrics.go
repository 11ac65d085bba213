package operator

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/expfmt"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/storefront/foryou"
)

// gatherer collects the figures of the program.
type gatherer = prometheus.Gatherer

// newGatherer gathers what the pages show, and what the Go runtime says of itself.
func newGatherer(client *bms.Client, cache Cache, deeds func() foryou.QueueStats) gatherer {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		cacheFigures{cache}, messageFigures{client})
	if deeds != nil {
		registry.MustRegister(deedFigures{deeds})
	}
	return registry
}

// metrics answers a monitoring system, in the text format of Prometheus
// (https://prometheus.io/docs/instrumenting/exposition_formats/).
func (d *Desk) metrics(r *request) error {
	families, err := d.gather.Gather()
	if err != nil {
		return fmt.Errorf("gather metrics: %w", err)
	}
	format := expfmt.NewFormat(expfmt.TypeTextPlain)
	var body bytes.Buffer
	encoder := expfmt.NewEncoder(&body, format)
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			return fmt.Errorf("encode metrics: %w", err)
		}
	}
	r.rc.SetContentType(string(format))
	r.rc.SetBody(body.Bytes())
	return nil
}

// Names and labels stay as they are: dashboards are made of them.
var (
	requestsFigure = prometheus.NewDesc("marquee_page_requests_total", "Requests for pages, by how they were answered.", []string{"answer"}, nil)
	rendersFigure  = prometheus.NewDesc("marquee_page_renders_total", "Pages made for the cache.", nil, nil)
	purgedFigure   = prometheus.NewDesc("marquee_page_purged_total", "Pages dropped from the cache by purges.", nil, nil)
	pagesFigure    = prometheus.NewDesc("marquee_page_cache_pages", "Pages in the cache.", nil, nil)
	bytesFigure    = prometheus.NewDesc("marquee_page_cache_bytes", "Memory of the pages in the cache.", nil, nil)
	deedsFigure    = prometheus.NewDesc("marquee_deeds_total", "What visitors did, by what became of it: recorded, or dropped because too much waited.", []string{"outcome"}, nil)
	turnsFigure    = prometheus.NewDesc("marquee_deeds_failed_turns_total", "Tries to record what visitors did that failed, to be repeated.", nil, nil)
	waitingFigure  = prometheus.NewDesc("marquee_deeds_waiting", "What visitors did and is not recorded yet.", nil, nil)
	messagesFigure = prometheus.NewDesc("marquee_outbox_messages", "Messages in the outbox.", []string{"status"}, nil)
)

// cacheFigures are those of the page cache.
type cacheFigures struct{ cache Cache }

// Describe implements prometheus.Collector.
func (cacheFigures) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{requestsFigure, rendersFigure, purgedFigure, pagesFigure, bytesFigure} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (f cacheFigures) Collect(to chan<- prometheus.Metric) {
	s := f.cache.Stats()
	count := func(d *prometheus.Desc, n int64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	count(requestsFigure, s.Hits, "hit")
	count(requestsFigure, s.Stale, "stale")
	count(requestsFigure, s.Shared, "shared")
	count(requestsFigure, s.Passed, "passed")
	count(requestsFigure, s.Failed, "failed")
	count(rendersFigure, s.Renders)
	count(purgedFigure, s.Purged)
	to <- prometheus.MustNewConstMetric(pagesFigure, prometheus.GaugeValue, float64(s.Pages))
	to <- prometheus.MustNewConstMetric(bytesFigure, prometheus.GaugeValue, float64(s.Bytes))
}

// deedFigures are those of the queue of what visitors do.
type deedFigures struct{ stats func() foryou.QueueStats }

// Describe implements prometheus.Collector.
func (deedFigures) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{deedsFigure, turnsFigure, waitingFigure} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (f deedFigures) Collect(to chan<- prometheus.Metric) {
	s := f.stats()
	to <- prometheus.MustNewConstMetric(deedsFigure, prometheus.CounterValue, float64(s.Recorded), "recorded")
	to <- prometheus.MustNewConstMetric(deedsFigure, prometheus.CounterValue, float64(s.Dropped), "dropped")
	to <- prometheus.MustNewConstMetric(turnsFigure, prometheus.CounterValue, float64(s.Failed))
	to <- prometheus.MustNewConstMetric(waitingFigure, prometheus.GaugeValue, float64(s.Waiting))
}

// messageFigures are those of the outbox.
type messageFigures struct{ client *bms.Client }

// Describe implements prometheus.Collector.
func (messageFigures) Describe(to chan<- *prometheus.Desc) { to <- messagesFigure }

// countTimeout bounds the look into the database.
const countTimeout = 5 * time.Second

// Collect implements prometheus.Collector.
func (f messageFigures) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countTimeout)
	defer cancel()
	counts, err := f.client.Messages.Count(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(messagesFigure, err)
		return
	}
	for _, status := range []outbox.Status{outbox.Pending, outbox.Delivered, outbox.Dead} {
		to <- prometheus.MustNewConstMetric(messagesFigure, prometheus.GaugeValue, float64(counts[status]), string(status))
	}
}
