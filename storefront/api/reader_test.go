package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/api"
)

func TestReader_TakesWhatJSONAllows(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		text string
		n    int
		yes  bool
		list []string
	}{
		`{}`: {},
		" {\t\"text\" :\r\n \"a\" , \"n\" : -5 , \"yes\":true,\"list\" : [ ] } ": {text: "a", n: -5, yes: true}, //nolint:gocritic // the spaces are what is tested
		`{"text":"\u00e9\"\\\n\ud83c\udfac","yes":false}`:                        {text: "é\"\\\n🎬"},
		`{"te\u0078t":"\\"}`:           {text: `\`},
		`{"list":["a","b","c"],"n":0}`: {list: []string{"a", "b", "c"}},
		`{"n":-0}`:                     {},
	} {
		got, err := api.ReadAnything([]byte(body))
		require.NoError(t, err, body)
		assert.Equal(t, want.text, got.Text, body)
		assert.Equal(t, want.n, got.N, body)
		assert.Equal(t, want.yes, got.Yes, body)
		assert.Equal(t, want.list, got.List, body)
	}
}

func TestReader_NamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"n":6}`:                          "n: must be a whole number between -5 and 5",
		`{"n":1e0}`:                        "n: must be a whole number between -5 and 5",
		`{"n":"1"}`:                        "n: must be a whole number, not a text",
		`{"n":true}`:                       "n: must be a whole number, not true or false",
		`{"text":null}`:                    "text: must be a text, not null",
		`{"text":["a"]}`:                   "text: must be a text, not a list",
		`{"text":"123456789012345678901"}`: "text: must have at most 20 bytes, not 21",
		`{"yes":0}`:                        "yes: must be true or false, not a number",
		`{"list":"a"}`:                     "list: must be a list, not a text",
		`{"list":["a",{}]}`:                "list[1]: must be a text, not an object",
		`{"list":["a","b","c","d"]}`:       "list: must have at most 3 entries",
		`{"":1}`:                           "is not known here",
		`{"more":{"deep":[1]}}`:            "more: is not known here",
		`{"n":1,"n":1}`:                    "n: is given twice",
		`{"n":1,"\u006e":1}`:               "n: is given twice",
	} {
		_, err := api.ReadAnything([]byte(body))
		require.Error(t, err, body)
		assert.Equal(t, want, err.Error(), body)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err))
	}
}

// wireHold is a request for a hold as encoding/json reads it.
type wireHold struct {
	ShowID string `json:"show_id"`
	Seats  []struct {
		Seat      string `json:"seat"`
		BuyerType string `json:"buyer_type"`
	} `json:"seats"`
	Best *struct {
		Count       int      `json:"count"`
		Categories  []string `json:"categories"`
		BuyerTypes  []string `json:"buyer_types"`
		Stacked     bool     `json:"stacked"`
		Scattered   bool     `json:"scattered"`
		Wheelchairs int      `json:"wheelchairs"`
		Companions  int      `json:"companions"`
	} `json:"best"`
	Areas []struct {
		Area      string `json:"area"`
		BuyerType string `json:"buyer_type"`
		Count     int    `json:"count"`
	} `json:"areas"`
	Accessible bool     `json:"accessible"`
	Vouchers   []string `json:"vouchers"`
}

// request is what the API makes of it.
func (w wireHold) request() bms.HoldRequest {
	r := bms.HoldRequest{ShowID: catalog.ShowID(w.ShowID), Accessible: w.Accessible, Vouchers: w.Vouchers}
	for _, s := range w.Seats {
		r.Seats = append(r.Seats, bms.SeatItem(s))
	}
	if w.Best != nil {
		best := bms.BestRequest(*w.Best)
		r.Best = &best
	}
	for _, a := range w.Areas {
		r.Areas = append(r.Areas, bms.AreaItem(a))
	}
	return r
}

// byStandard reads a body with encoding/json, refusing what that can refuse.
func byStandard(body []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more behind the object")
	}
	return nil
}

// agree fails when a body that the API takes means something else to encoding/json.
func agree(t testing.TB, body []byte) {
	t.Helper()
	got, err := api.ReadHold(body)
	if err != nil {
		require.Equal(t, fault.Invalid, fault.CodeOf(err))
		return
	}
	var wire wireHold
	require.NoError(t, byStandard(body, &wire))
	want := wire.request()
	normalize(&want)
	normalize(&got)
	require.Equal(t, want, got)
}

