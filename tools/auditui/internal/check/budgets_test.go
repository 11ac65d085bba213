package check_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/check"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// The figures are those of the design's page on the front end.
func TestBudgetOf_EveryClassHasOneButPagesOfOthers(t *testing.T) {
	t.Parallel()
	for _, class := range tour.Classes() {
		b, ok := check.BudgetOf(class)
		assert.Equal(t, class != tour.Foreign, ok, class)
		assert.Equal(t, ok, b.HTML > 0 && b.CSS > 0 && b.JS > 0 && b.Requests > 0, class)
	}
	browse, _ := check.BudgetOf(tour.Browse)
	assert.Equal(t, check.Budget{HTML: 15 << 10, CSS: 12 << 10, JS: 12 << 10, Images: 120 << 10, Requests: 15}, browse)
	seats, _ := check.BudgetOf(tour.SeatMap)
	assert.Equal(t, check.Budget{HTML: 12 << 10, CSS: 12 << 10, JS: 20 << 10, Geometry: 10 << 10, Status: 5 << 10, Requests: 10}, seats)
}

func load() tab.Load {
	return tab.Load{URL: "http://shop/en/shows/shw_1", Status: 200, Requests: []tab.Request{
		{URL: "http://shop/en/shows/shw_1", Type: "Document", Encoding: "br", Bytes: 5000},
		{URL: "http://shop/assets/app.css", Type: "Stylesheet", Bytes: 4000},
		{URL: "http://shop/brand/1.css", Type: "Stylesheet", Bytes: 300},
		{URL: "http://shop/assets/app.js", Type: "Script", Bytes: 3000},
		{URL: "http://shop/posters/a.svg", Type: "Image", Bytes: 900},
		{URL: "http://shop/api/v1/shows/shw_1/geometry?d=1", Type: "Fetch", Bytes: 700},
		{URL: "http://shop/api/v1/shows/shw_1/seats?since=4", Type: "Fetch", Bytes: 60},
		{URL: "http://shop/assets/icon.svg", Type: "Other", Bytes: 100},
	}}
}

func TestWeigh_SumsUpByWhatIsLoaded(t *testing.T) {
	t.Parallel()
	assert.Equal(t, check.Budget{HTML: 5000, CSS: 4300, JS: 3000, Images: 900, Geometry: 700, Status: 60, Requests: 8}, check.Weigh(load()))
}

func TestBudgets_WhatIsOverIsAFinding(t *testing.T) {
	t.Parallel()
	bound := check.Budget{HTML: 5000, CSS: 4299, JS: 3000, Requests: 7}
	found, detail := check.Weighed(load(), bound)
	assert.Contains(t, detail, "html 4.9 KB, css 4.2 KB, js 2.9 KB, images 0.9 KB, geometry 0.7 KB, status 0.1 KB, requests 8")
	var rules []string
	for _, f := range found {
		rules = append(rules, f.Rule)
	}
	assert.Equal(t, []string{"css", "requests"}, rules)
	assert.Equal(t, "8 of at most 7", found[1].Text)
}
