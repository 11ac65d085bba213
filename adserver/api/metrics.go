package api

import (
	"bytes"
	"crypto/subtle"
	"fmt"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/expfmt"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/fraud"
)

// metrics answers a monitoring system that has the token, in the text format of Prometheus
// (https://prometheus.io/docs/instrumenting/exposition_formats/). For anybody else there is no such page.
func (a *API) metrics(rc *fasthttp.RequestCtx) bool {
	token, ok := strings.CutPrefix(string(rc.Request.Header.Peek(fasthttp.HeaderAuthorization)), "Bearer ")
	if a.cfg.MetricsToken == "" || !ok || subtle.ConstantTimeCompare([]byte(token), []byte(a.cfg.MetricsToken)) != 1 {
		return false
	}
	body, kind, err := a.gathered()
	if err != nil {
		fail(rc, err)
		return true
	}
	rc.SetContentType(kind)
	rc.Response.Header.Set(fasthttp.HeaderCacheControl, "no-store")
	rc.SetBody(body)
	return true
}

func (a *API) gathered() (body []byte, kind string, err error) {
	families, err := a.gather.Gather()
	if err != nil {
		return nil, "", fmt.Errorf("gather metrics: %w", err)
	}
	format := expfmt.NewFormat(expfmt.TypeTextPlain)
	var out bytes.Buffer
	encoder := expfmt.NewEncoder(&out, format)
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			return nil, "", fmt.Errorf("encode metrics: %w", err)
		}
	}
	return out.Bytes(), string(format), nil
}

// newGatherer gathers what the engine counts, and what the Go runtime says of itself.
func newGatherer(a *API) prometheus.Gatherer {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), figures{a})
	return registry
}

// Names and labels stay as they are: dashboards are made of them.
var (
	decisionsFigure = prometheus.NewDesc("marquee_ads_decisions_total", "Places for ads that were asked for, by whether there was an ad.", []string{"outcome"}, nil)
	exploredFigure  = prometheus.NewDesc("marquee_ads_explored_total", "Ads that were chosen to learn their click rate.", nil, nil)
	racedFigure     = prometheus.NewDesc("marquee_ads_raced_total", "Winners that lost their budget or cap to another request, and were passed over.", nil, nil)
	crowdedFigure   = prometheus.NewDesc("marquee_ads_crowded_total", "Pages with house ads alone, for their network had too many ads that were not seen yet.", nil, nil)
	eventsFigure    = prometheus.NewDesc("marquee_ads_events_total", "Views and clicks that count.", []string{"kind"}, nil)
	duplicateFigure = prometheus.NewDesc("marquee_ads_duplicates_total", "Views and clicks that had come before.", nil, nil)
	forgedFigure    = prometheus.NewDesc("marquee_ads_forged_total", "Addresses of ads that are none of ours.", nil, nil)
	unpaidFigure    = prometheus.NewDesc("marquee_ads_unpaid_total", "Late views and clicks for which there was no budget left, or no place within caps.", nil, nil)
	releasedFigure  = prometheus.NewDesc("marquee_ads_released_total", "Reservations of ads that were not seen.", nil, nil)
	lostFigure      = prometheus.NewDesc("marquee_ads_lost_total", "Bids that lost at outside exchanges; what was reserved for them is released.", nil, nil)
	invalidFigure   = prometheus.NewDesc("marquee_ads_invalid_total", "Views, clicks and conversions that are not billed, by the reason.", []string{"reason"}, nil)
	playersFigure   = prometheus.NewDesc("marquee_ads_player_events_total", "What video players told of ads.", []string{"event"}, nil)
	heldFigure      = prometheus.NewDesc("marquee_ads_held", "Reservations of ads that may still be seen.", nil, nil)
	lagFigure       = prometheus.NewDesc("marquee_ads_journal_lag", "Records of the journal that are not in the database yet.", nil, nil)
	ageFigure       = prometheus.NewDesc("marquee_ads_catalogue_age_seconds", "Since the database was last heard.", nil, nil)
	marksFigure     = prometheus.NewDesc("marquee_ads_mark_bytes", "Memory of the marks of which ads were seen and clicked.", nil, nil)
	healthyFigure   = prometheus.NewDesc("marquee_ads_healthy", "1 when paid ads are served.", nil, nil)
)

// figures are those of the engine.
type figures struct{ api *API }

// Describe implements prometheus.Collector.
func (figures) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		decisionsFigure, exploredFigure, racedFigure, crowdedFigure, eventsFigure, duplicateFigure, forgedFigure, unpaidFigure, releasedFigure, lostFigure, invalidFigure, playersFigure, heldFigure,
		lagFigure, ageFigure, marksFigure, healthyFigure,
	} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (f figures) Collect(to chan<- prometheus.Metric) {
	c := f.api.engine.Counters()
	count := func(d *prometheus.Desc, n uint64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	count(decisionsFigure, c.Decisions.Load(), "ad")
	count(decisionsFigure, c.Empty.Load(), "none")
	count(exploredFigure, c.Explored.Load())
	count(racedFigure, c.Raced.Load())
	count(crowdedFigure, c.Crowded.Load())
	count(eventsFigure, c.Views.Load(), "view")
	count(eventsFigure, c.Clicks.Load(), "click")
	count(duplicateFigure, c.Duplicates.Load())
	count(forgedFigure, c.Forged.Load())
	count(unpaidFigure, c.Unpaid.Load())
	count(releasedFigure, c.Released.Load())
	count(lostFigure, c.Lost.Load())
	for _, r := range fraud.Reasons() {
		if r != fraud.OK {
			count(invalidFigure, c.Invalid[r].Load(), r.String())
		}
	}
	for event, n := range f.api.engine.Tracked() {
		count(playersFigure, n, event)
	}
	f.gauges(to)
}

func (f figures) gauges(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64) { to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v) }
	healthy := 1.0
	if f.api.engine.Healthy() != nil {
		healthy = 0
	}
	gauge(healthyFigure, healthy)
	ctx, cancel := f.api.context()
	defer cancel()
	g, err := f.api.engine.Gauges(ctx)
	gauge(heldFigure, float64(g.Held))
	gauge(ageFigure, g.CatalogueAge.Seconds())
	gauge(marksFigure, float64(g.MarkBytes))
	if err == nil { // without the database the others are still worth knowing
		gauge(lagFigure, float64(g.JournalLag))
	}
}
