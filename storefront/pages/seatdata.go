package pages

import (
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/money"
)

// seatData is what the script of the seat page needs to know.
type seatData struct {
	Live       string         `json:"live"` // address of the WebSocket
	Poll       string         `json:"poll"` // address to ask when there is none
	Seats      int            `json:"seats"`
	House      []int          `json:"house"` // numbers of seats that are never on sale
	Max        int            `json:"max"`
	Currency   money.Currency `json:"currency"`
	Exponent   int            `json:"exponent"`
	Locale     string         `json:"locale"` // how to group digits
	Types      []typeData     `json:"types"`
	Categories []categoryData `json:"categories"`
}

type typeData struct {
	Key  string `json:"key"`
	Name string `json:"name"`
}

type categoryData struct {
	Name   string   `json:"name"`
	Prices []*int64 `json:"prices"` // minor units by buyer type; null where there is none
}

func (h *hall) data(show catalog.ShowID, most int) seatData {
	base := "/shows/" + string(show)
	d := seatData{
		Live: base + "/live", Poll: "/api/v1" + base + "/seats", Seats: len(h.snap.Plan.Seats), Max: most,
		Currency: h.table.Currency, Exponent: h.table.Currency.Exponent(), Locale: "en", House: []int{},
	}
	if d.Currency == "INR" {
		d.Locale = "en-IN"
	}
	for n := range h.snap.Plan.Seats {
		if h.snap.Plan.Seats[n].Kind == seatmap.House {
			d.House = append(d.House, n)
		}
	}
	for _, b := range h.table.BuyerTypes {
		d.Types = append(d.Types, typeData{Key: b.Key, Name: buyerName(b)})
	}
	for _, c := range h.snap.Plan.Categories {
		row := categoryData{Name: c.Name, Prices: []*int64{}}
		for _, price := range h.prices[c.Key] {
			if price.Currency == "" {
				row.Prices = append(row.Prices, nil)
				continue
			}
			row.Prices = append(row.Prices, &price.Minor)
		}
		d.Categories = append(d.Categories, row)
	}
	return d
}
