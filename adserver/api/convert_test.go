package api_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/api"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// clicked returns a token that was seen and clicked.
func (s *site) clicked() string {
	s.t.Helper()
	tok := s.token()
	require.Equal(s.t, http.StatusNoContent, s.send(http.MethodGet, "/v/"+tok, "").status)
	require.Equal(s.t, http.StatusFound, s.send(http.MethodGet, "/c/"+tok, "").status)
	return tok
}

// tcString is a TC string of a publisher's own ad server that allows some purposes, and nothing else.
// Source: IAB Tech Lab, Consent String and Vendor List Formats v2.2, "The core string".
func tcString(purposes ...int) string {
	core := make([]byte, 33)
	set := func(bit int) { core[bit/8] |= 0x80 >> (bit % 8) }
	set(4)   // version 2
	set(131) // of the vendor list: 1
	for _, p := range purposes {
		set(151 + p)
	}
	return base64.RawURLEncoding.EncodeToString(core)
}

// What somebody does after a click may be told only where the measuring of that was agreed to: otherwise the landing page does not learn which click it was,
// and nothing can be told of it. The click counts all the same.
func TestConversions_OnlyWhereMeasuringIsAllowed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		consent string
		want    bool
	}{
		"all purposes":         {`{"tcf":"` + tcString(1, 2, 3, 4, 7) + `"}`, true},
		"measuring alone":      {`{"tcf":"` + tcString(7) + `"}`, true},
		"all but measuring":    {`{"tcf":"` + tcString(1, 2, 3, 4) + `"}`, false},
		"no purpose":           {`{"tcf":"` + tcString() + `"}`, false},
		"the publisher's yes":  {`{"personal":true}`, true},
		"the publisher's no":   {`{"personal":false}`, false},
		"no over all purposes": {`{"personal":false,"tcf":"` + tcString(1, 2, 3, 4, 7) + `"}`, false},
		"a child":              {`{"personal":true,"child":true}`, false},
		"not to be tracked":    {`{"personal":true,"lmt":true}`, false},
		"where it is needed":   {`{"gdpr":true}`, false},
		"where it is not":      {`{}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, nil)
			s.ad("A", landing, nil)
			list := s.tokens(strings.Replace(decision, `{"personal":true}`, c.consent, 1))
			require.Len(t, list, 1)
			require.Equal(t, http.StatusNoContent, s.send(http.MethodGet, "/v/"+list[0], "").status)
			click := s.send(http.MethodGet, "/c/"+list[0], "")
			require.Equal(t, http.StatusFound, click.status)
			assert.Equal(t, c.want, strings.Contains(click.header.Get("Location"), "mq_click="))
			got, n := s.postback(list[0], "booking", "42", ""), int64(0)
			if c.want {
				n = 1
			} else {
				assert.Equal(t, http.StatusNotFound, got.status, got.body)
			}
			s.figures(store.Figures{Views: 1, Clicks: 1, Conversions: n, Gross: 2_000_000})
		})
	}
}

// postback is what an advertiser's server tells.
func (s *site) postback(click, kind, order, value string) answer {
	s.t.Helper()
	body, err := json.Marshal(map[string]string{"click": click, "kind": kind, "order": order, "value": value})
	require.NoError(s.t, err)
	return s.send(http.MethodPost, "/v1/conversions", string(body), "User-Agent", program, "Authorization", "Bearer "+api.ConversionKey(siteSecret, 1))
}

// program is what a server calls itself.
const program = "python-requests/2.32"

// What comes with the advertiser's key is believed; without a key it is judged as what a browser says, and another's key opens nothing.
func TestConversions_WhoTells(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	rival, err := s.db.Advertisers.Create(t.Context(), 0, ads.Advertiser{Name: "Rival", Currency: "USD", TimeZone: "UTC"})
	require.NoError(t, err)
	own := api.ConversionKey(siteSecret, 1)
	for name, c := range map[string]struct {
		agent, key string
		status     int
		want       string
	}{
		"its server":           {program, "Bearer " + own, http.StatusOK, `"result":"counted"`},
		"its server as people": {browser, "Bearer " + own, http.StatusOK, `"result":"counted"`},
		"a program":            {program, "", http.StatusOK, `"result":"refused"`},
		"a robot":              {"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "", http.StatusOK, `"result":"refused"`},
		"a browser":            {browser, "", http.StatusOK, `"result":"counted"`},
		"a rival":              {program, "Bearer " + api.ConversionKey(siteSecret, rival.Value.ID), http.StatusNotFound, "there is no such click"},
		"another secret":       {browser, "Bearer " + api.ConversionKey([]byte("another secret of 16"), 1), http.StatusUnauthorized, "advertiser_key"},
		"another number":       {browser, "Bearer " + strings.Replace(own, "mqc_1_", "mqc_2_", 1), http.StatusUnauthorized, "advertiser_key"},
		"no number":            {browser, "Bearer mqc_x_" + own[len("mqc_1_"):], http.StatusUnauthorized, "advertiser_key"},
		"a longer number":      {browser, "Bearer mqc_01_" + own[len("mqc_1_"):], http.StatusUnauthorized, "advertiser_key"},
		"nobody's":             {browser, "Bearer " + api.ConversionKey(siteSecret, 0), http.StatusUnauthorized, "advertiser_key"},
		"cut":                  {browser, "Bearer " + own[:len(own)-1], http.StatusUnauthorized, "advertiser_key"},
		"a publisher's":        {browser, "Bearer " + api.Key(siteSecret, "demo"), http.StatusUnauthorized, "advertiser_key"},
		"basic":                {browser, "Basic " + own, http.StatusUnauthorized, "advertiser_key"},
	} {
		headers := []string{"User-Agent", c.agent}
		if c.key != "" {
			headers = append(headers, "Authorization", c.key)
		}
		got := s.send(http.MethodPost, "/v1/conversions", `{"click":"`+s.clicked()+`","kind":"booking"}`, headers...)
		assert.Equal(t, c.status, got.status, "%s: %s", name, got.body)
		assert.Contains(t, got.body, c.want, name)
	}
}

// A click has some kinds of conversion at most, so that none is made many by new words.
func TestConversions_KindsOfAClickAreFew(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	tok := s.clicked()
	for _, kind := range []string{"booking", "Sign-Up", "news_letter", "4"} {
		assert.JSONEq(t, `{"result":"counted"}`, s.postback(tok, kind, "", "").body, kind)
	}
	fifth := s.postback(tok, "fifth", "", "")
	assert.Equal(t, http.StatusBadRequest, fifth.status)
	assert.Equal(t, "kind", problem(t, fifth).Field)
	assert.JSONEq(t, `{"result":"duplicate"}`, s.postback(tok, "booking", "", "").body, "what was told before may be told again")
	assert.JSONEq(t, `{"result":"counted"}`, s.postback(s.clicked(), "fifth", "", "").body, "another click has its own")
	s.figures(store.Figures{Views: 2, Clicks: 2, Conversions: 5, Gross: 4_000_000})
}

// What came of a click counts once for the click and its kind, and once for the order, whoever tells it and however often.
func TestConversions_Once(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	first, second := s.clicked(), s.clicked()
	assert.JSONEq(t, `{"result":"counted"}`, s.postback(first, "booking", "42", "12.50").body)
	assert.JSONEq(t, `{"result":"duplicate"}`, s.postback(first, "booking", "42", "12.50").body)
	assert.JSONEq(t, `{"result":"duplicate"}`, s.postback(first, "booking", "43", "").body, "one of a kind for a click")
	assert.JSONEq(t, `{"result":"duplicate"}`, s.postback(second, "booking", "42", "").body, "the order was another click's")
	assert.JSONEq(t, `{"result":"counted"}`, s.postback(first, "newsletter", "", "").body)
	assert.JSONEq(t, `{"result":"counted"}`, s.postback(second, "newsletter", "", "").body, "without an order each click has its own")
	pixel := s.send(http.MethodGet, "/conversion.gif?"+url.Values{"click": {second}, "kind": {"booking"}, "order": {"44"}, "value": {"1"}}.Encode(), "")
	assert.Equal(t, "image/gif", pixel.header.Get("Content-Type"))
	assert.JSONEq(t, `{"result":"duplicate"}`, s.postback(second, "booking", "44", "").body, "the picture was first")
	s.figures(store.Figures{Views: 2, Clicks: 2, Conversions: 4, Gross: 4_000_000, Value: 13*ads.Unit + ads.Unit/2})
}

// What is not of a click of ours, comes too late or is not said as it must be is refused with its reason; a picture shows nothing of that.
func TestConversions_Refused(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	tok, unclicked := s.clicked(), s.token()
	for name, c := range map[string]struct {
		click, kind, order, value string
		status                    int
		field                     string
	}{
		"forged":          {"hello", "booking", "", "", http.StatusBadRequest, ""},
		"none":            {"", "booking", "", "", http.StatusBadRequest, ""},
		"not clicked":     {unclicked, "booking", "", "", http.StatusNotFound, ""},
		"no kind":         {tok, "", "", "", http.StatusBadRequest, "kind"},
		"a sentence":      {tok, "a booking", "", "", http.StatusBadRequest, "kind"},
		"other letters":   {tok, "prenotazioné", "", "", http.StatusBadRequest, "kind"},
		"a long kind":     {tok, strings.Repeat("k", 41), "", "", http.StatusBadRequest, "kind"},
		"a fortune":       {tok, "booking", "", "100000000.01", http.StatusBadRequest, "value"},
		"a control":       {tok, "book\x00ing", "", "", http.StatusBadRequest, "kind"},
		"no number":       {tok, "booking", "", "much", http.StatusBadRequest, "value"},
		"below nothing":   {tok, "booking", "", "-1", http.StatusBadRequest, "value"},
		"more than there": {tok, "booking", "", "99999999999999999999", http.StatusBadRequest, "value"},
		"long order":      {tok, "booking", string(make([]byte, 201)), "", http.StatusBadRequest, "order"},
	} {
		got := s.postback(c.click, c.kind, c.order, c.value)
		if assert.Equal(t, c.status, got.status, "%s: %s", name, got.body) {
			assert.Equal(t, c.field, problem(t, got).Field, name)
		}
		pixel := s.send(http.MethodGet, "/conversion.gif?"+url.Values{"click": {c.click}, "kind": {c.kind}, "order": {c.order}, "value": {c.value}}.Encode(), "")
		assert.Equal(t, http.StatusOK, pixel.status, name)
	}
	for _, body := range []string{"", "[]", `{"click":7}`, `{"value":12.5}`} {
		assert.Equal(t, http.StatusBadRequest, s.send(http.MethodPost, "/v1/conversions", body).status, body)
	}
	assert.Equal(t, http.StatusBadRequest, s.send(http.MethodGet, "/v1/conversions", "").status)
	s.pass(31 * 24 * time.Hour)
	assert.Equal(t, http.StatusGone, s.postback(tok, "booking", "", "").status)
	s.pass(-2 * 24 * time.Hour)
	assert.Equal(t, http.StatusOK, s.postback(tok, "booking", "", "").status, "29 days after the click")
}

// A picture that a robot loads is not believed; what the advertiser's server tells with its key is, whatever it calls itself.
func TestConversions_PictureOfARobot(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	tok := s.clicked()
	s.send(http.MethodGet, "/conversion.gif?click="+tok+"&kind=booking", "", "User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
	assert.JSONEq(t, `{"result":"counted"}`, s.postback(tok, "booking", "", "").body)
}
