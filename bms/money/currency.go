package money

import "github.com/marquee-tickets/marquee/bms/fault"

// Currency is the alphabetic code of an ISO 4217 currency or fund in capital
// letters, such as "EUR". The empty Currency belongs to the zero Amount alone.
type Currency string

// ParseCurrency returns the currency with the code s. It is strict: capital
// letters, no spaces, active in ISO 4217; anything else is an Invalid fault
// about the field "currency".
func ParseCurrency(s string) (Currency, error) {
	c := Currency(s)
	if !c.Valid() {
		return "", fault.Invalidf("currency", "must be an active ISO 4217 code in capital letters such as EUR, not %.16q", s)
	}
	return c, nil
}

// Valid reports whether c is an active ISO 4217 code that has a minor unit.
// Metals, bond market units, XDR and the test codes have none and are not valid.
func (c Currency) Valid() bool {
	_, known := c.minorUnit()
	return known
}

// Exponent returns the number of decimals that c has: 2 for EUR, 0 for JPY, 3
// for KWD, 4 for the funds CLF and UYW. It is 0 for a code that is not Valid.
func (c Currency) Exponent() int {
	exponent, _ := c.minorUnit()
	return exponent
}

// minorUnit returns the exponent of c and whether ISO 4217 knows c: list one of
// the standard (currencies and funds) by minor unit.
//
// Source: SIX Financial Information, maintenance agency of ISO 4217, list one
// as published 2024-06-25, with the amendments since: 176 (XCG replaces ANG,
// 2025-03-31), 178 (CUC withdrawn, 2025-02), 179 (XAD added, 2025-05-12) and
// 180 (BGN withdrawn, 2026-01-01).
func (c Currency) minorUnit() (int, bool) {
	switch c {
	case "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN",
		"BAM", "BBD", "BDT", "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD",
		"CAD", "CDF", "CHE", "CHF", "CHW", "CNY", "COP", "COU", "CRC", "CUP", "CVE", "CZK",
		"DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP",
		"GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF",
		"IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT",
		"LAK", "LBP", "LKR", "LRD", "LSL",
		"MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN",
		"NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN",
		"QAR", "RON", "RSD", "RUB",
		"SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL",
		"THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS",
		"UAH", "USD", "USN", "UYU", "UZS", "VED", "VES", "WST",
		"XAD", "XCD", "XCG", "YER", "ZAR", "ZMW", "ZWG":
		return 2, true
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
		"RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0, true
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3, true
	case "CLF", "UYW":
		return 4, true
	}
	return 0, false
}
