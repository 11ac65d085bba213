package cldr

import (
	"strings"
	"sync"
)

// Regions that write otherwise than English does in the world at large.
const (
	// h12 are the regions that prefer the clock of twelve hours. Source: CLDR, supplemental timeData.
	h12 = " AE AG AL AR AS AU BB BD BH BM BN BO BS BT CA CL CO CR CU CY DJ DM DO DZ EC EG EH ER ET FJ FM GD GH GM GR GT GU GY " +
		"HK HN IN IQ JM JO KH KI KN KP KR KW KY LB LC LR LS LY MH MO MP MR MW MX MY NA NH NI NZ OM PA PE PG PH PK PR PS PW PY QA " +
		"SA SB SD SG SL SO SS SV SY SZ TC TD TN TO TT TW UM US UY VC VE VG VI VU WS YD YE ZM "

	// american are the United States and their territories.
	american = " AS GU MP PR UM US VI "
)

// Pieces of English patterns. The spaces around the dash of a range are thin where CLDR says so.
const (
	clock12   = "h:mm" + nbsp + "a"
	seconds12 = "h:mm:ss" + nbsp + "a"
	clock24   = "HH:mm"
	seconds24 = "HH:mm:ss"
	thinDash  = "\u2009–\u2009"
)

// world is English as it is written where a region has nothing of its own (CLDR: en-001).
var world = Format{
	language: "en",
	months: []string{
		"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
	},
	shortMonths: []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"},
	days:        []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	shortDays:   []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
	am:          "am", pm: "pm",

	day: "EEE, d MMM", dayLong: "EEEE, d MMMM y", date: "d MMM y", dateDay: "d MMM", clock: clock24, seconds: seconds24,
	at: "{1} at {0}", beside: "{1}, {0}",
	spans: [3]span{{"d–", "d MMM y"}, {"d MMM" + thinDash, "d MMM y"}, {"d MMM y" + thinDash, "d MMM y"}},

	decimal: ".", group: ",", minus: "-", fewest: 1, percent: "%",
	symbols: map[string]string{"PHP": "₱", "USD": "US$", "JPY": "JP¥"},
	zones:   anyZone, gmt: "GMT",

	kilometre: "km", metre: "m", mile: "mi", yard: "yd", foot: "ft", hour: "h", minute: "min",
	pair: " and ", middle: ", ", last: " and ",
}

// septembers are the months of who writes Sep.
var septembers = []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// anyZone knows every zone that has letters: who buys a ticket in English reads the name that the venue's city uses.
func anyZone(abbreviation string) string {
	if abbreviation == "" || abbreviation[0] == '+' || abbreviation[0] == '-' {
		return ""
	}
	return abbreviation
}

// englishes are the formats of English that were asked for, by region: there are as many as regions.
var englishes sync.Map

// english returns English of a region.
func english(region string) *Format {
	if !isRegion(region) {
		region = ""
	}
	if known, ok := englishes.Load(region); ok {
		return known.(*Format)
	}
	f := makeEnglish(region)
	known, _ := englishes.LoadOrStore(region, &f)
	return known.(*Format)
}

// isRegion reports whether s may be a country: two capital letters.
func isRegion(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// among reports whether a list of regions has this one.
func among(list, region string) bool { return region != "" && strings.Contains(list, " "+region+" ") }

func makeEnglish(region string) Format {
	f := world
	f.region = region
	if among(h12, region) {
		f.clock, f.seconds = clock12, seconds12
	}
	switch {
	case among(american, region):
		f.becomeAmerican()
	case region == "GB":
		f.day, f.miles, f.small = "EEE d MMM", true, f.yard
		f.spans[0].first = "d" + thinDash
	case region == "IN":
		f.indian = true
		f.symbols = map[string]string{"PHP": "₱", "USD": "$", "JPY": "JP¥"}
	case region == "AE":
		f.am, f.pm, f.shortMonths = "AM", "PM", septembers
		f.last = ", and "
		f.spans[0].first = "d" + thinDash
		f.symbols = map[string]string{"PHP": "₱", "USD": "$", "JPY": "¥"}
	}
	return f
}

func (f *Format) becomeAmerican() {
	f.am, f.pm, f.last, f.shortMonths = "AM", "PM", ", and ", septembers
	f.day, f.dayLong, f.date, f.dateDay = "EEE, MMM d", "EEEE, MMMM d, y", "MMM d, y", "MMM d"
	f.spans = [3]span{{"MMM d" + thinDash, "d, y"}, {"MMM d" + thinDash, "MMM d, y"}, {"MMM d, y" + thinDash, "MMM d, y"}}
	f.symbols = map[string]string{"PHP": "₱", "USD": "$", "JPY": "¥"}
	f.miles, f.small = true, f.foot
}