// normalize makes empty lists and lists that are not there the same.
func normalize(r *bms.HoldRequest) {
	if len(r.Vouchers) == 0 {
		r.Vouchers = nil
	}
	if r.Best != nil && len(r.Best.Categories) == 0 {
		r.Best.Categories = nil
	}
	if r.Best != nil && len(r.Best.BuyerTypes) == 0 {
		r.Best.BuyerTypes = nil
	}
}

// text is any text of so many characters and at most so many bytes.
func text(least, most, size int) *rapid.Generator[string] {
	return rapid.StringN(least, most, size).Filter(web.IsText[string])
}

// A text with control characters is refused by its path, however it is written.
func TestReadHold_WhatIsNoText(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{`\u0000`, `a\u0000`, `\u001b[2J`, `\u007f`, "\x7f"} {
		for path, body := range map[string]string{
			"show_id": `{"show_id":"*"}`, "seats[1].seat": `{"show_id":"x","seats":[{"seat":"a"},{"seat":"*"}]}`, "vouchers[0]": `{"show_id":"x","vouchers":["*"]}`,
		} {
			_, err := api.ReadHold([]byte(strings.Replace(body, "*", bad, 1)))
			require.Equal(t, fault.Invalid, fault.CodeOf(err), bad)
			require.Equal(t, path, fault.Of(err).Field)
		}
	}
	_, err := api.ReadHold([]byte(`{"show_id":"two\nlines"}`))
	require.NoError(t, err, "whether a text is a good one is for others to say")
}

// TestReadHold_RoundTrip: what encoding/json writes of any request, the API reads.
func TestReadHold_RoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var w wireHold
		w.ShowID = text(1, 10, 40).Draw(rt, "show")
		for range rapid.IntRange(0, 5).Draw(rt, "seats") {
			w.Seats = append(w.Seats, struct {
				Seat      string `json:"seat"`
				BuyerType string `json:"buyer_type"`
			}{text(0, 20, 100).Draw(rt, "seat"), text(0, 5, 20).Draw(rt, "buyer")})
		}
		w.Vouchers = rapid.SliceOfN(text(0, 10, 40), 0, 3).Draw(rt, "vouchers")
		w.Accessible = rapid.Bool().Draw(rt, "accessible")
		raw, err := json.Marshal(object{"show_id": w.ShowID, "seats": listed(w.Seats), "vouchers": listed(w.Vouchers), "accessible": w.Accessible})
		require.NoError(rt, err)
		got, err := api.ReadHold(raw)
		require.NoError(rt, err)
		want := w.request()
		normalize(&want)
		normalize(&got)
		require.Equal(rt, want, got)
	})
}

// listed is a list that is written as one even when it is nil.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

const goodHold = `{"show_id":"shw_01k9x3m2q7e8rtb5w0z4n6c1da","seats":[{"seat":"stalls-C-7","buyer_type":"adult"},{"seat":"stalls-C-8","buyer_type":"child"}]}`

func FuzzReadHold(f *testing.F) {
	for _, seed := range []string{
		goodHold, `{"show_id":"x","best":{"count":3,"categories":["gold"],"stacked":true,"wheelchairs":1,"companions":1},"accessible":true}`,
		`{"show_id":"x","areas":[{"area":"floor","count":2}],"vouchers":["A\u0042C"]}`, `{}`, `{"show_id":7}`, `[`, "{\"a\":\"\xff\"}", `{"":{}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) { agree(t, body) })
}

// FuzzReadBodies: the other readers take or refuse any body, and what they take encoding/json takes, too.
func FuzzReadBodies(f *testing.F) {
	for _, seed := range []string{
		`{"hold_id":"hld_x","buyer":{"name":"Ada","email":"ada@example.com","phone":"","locale":"en","company":"","tax_id":""}}`,
		`{"gateway":"sandbox","return_url":"https://shop.example/done"}`, `{"show_id":"shw_x","code":"0123"}`, `{}`, `{"buyer":[]}`, `null`,
	} {
		f.Add([]byte(seed))
	}
	readers := []func([]byte) (any, error){
		func(b []byte) (any, error) { v, err := api.ReadBooking(b); return v, err },
		func(b []byte) (any, error) { v, err := api.ReadPayment(b); return v, err },
		func(b []byte) (any, error) { v, err := api.ReadGate(b); return v, err },
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, read := range readers {
			if _, err := read(body); err != nil {
				require.Equal(t, fault.Invalid, fault.CodeOf(err))
				continue
			}
			var v map[string]any
			require.NoError(t, byStandard(body, &v))
			require.Equal(t, reflect.Map, reflect.TypeOf(v).Kind())
		}
	})
}
