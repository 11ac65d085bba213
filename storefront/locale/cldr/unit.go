package cldr

import (
	"strings"
	"time"
)

// Lengths in metres. Source: international yard and pound agreement of 1959.
const (
	metresOfMile = 1609.344
	metresOfYard = 0.9144
	metresOfFoot = 0.3048
)

// Distance returns a length in metres, rounded as people say it: "850 m", "1.2 km", "12 km"; in English of the United
// States and the United Kingdom in miles.
func (f *Format) Distance(metres float64) string {
	if !(metres > 0) { // NaN is no distance either
		metres = 0
	}
	if !f.miles {
		if metres < 995 {
			return f.decimalText(tens(metres), 0) + nbsp + f.metre
		}
		return f.rounded(metres/1000) + nbsp + f.kilometre
	}
	if metres < metresOfMile/10 {
		small := metresOfYard
		if f.small == f.foot {
			small = metresOfFoot
		}
		return f.decimalText(tens(metres/small), 0) + nbsp + f.small
	}
	return f.rounded(metres/metresOfMile) + nbsp + f.mile
}

// tens rounds to tens: nobody walks 847 m.
func tens(x float64) float64 { return float64(int(x/10+0.5) * 10) }

// rounded has one decimal below ten and none from there on.
func (f *Format) rounded(x float64) string {
	if x < 9.95 {
		return strings.TrimSuffix(f.decimalText(x, 1), f.decimal+"0")
	}
	return f.decimalText(x, 0)
}

// Duration returns a running time in hours and minutes, without seconds: "2 h 15 min".
func (f *Format) Duration(d time.Duration) string {
	d = max(d, 0)
	hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
	h, m := f.Number(hours)+nbsp+f.hour, f.Number(minutes)+nbsp+f.minute
	switch {
	case hours == 0:
		return m
	case minutes == 0:
		return h
	}
	return h + nbsp + m
}
