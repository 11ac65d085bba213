package api_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/api"
	"github.com/marquee-tickets/marquee/adserver/sellers"
)

func withContact(c *api.Config) { c.Contact = "ads@example.com" }

// newPublisher makes another publisher.
func (s *stand) newPublisher(slug string, change func(*ads.Publisher)) ads.Publisher {
	s.t.Helper()
	p := ads.Publisher{Slug: slug, Name: slug, Currency: "USD", TimeZone: "UTC", Hosts: []string{"www." + slug + ".com"}}
	if change != nil {
		change(&p)
	}
	made, err := s.db.Publishers.Create(context.Background(), 0, p)
	require.NoError(s.t, err)
	s.reload()
	return made.Value
}

func TestAdsTxt_SaysWhomWeSellFor(t *testing.T) {
	t.Parallel()
	s := newStand(t, withContact)
	res := s.ask("GET", "/ads.txt", "")
	assert.Equal(t, 200, res.StatusCode())
	assert.Equal(t, "text/plain; charset=utf-8", string(res.Header.ContentType()))
	assert.Equal(t, "CONTACT=ads@example.com\nads.example.com, p-1, DIRECT\n", string(res.Body()))
	s.newPublisher("other", nil)
	s.newPublisher("gone", func(p *ads.Publisher) { p.Suspended = true })
	file := sellers.ParseAdsTxt(s.ask("GET", "/ads.txt", "").Body())
	assert.Empty(t, file.Problems)
	assert.Len(t, file.Records, 2, "it is made anew with the catalogue, and those who are suspended are not in it")
	one := string(s.ask("GET", "/ads.txt?publisher=other", "").Body())
	assert.Equal(t, "OWNERDOMAIN=other.com\nCONTACT=ads@example.com\nads.example.com, p-2, DIRECT\n", one)
	assert.Equal(t, 400, s.ask("GET", "/ads.txt?publisher=gone", "").StatusCode())
}

func TestSellersJSON_SaysWhoIsPaid(t *testing.T) {
	t.Parallel()
	s := newStand(t, withContact)
	s.newPublisher("local", func(p *ads.Publisher) { p.Hosts = []string{"localhost"} })
	res := s.ask("GET", "/sellers.json", "")
	assert.Equal(t, 200, res.StatusCode())
	assert.JSONEq(t, `{"contact_email":"ads@example.com","version":"1.0","sellers":[
		{"seller_id":"p-1","name":"Demo","domain":"demo.com","seller_type":"PUBLISHER"},
		{"seller_id":"p-2","seller_type":"PUBLISHER","is_confidential":1}]}`, string(res.Body()))
	// What a buyer does: the file of a site against ours.
	file := sellers.ParseAdsTxt(s.ask("GET", "/ads.txt?publisher=demo", "").Body())
	assert.Equal(t, sellers.Listed, file.Standing(sellers.Record{System: "ads.example.com", Account: "p-1", Relation: sellers.Direct}))
}

func TestSellers_NotWithoutADomainOrContact(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"http://127.0.0.1:8090", "http://localhost:8090"} {
		s := newStand(t, func(c *api.Config) { withContact(c); c.BaseURL = base })
		assert.Equal(t, 404, s.ask("GET", "/ads.txt", "").StatusCode())
		assert.Equal(t, 404, s.ask("GET", "/sellers.json", "").StatusCode())
	}
	s := newStand(t, nil)
	assert.Equal(t, 404, s.ask("GET", "/sellers.json", "").StatusCode())
	assert.Equal(t, "ads.example.com, p-1, DIRECT\n", string(s.ask("GET", "/ads.txt", "").Body()))
}

func TestMetrics_OnlyWithTheToken(t *testing.T) {
	t.Parallel()
	const token = "0123456789abcdef"
	s := newStand(t, func(c *api.Config) { c.MetricsToken = token })
	for _, header := range []string{"", "Bearer ", "Bearer wrong", token, "Basic " + token} {
		assert.False(t, s.Serve(s.request("GET", "/metrics", "", "Authorization", header)), header)
	}
	without := newStand(t, nil)
	assert.False(t, without.Serve(without.request("GET", "/metrics", "", "Authorization", "Bearer ")))

	s.place("pre-roll", ads.PreRoll, 1)
	s.film(nil)
	said := s.document(preRoll)
	s.ask("GET", path(t, said["Impression"][0]), "")
	s.ask("GET", path(t, said["Impression"][0]), "")
	s.ask("GET", path(t, said["Tracking"][0]), "")
	s.ask("GET", "/v/forged", "")
	s.ask("GET", path(t, s.document(preRoll)["Impression"][0]), "", "User-Agent", "Googlebot/2.1")
	s.books()
	res := s.ask("GET", "/metrics", "", "Authorization", "Bearer "+token)
	require.Equal(t, 200, res.StatusCode())
	text := string(res.Body())
	for _, want := range []string{
		`marquee_ads_decisions_total{outcome="ad"} 2`, `marquee_ads_events_total{kind="view"} 1`, "marquee_ads_duplicates_total 1", "marquee_ads_forged_total 1",
		`marquee_ads_player_events_total{event="start"} 1`, `marquee_ads_invalid_total{reason="bot_user_agent"} 1`, "marquee_ads_held 2", "marquee_ads_journal_lag 0",
		"marquee_ads_catalogue_age_seconds 0", "marquee_ads_healthy 1", "go_goroutines",
	} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "marquee_ads_mark_bytes 0")
}
