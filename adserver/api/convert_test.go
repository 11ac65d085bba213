package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// postback is what an advertiser's server tells.
func (s *site) postback(click, kind, order, value string) answer {
	s.t.Helper()
	body, err := json.Marshal(map[string]string{"click": click, "kind": kind, "order": order, "value": value})
	require.NoError(s.t, err)
	return s.send(http.MethodPost, "/v1/conversions", string(body), "User-Agent", "python-requests/2.32")
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
	s.figures(store.Figures{Views: 2, Clicks: 2, Conversions: 4, Gross: 4_000_000})
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

// A picture that a robot loads is not believed; what an advertiser's server tells is, whatever it calls itself.
func TestConversions_PictureOfARobot(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	tok := s.clicked()
	s.send(http.MethodGet, "/conversion.gif?click="+tok+"&kind=booking", "", "User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
	assert.JSONEq(t, `{"result":"counted"}`, s.postback(tok, "booking", "", "").body)
}
