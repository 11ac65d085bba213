package shop_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/shop"
)

func TestListen_FindsWhereTheStorefrontIs(t *testing.T) {
	t.Parallel()
	base, err := shop.Listen(strings.NewReader("First start: loading a demo programme.\n\nMarquee sells tickets at http://127.0.0.1:43307\n\n  Book seats  http://127.0.0.1:43307/\n"))
	require.NoError(t, err)
	assert.Equal(t, "http://127.0.0.1:43307", base)

	_, err = shop.Listen(strings.NewReader("storefront: no space left\n"))
	require.ErrorContains(t, err, "no space left")
}

func TestAddress_IsOnlyInItsLine(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"", "  Book seats         http://127.0.0.1:43307/            (pay at the test bank: no money moves)", "sells tickets"} {
		_, ok := shop.Address(line)
		assert.False(t, ok, line)
	}
}

// hall answers as the API does for a show with so many places.
func hall(t *testing.T, places int) (site *httptest.Server, sold *int) {
	t.Helper()
	sold = new(int)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/holds", func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Best struct{ Count int } }
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&q))
		if q.Best.Count > places-*sold {
			w.WriteHeader(http.StatusConflict)
			_, _ = w.Write([]byte(`{"reason": "not_enough_seats", "detail": "not enough places are left"}`))
			return
		}
		*sold += q.Best.Count
		_, _ = w.Write([]byte(`{"id": "hld_1", "secret": "secret"}`))
	})
	mux.HandleFunc("POST /api/v1/bookings", func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "Bearer secret", r.Header.Get("Authorization"))
		_, _ = w.Write([]byte(`{"id": "bkg_1", "token": "token", "tickets": [{"id": "tkt_1"}]}`))
	})
	mux.HandleFunc("POST /api/v1/bookings/bkg_1/payments", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"id": "pay_1", "redirect_url": "/sandbox/pay_1"}`))
	})
	mux.HandleFunc("POST /sandbox/pay_1", func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "pay", r.FormValue("outcome"))
		http.Redirect(w, r, "/elsewhere", http.StatusSeeOther)
	})
	mux.HandleFunc("POST /api/v1/payments/pay_1/refresh", func(http.ResponseWriter, *http.Request) {})
	site = httptest.NewServer(mux)
	t.Cleanup(site.Close)
	return site, sold
}

func TestAPI_SellsOutToTheLastPlace(t *testing.T) {
	t.Parallel()
	site, sold := hall(t, 73)
	sales, err := shop.NewAPI(site.URL).SellOut(t.Context(), "shw_1")
	require.NoError(t, err)
	assert.Equal(t, 73, *sold)
	assert.Len(t, sales, 7+1+1, "tens, then 2 and 1 of what is left")
	assert.Equal(t, "tkt_1", sales[0].Tickets[0].ID)
}

func TestAPI_TellsWhatWasRefused(t *testing.T) {
	t.Parallel()
	site, _ := hall(t, 0)
	_, err := shop.NewAPI(site.URL).HoldSeats(t.Context(), "shw_1", nil)
	require.NoError(t, err, "none is as many as are left")
	_, err = shop.NewAPI(site.URL+"/nowhere").Learn(t.Context(), time.Unix(0, 0), 1)
	var refused *shop.RefusedError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, http.StatusNotFound, refused.Status)
}
