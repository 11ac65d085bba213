// Package seatdemo serves a page with one <bms-seatmap> over seats that a program changes as it likes: for
// the element's tests, for measuring it, and to look at it.
//
//	site, err := seatdemo.New(plan, seatdemo.Options{})
//	server, err := web.New(site.Handle, web.Config{Draining: site.Close})
//	site.Set(seating.Sold, 17, 18) // the page shows it at once
//
// The page is at /. In its query, dir sets the direction of text, section names a section to begin at, poll leaves the WebSocket out, and broken names a
// geometry that is not there.
package seatdemo

import (
	"encoding/json"
	"html/template"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/storefront/assets"
	"github.com/marquee-tickets/marquee/storefront/seatview"
)

// Options are what differs between sites. The zero Options are a show in rupees for adults and children.
type Options struct {
	// Config is the element's configuration. Currency, buyer types and prices are filled in where it has none.
	Config seatview.Config

	// Max is the most places of one order. Zero means 10.
	Max int

	// Quote is the element's attribute of that name; empty leaves it out. Nothing answers there.
	Quote string

	// Rest is what stands inside the element beside its configuration: the form that works without script.
	Rest template.HTML
}

// Site is the page and the seats that it shows. It is safe for concurrent use.
type Site struct {
	options Options
	plan    *seatmap.Plan
	hall    *seatview.Geometry
	files   *assets.Set

	mu       sync.Mutex
	status   []byte // two bits a seat
	room     map[string]int
	frames   [][]byte // those of versions 1, 2, …
	watchers map[chan struct{}]struct{}
	cut      bool // sockets are refused
	resumed  int
	closed   bool
	posts    []url.Values
	sockets  sync.WaitGroup
}

// New returns a site over the seats of a plan, all of them free. Error: the assets cannot be read.
func New(plan *seatmap.Plan, o Options) (*Site, error) {
	files, err := assets.New()
	if err != nil {
		return nil, err
	}
	if o.Max == 0 {
		o.Max = 10
	}
	o.Config = withPrices(o.Config, plan)
	s := &Site{
		options: o, plan: plan, hall: seatview.Encode(plan), files: files, status: make([]byte, (len(plan.Seats)+3)/4), room: map[string]int{},
		watchers: map[chan struct{}]struct{}{},
	}
	for _, a := range plan.Areas {
		s.room[a.Key] = a.Capacity
	}
	return s, nil
}

// withPrices fills in what a configuration lacks: 300 rupees in the first category and 150 more in each further one, half for children.
func withPrices(c seatview.Config, plan *seatmap.Plan) seatview.Config {
	if c.Currency == "" {
		c.Currency, c.Exponent, c.Locale = "INR", 2, "en-IN"
	}
	if len(c.Types) == 0 {
		c.Types = []seatview.BuyerType{{Key: "adult", Name: "Adult"}, {Key: "child", Name: "Child"}}
	}
	if c.Prices == nil {
		c.Prices = map[string][]*int64{}
		for i, category := range plan.Categories {
			full := int64(300_00 + i*150_00)
			half := full / 2
			c.Prices[category.Key] = []*int64{&full, &half}[:min(2, len(c.Types))]
		}
	}
	return c
}

// Set gives seats a status. Whoever looks at them sees it.
func (s *Site) Set(status seating.Status, seats ...int32) {
	f := seating.Frame{}
	for _, n := range slices.Sorted(slices.Values(seats)) {
		f.Seats = append(f.Seats, seating.SeatStatus{Seat: n, Status: status})
	}
	s.apply(f)
}

// Room sets how many places of an area are free.
func (s *Site) Room(area string, free int) { s.apply(seating.Frame{Areas: map[string]int{area: free}}) }

func (s *Site) apply(f seating.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Version = int64(len(s.frames)) + 1
	if err := f.Apply(s.status, s.room); err != nil {
		panic(err) // a seat that the plan does not have
	}
	s.frames = append(s.frames, f.Encode())
	s.wake()
}

// wake has every socket look for what there is for it. The lock is held.
func (s *Site) wake() {
	for w := range s.watchers {
		select {
		case w <- struct{}{}:
		default: // it will look anyway
		}
	}
}

// Cut ends all sockets and refuses new ones, or takes them again.
func (s *Site) Cut(cut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut = cut
	s.wake()
}

// Forget drops the frames that there were, so that whoever missed one is sent the whole state.
func (s *Site) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.frames {
		s.frames[i] = nil
	}
}

// Sockets returns how many browsers follow the seats.
func (s *Site) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.watchers)
}

// Resumed returns how often a browser came back and named the version that it had.
func (s *Site) Resumed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.resumed
}

// Posts returns the forms that were sent.
func (s *Site) Posts() []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.posts)
}

// Close ends all sockets and waits for them.
func (s *Site) Close() {
	s.mu.Lock()
	s.closed = true
	s.wake()
	s.mu.Unlock()
	s.sockets.Wait()
}

// Handle answers the requests of the site.
func (s *Site) Handle(rc *fasthttp.RequestCtx) {
	switch path := string(rc.Path()); path {
	case "/":
		s.page(rc)
	case "/geometry":
		s.hall.Serve(rc)
	case "/seats":
		s.poll(rc)
	case "/live":
		s.live(rc)
	case "/holds":
		s.post(rc)
	default:
		if !s.files.Serve(rc) {
			rc.SetStatusCode(fasthttp.StatusNotFound)
		}
	}
}

// post keeps a form and says so.
func (s *Site) post(rc *fasthttp.RequestCtx) {
	fields := url.Values{}
	form, err := rc.MultipartForm()
	if err == nil {
		maps.Copy(fields, form.Value)
	}
	for key, value := range rc.PostArgs().All() {
		fields.Add(string(key), string(value))
	}
	s.mu.Lock()
	s.posts = append(s.posts, fields)
	s.mu.Unlock()
	rc.SetContentType("text/html; charset=utf-8")
	rc.SetBodyString(`<!DOCTYPE html><html lang="en"><link rel="icon" href="data:,"><title>Sent</title><h1>Sent</h1>`)
}

// since is the version that a browser has, -1 for none.
func since(rc *fasthttp.RequestCtx) int {
	n, err := strconv.Atoi(string(rc.QueryArgs().Peek("since")))
	if err != nil {
		return -1
	}
	return n
}

// whole is a frame with all there is.
type whole struct {
	Version  int            `json:"v"`
	Snapshot []byte         `json:"snapshot"`
	Areas    map[string]int `json:"a,omitempty"`
}

// behind returns the frames behind a version, or one with the whole state.
func (s *Site) behind(version int) []json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []json.RawMessage
	if version >= 0 && version <= len(s.frames) && !slices.ContainsFunc(s.frames[version:], func(f []byte) bool { return f == nil }) {
		for _, f := range s.frames[version:] {
			list = append(list, f)
		}
		return list
	}
	f, err := json.Marshal(whole{len(s.frames), s.status, s.room})
	if err != nil {
		panic(err) // numbers, bytes and strings always have a JSON form
	}
	return []json.RawMessage{f}
}

func (s *Site) poll(rc *fasthttp.RequestCtx) {
	frames := s.behind(since(rc))
	if frames == nil {
		frames = []json.RawMessage{}
	}
	body, err := json.Marshal(map[string]any{"geometry": s.hall.Digest, "frames": frames})
	if err != nil {
		rc.SetStatusCode(fasthttp.StatusInternalServerError)
		return
	}
	rc.SetContentType("application/json")
	rc.Response.Header.Set(fasthttp.HeaderCacheControl, "no-store")
	rc.SetBody(body)
}
