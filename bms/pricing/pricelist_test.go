package pricing_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// fullList is a valid list that uses everything.
func fullList() pricing.PriceList {
	list := busyList()
	list.Fees[0].Min, list.Fees[0].Channels = amount(10_00, "INR"), []string{"web", "app"}
	list.Offers = []pricing.Offer{threeForTwo(), group(4, 100_000), {
		Key: "family", Name: "Family", Kind: pricing.GroupPrice, MinTickets: 3, SetPrice: amount(200_00, "INR"),
		Categories: []string{"c1"}, BuyerTypes: []string{"adult", "child"}, WithVouchers: true,
	}}
	list.Dynamic.Demand, list.Dynamic.DemandMinutes = []pricing.LevelStep{{AtLeast: 50_000, Adjust: 100_000}}, 15
	list.BuyerTypes[1].MaxAge, list.BuyerTypes[2].MinAge, list.BuyerTypes[3].NeedsProof = 12, 65, true
	list.Dayparts[0].Weekdays = []time.Weekday{time.Monday}
	return list
}

func TestPriceList_SurvivesStorage(t *testing.T) {
	t.Parallel()
	list := fullList()
	require.NoError(t, list.Validate())
	data, err := json.Marshal(list)
	require.NoError(t, err)
	var back pricing.PriceList
	require.NoError(t, json.Unmarshal(data, &back))
	back.Fees[1].Percent = 0
	assert.Equal(t, list, back)
}

func TestNewIDs_CarryTheirPrefix(t *testing.T) {
	t.Parallel()
	assert.NoError(t, id.Check("id", pricing.PriceListPrefix, pricing.NewPriceListID(now)))
	assert.NoError(t, id.Check("id", pricing.VoucherPrefix, pricing.NewVoucherID(now)))
}

func TestPriceList_MostSpecificPriceWins(t *testing.T) {
	t.Parallel()
	list := listOf(pricing.Untaxed(), "any", "EUR")
	list.BuyerTypes = []pricing.BuyerType{{Key: "adult", Name: "Adult"}, {Key: "child", Name: "Child"}, {Key: "senior", Name: "Senior"}}
	list.Dayparts = []pricing.Daypart{{Key: "matinee", From: "09:00", To: "17:00"}}
	for _, p := range []struct {
		category, buyer, daypart string
		minor                    int64
	}{
		{"gold", "", "", 1000}, {"gold", "", "matinee", 800}, {"gold", "child", "", 700}, {"gold", "senior", "matinee", 500}, {"box", "adult", "", 5000},
	} {
		list.Prices = append(list.Prices, pricing.Price{Category: p.category, BuyerType: p.buyer, Daypart: p.daypart, Amount: money.New(p.minor, "EUR")})
	}
	require.NoError(t, list.Validate())
	for _, row := range []struct {
		category, buyer, daypart string
		want                     int64
	}{
		{"gold", "adult", "", 1000},
		{"gold", "", "", 1000},             // adult is the first
		{"gold", "adult", "matinee", 800},  // the daypart's
		{"gold", "child", "matinee", 700},  // the buyer type counts before the daypart
		{"gold", "senior", "matinee", 500}, // both
		{"gold", "senior", "", 1000},       // neither
		{"box", "", "matinee", 5000},       // adult is the first
	} {
		got, err := list.Price(row.category, row.buyer, row.daypart)
		require.NoError(t, err)
		assert.Equal(t, money.New(row.want, "EUR"), got, "%+v", row)
	}
	_, err := list.Price("box", "child", "")
	checkField(t, "no price", "category", err)
	assert.ErrorContains(t, err, `category "box" and buyer type "child"`)
	_, err = list.Price("gold", "student", "")
	checkField(t, "unknown buyer", "buyer_type", err)
}

