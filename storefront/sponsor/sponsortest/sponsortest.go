// Package sponsortest is a Source of ads for tests, with the ad server that browsers see: it keeps what it is asked and told in memory and
// answers with what a test has put up.
package sponsortest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"

	"github.com/marquee-tickets/marquee/storefront/sponsor"
)

// Source chooses ads by their places and never one that was hidden. It is safe for concurrent use.
type Source struct {
	// URL is where browsers reach it.
	URL string

	site *httptest.Server

	mu        sync.Mutex
	ads       []sponsor.Ad
	err       error
	stuck     bool
	wishes    []sponsor.Wish
	hidden    []string
	forgotten []string
	told      []string
}

// New starts a source; Close ends it. It has no ads.
func New() *Source {
	s := &Source{}
	s.site = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.site.URL
	return s
}

// Close ends it.
func (s *Source) Close() { s.site.Close() }

// picture is what its pictures show.
const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="970" height="250"><rect width="970" height="250" fill="#2f6f8f"/></svg>`

// serve answers browsers: pictures, views, clicks and reasons.
func (s *Source) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.told = append(s.told, r.Method+" "+r.URL.Path)
	s.mu.Unlock()
	switch {
	case strings.HasPrefix(r.URL.Path, "/i/"):
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = io.WriteString(w, picture)
	case strings.HasPrefix(r.URL.Path, "/v/"):
		w.WriteHeader(http.StatusNoContent)
	case strings.HasPrefix(r.URL.Path, "/c/"), strings.HasPrefix(r.URL.Path, "/why/"):
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!doctype html><html lang=en><title>Acme</title><p>Acme</p></html>")
	default:
		http.NotFound(w, r)
	}
}

// Banner is an image ad for a place.
func (s *Source) Banner(p sponsor.Placement) sponsor.Ad {
	a := s.ad(p, sponsor.Image, 1)
	a.Width, a.Height, a.Picture, a.Alt = 970, 250, s.URL+"/i/banner.svg", "Shoes that dance by themselves"
	return a
}

// Text is a native ad for a place.
func (s *Source) Text(p sponsor.Placement) sponsor.Ad {
	a := s.ad(p, sponsor.Native, 2)
	a.Title, a.Text, a.Action = "Shoes that dance", "They know the steps, and you need not.", "Try them on"
	return a
}

// Document is an HTML ad for a place.
func (s *Source) Document(p sponsor.Placement) sponsor.Ad {
	a := s.ad(p, sponsor.HTML, 3)
	a.Width, a.Height, a.Document = 300, 250, `<p style="color:rgb(1,2,3)">Shoes</p><script>document.title="ran"</script>`
	return a
}

func (s *Source) ad(p sponsor.Placement, kind sponsor.Kind, creative int64) sponsor.Ad {
	token := string(p)
	return sponsor.Ad{
		Placement: p, Creative: creative, Kind: kind, Advertiser: "Acme", Click: s.URL + "/c/" + token, View: s.URL + "/v/" + token, Hide: s.URL + "/h/" + token, Why: s.URL + "/why/" + token,
	}
}

// Put replaces the ads.
func (s *Source) Put(ads ...sponsor.Ad) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ads = ads
}

// Break has all calls fail with an error; nil mends it.
func (s *Source) Break(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// Stick has Choose answer only once its context has ended.
func (s *Source) Stick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stuck = true
}

// Choose implements sponsor.Source.
func (s *Source) Choose(ctx context.Context, w sponsor.Wish) ([]sponsor.Ad, error) {
	s.mu.Lock()
	s.wishes = append(s.wishes, w)
	stuck, err := s.stuck, s.err
	var list []sponsor.Ad
	for _, a := range s.ads {
		if slices.Contains(w.Places, a.Placement) && !slices.Contains(s.hidden, a.Hide) {
			list = append(list, a)
		}
	}
	s.mu.Unlock()
	if stuck {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return list, err
}

// Hide implements sponsor.Source.
func (s *Source) Hide(_ context.Context, token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hidden = append(s.hidden, token)
	return s.err
}

// Forget implements sponsor.Source.
func (s *Source) Forget(_ context.Context, visitor string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.forgotten = append(s.forgotten, visitor)
	}
	return s.err
}

// Wishes are what was asked, in order.
func (s *Source) Wishes() []sponsor.Wish {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.wishes)
}

// Hidden are the tokens of the ads that were hidden, in order.
func (s *Source) Hidden() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.hidden)
}

// Forgotten are the visitors who were forgotten, in order.
func (s *Source) Forgotten() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.forgotten)
}

// Told counts what browsers asked of the ad server: "POST /v/home-banner".
func (s *Source) Told(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, t := range s.told {
		if t == what {
			n++
		}
	}
	return n
}

// All counts everything that browsers asked of it.
func (s *Source) All() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.told)
}
