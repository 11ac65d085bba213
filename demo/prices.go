package demo

import (
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// Keys of cancellation policies.
const (
	cinemaPolicy = "cinema" // everything until a day before, the price until two hours, half until 30 minutes
	livePolicy   = "live"   // the price until a week before, half until two days
	finalPolicy  = "final"  // nothing
)

// Keys of dayparts, and what they cost of the full price.
const (
	matinee     = "matinee"
	weekend     = "weekend"
	matineeRate = 800_000
	weekendRate = 1_150_000
)

func (b *builder) addPolicies() {
	for _, p := range []struct {
		key   string
		tiers []booking.Tier
	}{
		{cinemaPolicy, []booking.Tier{
			{MinutesBefore: 24 * 60, Price: money.Whole, Fees: money.Whole},
			{MinutesBefore: 2 * 60, Price: money.Whole},
			{MinutesBefore: 30, Price: money.Whole / 2},
		}},
		{livePolicy, []booking.Tier{
			{MinutesBefore: 7 * 24 * 60, Price: money.Whole},
			{MinutesBefore: 2 * 24 * 60, Price: money.Whole / 2},
		}},
		{finalPolicy, nil},
	} {
		for _, of := range partners() {
			id := ident[string]("pol", of.words(p.key)...)
			b.policies[of.slug+"/"+p.key] = id
			b.out.Policies = append(b.out.Policies, Policy{ID: id, PartnerID: of.id(), Policy: booking.Policy{Tiers: p.tiers}})
		}
	}
}

func (b *builder) addVouchers() {
	for _, v := range []pricing.Voucher{
		{Code: "WELCOME10", Name: "10 % off your first booking", Percent: 100_000, MaxPerBuyer: 1},
		{Code: "TEAM20", Name: "20 % off from four tickets", Percent: 200_000, MinTickets: 4, MaxUses: 10_000},
	} {
		for _, of := range partners() {
			v.ID = ident[pricing.VoucherID](pricing.VoucherPrefix, of.words(v.Code)...)
			v.PartnerID, v.Kind, v.Scope, v.Version = string(of.id()), pricing.PercentOff, pricing.EachTicket, 1
			b.out.Vouchers = append(b.out.Vouchers, v)
		}
	}
}

func (b *builder) addPrices() error {
	b.out.TaxTables = b.taxTables()
	for i := range b.data.cities {
		c := &b.data.cities[i]
		for _, l := range c.Lists {
			made, err := b.priceList(c, l)
			if err != nil {
				return fmt.Errorf("price list %s of %s: %w", l.Key, c.Name, err)
			}
			b.lists[c.Slug+"/"+l.Key] = made.ID
			b.out.PriceLists = append(b.out.PriceLists, made)
		}
	}
	return nil
}

func (b *builder) priceList(c *city, l list) (pricing.PriceList, error) {
	tariff, err := newTariff(c)
	if err != nil {
		return pricing.PriceList{}, err
	}
	made := pricing.PriceList{
		ID: ident[pricing.PriceListID](pricing.PriceListPrefix, c.Slug, l.Key), PartnerID: string(partnerID(c.partnerOf(l.Key))),
		Name: c.Name + ", " + l.Key, Currency: tariff.currency, TaxIncluded: !c.TaxOnTop,
		TaxTable: pricing.TaxTableID(c.TaxTable), TaxClass: l.TaxClass, Rounding: pricing.RoundLine, Version: 1,
	}
	if l.TaxClass == pricing.ClassCinema {
		made.Dayparts = tariff.dayparts(c.Weekend)
	}
	for _, t := range buyerTypes() {
		if slices.Contains(l.Buyers, t.Key) {
			made.BuyerTypes = append(made.BuyerTypes, t)
		}
	}
	if made.Prices, err = tariff.prices(l, made); err != nil {
		return pricing.PriceList{}, err
	}
	if !l.NoFee {
		made.Fees = []pricing.Fee{tariff.fee(c, l)}
	}
	made.Offers = offers(l.Offer)
	if l.Dynamic {
		made.Dynamic = tariff.dynamic()
	}
	return made, nil
}

// buyerTypes are the kinds of buyers that lists choose from.
func buyerTypes() []pricing.BuyerType {
	return []pricing.BuyerType{
		{Key: "adult", Name: "Adult"},
		{Key: "child", Name: "Child, up to 12", MaxAge: 12},
		{Key: "student", Name: "Student", NeedsProof: true},
		{Key: "senior", Name: "Senior, from 65", MinAge: 65, NeedsProof: true},
	}
}

// buyerRate is what a kind of buyer pays of the full price.
func buyerRate(key string) money.Rate {
	switch key {
	case "child":
		return 700_000
	case "student":
		return 850_000
	case "senior":
		return 800_000
	}
	return money.Whole
}

// tariff makes the amounts of a city.
type tariff struct {
	currency money.Currency
	step     int64
	perSeat  money.Amount
}

func newTariff(c *city) (tariff, error) {
	currency := money.Currency(c.Currency)
	step, err := money.Parse(c.Step, currency)
	if err != nil {
		return tariff{}, err
	}
	fee, err := money.Parse(c.Fee, currency)
	return tariff{currency: currency, step: step.Minor, perSeat: fee}, err
}

func (t tariff) dayparts(weekendDays []int) []pricing.Daypart {
	early := pricing.Daypart{Key: matinee, Name: "Matinee", From: "06:00", To: "17:00"}
	late := pricing.Daypart{Key: weekend, Name: "Weekend", From: "06:00", To: "06:00"}
	for day := time.Sunday; day <= time.Saturday; day++ {
		if slices.Contains(weekendDays, int(day)) {
			late.Weekdays = append(late.Weekdays, day)
		} else {
			early.Weekdays = append(early.Weekdays, day)
		}
	}
	return []pricing.Daypart{early, late}
}

// prices makes an entry for every category, kind of buyer and daypart. The
// full price is the entry for any buyer.
func (t tariff) prices(l list, made pricing.PriceList) ([]pricing.Price, error) {
	dayparts := []struct {
		key  string
		rate money.Rate
	}{{"", money.Whole}, {matinee, matineeRate}, {weekend, weekendRate}}
	if len(made.Dayparts) == 0 {
		dayparts = dayparts[:1]
	}
	var prices []pricing.Price
	for _, p := range l.Prices {
		for _, part := range dayparts {
			for _, buyer := range made.BuyerTypes {
				amount, err := t.reduced(p[1], part.rate, buyerRate(buyer.Key))
				if err != nil {
					return nil, err
				}
				entry := pricing.Price{Category: p[0], BuyerType: buyer.Key, Daypart: part.key, Amount: amount}
				if buyerRate(buyer.Key) == money.Whole {
					entry.BuyerType = ""
				}
				prices = append(prices, entry)
			}
		}
	}
	return prices, nil
}

// reduced returns the parts of a full price that the rates say, in whole steps
// when any of them changes it.
func (t tariff) reduced(full string, rates ...money.Rate) (money.Amount, error) {
	amount, err := money.Parse(full, t.currency)
	if err != nil {
		return money.Amount{}, err
	}
	before := amount
	for _, r := range rates {
		if amount, err = amount.Mul(r, money.HalfUp); err != nil {
			return money.Amount{}, err
		}
	}
	if amount == before {
		return amount, nil
	}
	return amount.RoundTo(t.step, money.HalfUp)
}

// fee is the booking fee. Where the law says so, it is taxed like its ticket.
func (t tariff) fee(c *city, l list) pricing.Fee {
	fee := pricing.Fee{Key: "booking", Name: "Booking fee", Per: pricing.PerTicket, Fixed: t.perSeat, TaxClass: pricing.ClassStandard}
	if c.FeeLike {
		fee.TaxClass = l.TaxClass
	}
	return fee
}

// dynamic raises prices as a hall fills and while demand is high.
func (t tariff) dynamic() *pricing.Dynamic {
	return &pricing.Dynamic{
		Floor: 900_000, Ceiling: 1_400_000,
		Occupancy:     []pricing.LevelStep{{AtLeast: 500_000, Adjust: 50_000}, {AtLeast: 800_000, Adjust: 150_000}},
		Demand:        []pricing.LevelStep{{AtLeast: 50_000, Adjust: 100_000}},
		DemandMinutes: 30, Step: t.step, Rounding: money.HalfUp,
	}
}

// offers returns the automatic discount with the key.
func offers(key string) []pricing.Offer {
	switch key {
	case "four_for_three":
		return []pricing.Offer{{Key: key, Name: "Four for the price of three", Kind: pricing.NForM, Take: 4, Pay: 3}}
	case "group":
		return []pricing.Offer{{Key: key, Name: "Groups of eight", Kind: pricing.GroupOff, MinTickets: 8, Percent: 150_000}}
	}
	return nil
}
