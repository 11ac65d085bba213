package openrtb

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
)

// Macros are what an exchange puts in for the macros in the markup and URLs of a bid (section 4.4).
type Macros struct {
	AuctionID, BidID, ImpID, SeatID, AdID string
	Price                                 int64 // what is paid, 1e-9 of Currency for a thousand
	Currency                              string
	MinToWin                              int64 // what would have won; for those that lost
	Loss                                  Loss
	MBR                                   string // market bid ratio; may be empty
}

const macroBegin = "${AUCTION_"

// Markup returns markup with its macros replaced. Macros that are not known stay.
func (m *Macros) Markup(text string) string {
	return m.replace(text, func(s string) string { return s })
}

// URL returns a URL with its macros replaced by percent-encoded values.
func (m *Macros) URL(text string) string { return m.replace(text, url.QueryEscape) }

func (m *Macros) replace(text string, encode func(string) string) string {
	if !strings.Contains(text, macroBegin) {
		return text
	}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, macroBegin)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := m.value(name)
		if !closed || !known {
			out.WriteString(macroBegin)
			text = rest
			continue
		}
		out.WriteString(encode(value))
		text = after
	}
}

// value returns what a macro stands for. One that ends in ":B64" is encoded so, by RFC 4648.
func (m *Macros) value(name string) (string, bool) {
	plain, encoded := strings.CutSuffix(name, ":B64")
	var v string
	switch plain {
	case "ID":
		v = m.AuctionID
	case "BID_ID":
		v = m.BidID
	case "IMP_ID":
		v = m.ImpID
	case "SEAT_ID":
		v = m.SeatID
	case "AD_ID":
		v = m.AdID
	case "PRICE":
		v = string(appendPrice(nil, m.Price))
	case "CURRENCY":
		v = m.Currency
	case "MBR":
		v = m.MBR
	case "LOSS":
		v = strconv.Itoa(int(m.Loss))
	case "MIN_TO_WIN":
		v = string(appendPrice(nil, m.MinToWin))
	case "MULTIPLIER":
		v = "1"
	default:
		return "", false
	}
	if encoded {
		v = base64.StdEncoding.EncodeToString([]byte(v))
	}
	return v, true
}