func TestPriceList_ValidateNamesThePath(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 201)
	for field, change := range map[string]func(*pricing.PriceList){
		"id":                      func(l *pricing.PriceList) { l.ID = "" },
		"partner_id":              func(l *pricing.PriceList) { l.PartnerID = "" },
		"name":                    func(l *pricing.PriceList) { l.Name = long },
		"currency":                func(l *pricing.PriceList) { l.Currency = "INRR" },
		"tax_table":               func(l *pricing.PriceList) { l.TaxTable = "" },
		"tax_class":               func(l *pricing.PriceList) { l.TaxClass = "" },
		"rounding":                func(l *pricing.PriceList) { l.Rounding = "" },
		"prices":                  func(l *pricing.PriceList) { l.Prices = nil },
		"prices[3].amount":        func(l *pricing.PriceList) { l.Prices[3].Amount = money.New(-1, "INR") },
		"prices[4].amount":        func(l *pricing.PriceList) { l.Prices[4].Amount = money.New(1, "USD") },
		"prices[5].amount":        func(l *pricing.PriceList) { l.Prices[5].Amount = money.New(pricing.MaxMinor+1, "INR") },
		"prices[1].category":      func(l *pricing.PriceList) { l.Prices[1].Category = "" },
		"prices[2].buyer_type":    func(l *pricing.PriceList) { l.Prices[2].BuyerType = "dog" },
		"prices[6].daypart":       func(l *pricing.PriceList) { l.Prices[6].Daypart = "noon" },
		"prices[7]":               func(l *pricing.PriceList) { l.Prices[7] = l.Prices[0] },
		"buyer_types[1].key":      func(l *pricing.PriceList) { l.BuyerTypes[1].Key = "" },
		"buyer_types[1].name":     func(l *pricing.PriceList) { l.BuyerTypes[1].Name = "" },
		"buyer_types[2]":          func(l *pricing.PriceList) { l.BuyerTypes[2].Key = "adult" },
		"buyer_types[0].min_age":  func(l *pricing.PriceList) { l.BuyerTypes[0].MinAge = -1 },
		"buyer_types[2].max_age":  func(l *pricing.PriceList) { l.BuyerTypes[2].MaxAge = 64 },
		"buyer_types[3].max_age":  func(l *pricing.PriceList) { l.BuyerTypes[3].MaxAge = 151 },
		"dayparts[0].key":         func(l *pricing.PriceList) { l.Dayparts[0].Key = "" },
		"dayparts[0].from":        func(l *pricing.PriceList) { l.Dayparts[0].From = "9:00" },
		"dayparts[2].to":          func(l *pricing.PriceList) { l.Dayparts[2].To = "24:00" },
		"dayparts[0].weekdays[0]": func(l *pricing.PriceList) { l.Dayparts[0].Weekdays[0] = 7 },
		"dayparts[1]":             func(l *pricing.PriceList) { l.Dayparts[1].Key = "matinee" },
		"fees[0].key":             func(l *pricing.PriceList) { l.Fees[0].Key = "" },
		"fees[0].name":            func(l *pricing.PriceList) { l.Fees[0].Name = "" },
		"fees[0].per":             func(l *pricing.PriceList) { l.Fees[0].Per = "seat" },
		"fees[1].fixed":           func(l *pricing.PriceList) { l.Fees[1].Fixed = money.New(-1, "INR") },
		"fees[0].percent":         func(l *pricing.PriceList) { l.Fees[0].Percent = money.Whole + 1 },
		"fees[0].min":             func(l *pricing.PriceList) { l.Fees[0].Min = amount(1, "USD") },
		"fees[0].max":             func(l *pricing.PriceList) { l.Fees[0].Max = amount(9_99, "INR") },
		"fees[1].max":             func(l *pricing.PriceList) { l.Fees[1].Max = amount(-1, "INR") },
		"fees[0].tax_class":       func(l *pricing.PriceList) { l.Fees[0].TaxClass = "" },
		"fees[0].channels[1]":     func(l *pricing.PriceList) { l.Fees[0].Channels[1] = "web" },
		"fees[1]":                 func(l *pricing.PriceList) { l.Fees[1].Key = l.Fees[0].Key },
	} {
		list := fullList()
		change(&list)
		checkField(t, field, field, list.Validate())
	}
}

