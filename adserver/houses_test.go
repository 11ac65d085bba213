package adserver_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/openrtb"
)

// house is a bidder that lives in this process.
type house func(q *openrtb.Request, r *http.Request) (status int, body []byte, err error)

// houses are bidders by their hosts, and what they were asked and told.
type houses struct {
	mu    sync.Mutex
	by    map[string]house
	asked []*openrtb.Request
	told  []string
}

func (h *houses) RoundTrip(r *http.Request) (*http.Response, error) {
	h.mu.Lock()
	if r.Method == http.MethodGet {
		h.told = append(h.told, r.URL.String())
		h.mu.Unlock()
		return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		h.mu.Unlock()
		return nil, err
	}
	q, err := openrtb.ParseRequest(body)
	if err != nil {
		panic("a request that nobody can read: " + err.Error())
	}
	h.asked = append(h.asked, q)
	answer := h.by[r.URL.Host]
	h.mu.Unlock()
	if answer == nil {
		return nil, errors.New("connection refused")
	}
	status, said, err := answer(q, r)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(said))}, nil
}

// news is what bidders were told until now.
func (h *houses) news() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.told)
}

// heard waits until a bidder was told something.
func (h *houses) heard(t *testing.T, what string) {
	t.Helper()
	if !assert.Eventually(t, func() bool { return slices.Contains(h.news(), what) }, patience, 5*time.Millisecond) {
		t.Logf("%s is not among %v", what, h.news())
	}
}

// offers is a bidder that offers so much for a thousand, for each place.
func offers(price ads.Nano, change func(*openrtb.Bid)) house {
	return func(q *openrtb.Request, _ *http.Request) (int, []byte, error) {
		var seat openrtb.Seat
		for _, imp := range q.Imps {
			b := openrtb.Bid{
				ID: "b" + imp.ID, ImpID: imp.ID, Price: int64(price), AdM: "<b>${AUCTION_PRICE}</b>", CrID: "cr", ADomain: []string{"shoes.example"},
				NURL: "https://dsp.example/n?p=${AUCTION_PRICE}", BURL: "https://dsp.example/b?p=${AUCTION_PRICE}", LURL: "https://dsp.example/l?r=${AUCTION_LOSS}&m=${AUCTION_MIN_TO_WIN}",
			}
			if change != nil {
				change(&b)
			}
			seat.Bids = append(seat.Bids, b)
		}
		return 200, openrtb.AppendResponse(nil, openrtb.Response{ID: q.ID, Cur: q.Cur[0], Seats: []openrtb.Seat{seat}}), nil
	}
}
