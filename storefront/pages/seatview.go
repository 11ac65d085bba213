package pages

import (
	"strings"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// wholeHall is the most seats of a hall that one page draws and lists; larger halls
// are chosen from section by section.
const wholeHall = 600

// hall is a show's places as a page sees them.
type hall struct {
	p      *locale.Printer
	comma  string // between things that are said of a seat
	snap   bms.Snapshot
	table  bms.PriceTable
	prices map[string][]money.Amount // all in, by category, in the order of the buyer types; no currency means not sold
}

func newHall(p *locale.Printer, snap bms.Snapshot, table bms.PriceTable) *hall {
	h := &hall{p: p, comma: commaOf(p), snap: snap, table: table, prices: map[string][]money.Amount{}}
	if len(h.table.BuyerTypes) == 0 {
		h.table.BuyerTypes = []pricing.BuyerType{{}}
	}
	at := map[string]int{}
	for i, b := range h.table.BuyerTypes {
		at[b.Key] = i
	}
	for _, row := range table.Rows {
		if h.prices[row.Category] == nil {
			h.prices[row.Category] = make([]money.Amount, len(h.table.BuyerTypes))
		}
		h.prices[row.Category][at[row.BuyerType]] = row.AllIn
	}
	return h
}

// free reports whether anybody may choose the seat now.
func (h *hall) free(seat int32) bool {
	return h.snap.Plan.Seats[seat].Kind != seatmap.House && h.snap.Of(seat) == seating.Free
}

// price is what a category costs the first buyer type; empty when it is not sold.
func (h *hall) price(category string) string {
	if list := h.prices[category]; len(list) > 0 && list[0].Currency != "" {
		return h.p.Price(list[0])
	}
	return ""
}

// place is a seat in words: "Stalls, row C, seat 7".
func place(p *locale.Printer, plan *seatmap.Plan, seat int32) string {
	s := plan.Seats[seat]
	return p.T("seats.place", locale.With("section", plan.Sections[s.Section].Name), locale.With("row", plan.Rows[s.Row].Label), locale.With("seat", s.Label))
}

// places are named seats in words; a name that the plan does not have stays as it is.
func places(p *locale.Printer, plan *seatmap.Plan, names []string) []string {
	words := make([]string, len(names))
	for i, name := range names {
		words[i] = name
		if n, ok := plan.Seat(name); ok {
			words[i] = place(p, plan, n)
		}
	}
	return words
}

// sectionView is a block of rows.
type sectionView struct {
	Key, Name string
	First     int32 // number of its first seat
	End       int32 // number of the first seat behind it
	Free, All int
	From      string // lowest price of what is left; empty when there is nothing
	Href      string // its own page, in large halls
	Rows      []rowView
}

// rowView is a row of a list.
type rowView struct {
	Label     string
	Note      string // about the view; may be empty
	Free, All int
	Open      bool // it has chosen seats
	Seats     []seatView
}

// seatView is a seat of a list and of the drawing.
type seatView struct {
	Number   int32
	Name     string
	Label    string
	Info     string // for who does not see the row: "row C, Gold, ₹300"
	Category int32
	Free     bool
	Chosen   bool
	Status   seating.Status
	Kind     seatmap.Kind
}

// section lists a section; seats are listed when rows is true.
func (h *hall) section(at int, rows bool, c choice) sectionView {
	plan := h.snap.Plan
	s := plan.Sections[at]
	view := sectionView{Key: s.Key, Name: s.Name}
	var lowest money.Amount
	for n := s.Rows.First; n < s.Rows.End; n++ {
		row := h.row(plan.Rows[n], c)
		view.Free += row.Free
		view.All += row.All
		if rows {
			view.Rows = append(view.Rows, row)
		}
	}
	first := plan.Rows[s.Rows.First].Seats.First
	end := plan.Rows[s.Rows.End-1].Seats.End
	view.First, view.End = first, end
	for n := first; n < end; n++ {
		prices := h.prices[plan.Categories[plan.Seats[n].Category].Key]
		if h.free(n) && len(prices) > 0 && prices[0].Currency != "" && (lowest.Currency == "" || prices[0].Minor < lowest.Minor) {
			lowest = prices[0]
		}
	}
	if lowest.Currency != "" {
		view.From = h.p.T("price.from", locale.With("price", h.p.Price(lowest)))
	}
	return view
}

func (h *hall) row(row seatmap.PlanRow, c choice) rowView {
	plan := h.snap.Plan
	view := rowView{Label: row.Label}
	if v := plan.ViewOf(row.Seats.First); v != nil {
		view.Note = v.Note
	}
	for n := row.Seats.First; n < row.Seats.End; n++ {
		seat := h.seat(n, row.Label, c)
		if plan.Seats[n].Kind != seatmap.House {
			view.All++
		}
		if seat.Free {
			view.Free++
		}
		view.Open = view.Open || seat.Chosen
		view.Seats = append(view.Seats, seat)
	}
	return view
}

func (h *hall) seat(n int32, row string, c choice) seatView {
	plan := h.snap.Plan
	s := plan.Seats[n]
	category := plan.Categories[s.Category]
	view := seatView{
		Number: n, Name: s.Name, Label: s.Label, Category: s.Category, Kind: s.Kind, Status: h.snap.Of(n), Free: h.free(n),
	}
	view.Chosen = view.Free && c.Seats[s.Name]
	if s.Kind == seatmap.House {
		view.Status = seating.Blocked
	}
	parts := []string{h.p.T("seats.row_in_text", locale.With("row", row)), category.Name}
	if kind := kindText(h.p, s.Kind); kind != "" {
		parts = append(parts, kind)
	}
	if price := h.price(category.Key); price != "" {
		parts = append(parts, price)
	}
	if v := plan.ViewOf(n); v != nil && v.Note != "" {
		parts = append(parts, v.Note)
	}
	view.Info = strings.Join(parts, h.comma)
	return view
}

// kindText is what a kind of seat is called; nothing for usual ones.
func kindText(p *locale.Printer, k seatmap.Kind) string {
	switch k {
	case seatmap.Recliner, seatmap.Wheelchair, seatmap.Companion:
		return p.T("seat." + string(k))
	case seatmap.House, seatmap.Standard:
	}
	return ""
}

// accessible reports whether the hall has places for wheelchair users.
func (h *hall) accessible() bool {
	for i := range h.snap.Plan.Seats {
		if h.snap.Plan.Seats[i].Kind == seatmap.Wheelchair {
			return true
		}
	}
	return false
}

// legendRow is a category with its prices.
type legendRow struct {
	Index  int32
	Colour string
	Name   string
	Free   int
	Prices []fact // by buyer type
}

// legend lists the categories that have places, with what is free of each.
func (h *hall) legend() []legendRow {
	plan := h.snap.Plan
	free, has := make([]int, len(plan.Categories)), make([]bool, len(plan.Categories))
	for n := range plan.Seats {
		has[plan.Seats[n].Category] = true
		if h.free(int32(n)) {
			free[plan.Seats[n].Category]++
		}
	}
	for i, a := range plan.Areas {
		for at, c := range plan.Categories {
			if c.Key == a.Category {
				has[at] = true
				free[at] += h.snap.Areas[i].Free
			}
		}
	}
	var rows []legendRow
	for i, c := range plan.Categories {
		if !has[i] {
			continue
		}
		row := legendRow{Index: int32(i), Colour: c.Colour, Name: c.Name, Free: free[i]}
		for at, price := range h.prices[c.Key] {
			if price.Currency != "" {
				row.Prices = append(row.Prices, fact{Label: buyerName(h.p, h.table.BuyerTypes[at]), Text: h.p.Price(price)})
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// buyerName is a buyer type with its ages, unless its name says them: "Child (up to 12)".
func buyerName(p *locale.Printer, b pricing.BuyerType) string {
	own := usualName(p, b)
	name, from, to := locale.With("name", own), locale.With("from", p.Number(b.MinAge)), locale.With("to", p.Number(b.MaxAge))
	switch {
	case strings.ContainsAny(own, "0123456789"):
		return own
	case b.MinAge > 0 && b.MaxAge > 0:
		return p.T("buyer.ages", name, from, to)
	case b.MaxAge > 0:
		return p.T("buyer.up_to", name, to)
	case b.MinAge > 0:
		return p.T("buyer.from", name, from)
	}
	return own
}

// usualName is what a buyer type is called, without its ages.
func usualName(p *locale.Printer, b pricing.BuyerType) string {
	switch b.Key {
	case "adult", "child", "senior", "student": // there are other texts buyer.*
		return wordFor(p, "buyer."+b.Key, b.Name)
	}
	return b.Name
}

// areaView is standing or unnumbered room to choose places in.
type areaView struct {
	Key, Name, Category string
	Free                int
	Fields              []countField
}

// countField asks for a number.
type countField struct {
	ID, Name, Label string
	Hint            string // price or proof needed
	Value           string
}

// areas lists the areas with a field for each buyer type.
func (h *hall) areas(c choice) []areaView {
	plan := h.snap.Plan
	var views []areaView
	for i, a := range plan.Areas {
		view := areaView{Key: a.Key, Name: a.Name, Free: h.snap.Areas[i].Free}
		for _, category := range plan.Categories {
			if category.Key == a.Category {
				view.Category = category.Name
			}
		}
		for at, price := range h.prices[a.Category] {
			if price.Currency == "" {
				continue
			}
			b := h.table.BuyerTypes[at]
			name := "area." + a.Key + "." + b.Key
			view.Fields = append(view.Fields, countField{
				ID: "f-" + name, Name: name, Label: firstOf(buyerName(h.p, b), h.p.T("seats.places")), Hint: h.p.Price(price), Value: firstOf(c.Areas[a.Key+"."+b.Key], "0"),
			})
		}
		views = append(views, view)
	}
	return views
}

// reduced asks how many of the chosen seats are for each buyer type but the first.
func (h *hall) reduced(form string, c choice) []countField {
	var fields []countField
	for _, b := range h.table.BuyerTypes[1:] {
		f := countField{
			ID: form + "-n." + b.Key, Name: "n." + b.Key, Label: buyerName(h.p, b), Value: firstOf(c.Counts[b.Key], "0"),
		}
		if b.NeedsProof {
			f.Hint = h.p.T("buyer.bring_card")
		}
		fields = append(fields, f)
	}
	return fields
}

// firstOf returns the first text that is not empty.
func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// sectionText is what is left of a section: "120 of 300 free, from ₹500".
func sectionText(p *locale.Printer, s sectionView) string {
	free, all := locale.With("free", p.Number(s.Free)), locale.With("all", p.Number(s.All))
	if s.From != "" {
		return p.T("seats.free_of_from", free, all, locale.With("from", s.From))
	}
	return p.T("seats.free_of", free, all)
}

// goneText says beside a seat that it cannot be chosen.
func goneText(p *locale.Printer, s seatView) string {
	if s.Free {
		return ""
	}
	return ", " + p.T("seats.not_available")
}