func TestPriceList_ValidateNamesThePathOfRules(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*pricing.PriceList){
		"offers":                                 func(l *pricing.PriceList) { l.Offers = make([]pricing.Offer, 6) },
		"offers[0].key":                          func(l *pricing.PriceList) { l.Offers[0].Key = "" },
		"offers[0].name":                         func(l *pricing.PriceList) { l.Offers[0].Name = "" },
		"offers[0].kind":                         func(l *pricing.PriceList) { l.Offers[0].Kind = "gift" },
		"offers[0].take":                         func(l *pricing.PriceList) { l.Offers[0].Take = 1 },
		"offers[0].pay":                          func(l *pricing.PriceList) { l.Offers[0].Pay = 3 },
		"offers[1].min_tickets":                  func(l *pricing.PriceList) { l.Offers[1].MinTickets = 1 },
		"offers[1].percent":                      func(l *pricing.PriceList) { l.Offers[1].Percent = 0 },
		"offers[2].min_tickets":                  func(l *pricing.PriceList) { l.Offers[2].MinTickets = 201 },
		"offers[2].set_price":                    func(l *pricing.PriceList) { l.Offers[2].SetPrice = nil },
		"offers[2].categories[0]":                func(l *pricing.PriceList) { l.Offers[2].Categories[0] = "" },
		"offers[2].buyer_types[1]":               func(l *pricing.PriceList) { l.Offers[2].BuyerTypes[1] = "adult" },
		"offers[1]":                              func(l *pricing.PriceList) { l.Offers[1].Key = "3x2" },
		"dynamic.floor":                          func(l *pricing.PriceList) { l.Dynamic.Floor = money.Whole + 1 },
		"dynamic.ceiling":                        func(l *pricing.PriceList) { l.Dynamic.Ceiling = money.Whole - 1 },
		"dynamic.step":                           func(l *pricing.PriceList) { l.Dynamic.Step = -1 },
		"dynamic.rounding":                       func(l *pricing.PriceList) { l.Dynamic.Rounding = "" },
		"dynamic.demand_minutes":                 func(l *pricing.PriceList) { l.Dynamic.DemandMinutes = 0 },
		"dynamic.occupancy[0].at_least":          func(l *pricing.PriceList) { l.Dynamic.Occupancy[0].AtLeast = -1 },
		"dynamic.occupancy[1].at_least":          func(l *pricing.PriceList) { l.Dynamic.Occupancy[1].AtLeast = 500_000 },
		"dynamic.occupancy[1].adjust":            func(l *pricing.PriceList) { l.Dynamic.Occupancy[1].Adjust = -money.Whole - 1 },
		"dynamic.demand[0].adjust":               func(l *pricing.PriceList) { l.Dynamic.Demand[0].Adjust = 11 * money.Whole },
		"dynamic.time_to_show[0].adjust":         func(l *pricing.PriceList) { l.Dynamic.TimeToShow[0].Adjust = -2 * money.Whole },
		"dynamic.time_to_show[0].within_minutes": func(l *pricing.PriceList) { l.Dynamic.TimeToShow[0].WithinMinutes = 0 },
		"dynamic.time_to_show[1].within_minutes": func(l *pricing.PriceList) {
			l.Dynamic.TimeToShow = append(l.Dynamic.TimeToShow, l.Dynamic.TimeToShow[0])
		},
	} {
		list := fullList()
		change(&list)
		checkField(t, field, field, list.Validate())
	}
	list := fullList()
	list.Prices = make([]pricing.Price, 1001)
	assert.Equal(t, "prices", fault.Of(list.Validate()).Field)
}

func TestEnums_Valid(t *testing.T) {
	t.Parallel()
	for word, valid := range map[string]func(string) bool{
		"ticket":     func(s string) bool { return pricing.FeePer(s).Valid() },
		"n_for_m":    func(s string) bool { return pricing.OfferKind(s).Valid() },
		"set_price":  func(s string) bool { return pricing.VoucherKind(s).Valid() },
		"booking":    func(s string) bool { return pricing.VoucherScope(s).Valid() },
		"net_sum":    func(s string) bool { return pricing.OrderRounding(s).Valid() },
		"gross":      func(s string) bool { return pricing.SlabBasis(s).Valid() },
		"ceiling":    func(s string) bool { return pricing.Cause(s).Valid() },
		"voucher":    func(s string) bool { return pricing.DiscountKind(s).Valid() },
		"2024-02-29": func(s string) bool { return pricing.Date(s).Valid() },
	} {
		assert.True(t, valid(word), word)
		assert.False(t, valid(word+"x"), word)
		assert.False(t, valid(""), word)
	}
}

func TestPriceList_CheckTaxNamesTheClass(t *testing.T) {
	t.Parallel()
	list, table := fullList(), pricing.India()
	list.TaxClass = pricing.ClassCinema
	list.Fees = []pricing.Fee{{Key: "a", TaxClass: pricing.ClassStandard}, {Key: "b", TaxClass: "parking"}}
	err := list.CheckTax(table)
	assert.Equal(t, "fees[1].tax_class", fault.Of(err).Field)
	list.Fees = list.Fees[:1]
	require.NoError(t, list.CheckTax(table))

	list.TaxClass = "parking"
	assert.Equal(t, "tax_class", fault.Of(list.CheckTax(table)).Field)
	assert.NoError(t, list.CheckTax(pricing.Germany()), "has a rule for every class")
	list.TaxClass, list.Currency = pricing.ClassCinema, "EUR"
	err = list.CheckTax(table)
	assert.Equal(t, "tax_class", fault.Of(err).Field)
	assert.Contains(t, err.Error(), "INR")
}
