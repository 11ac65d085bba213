package cldr

import "strings"

// Format writes values for readers of one language in one region.
type Format struct {
	language, region string

	months, shortMonths []string // from January
	days, shortDays     []string // from Sunday
	am, pm              string

	// Patterns of dates and times, in the letters of CLDR.
	day     string // weekday, day and month in short
	dayLong string // weekday, day, month and year in full
	date    string // day, month in short, year
	dateDay string // day and month in short
	clock   string
	seconds string // clock with seconds

	at     string  // joins a day in full {1} with a time {0}
	beside string  // joins a short day {1} with a time {0}
	spans  [3]span // ranges of days: within a month, within a year, over years

	decimal, group, minus string
	indian                bool // groups of two beyond the thousands
	fewest                int  // digits before the first group that are needed to group at all
	percent               string
	symbolBehind          bool   // a currency's symbol comes after the amount
	mark                  string // before every amount, so that it keeps its direction

	symbols map[string]string // of currencies, by code, where they differ from those of symbols
	zones   func(abbreviation string) string
	gmt     string // name of UTC before an offset

	kilometre, metre, mile, yard, foot string
	miles                              bool   // distances are in miles
	small                              string // unit below a mile: yard or foot
	hour, minute                       string

	pair, middle, last string // between the words of a list: of two, of more, before the last
}

// span is a range of days: how the first and the last day are written, with the dash that ends the first.
type span struct{ first, last string }

// For returns how values are written in a language and region. English is written as the region does,
// which may be any country (ISO 3166, "IN"); without one as the world does. The other languages have one
// region each: hi-IN, ta-IN, es-ES, de-DE, ar-AE. A language that is not known is written as English.
func For(language, region string) *Format {
	switch language {
	case "hi":
		return hindi
	case "ta":
		return tamil
	case "es":
		return spanish
	case "de":
		return german
	case "ar":
		return arabic
	}
	return english(region)
}

// Tag returns the language and region that this is the format of: "hi-IN", and "en" where English has no region.
func (f *Format) Tag() string {
	if f.region == "" {
		return f.language
	}
	return f.language + "-" + f.region
}

// Region returns the region, ISO 3166; empty for English of no region.
func (f *Format) Region() string { return f.region }

// nbsp is a space at which no line ends.
const nbsp = "\u00a0"

// join fills {1} and {0} of a pattern.
func join(pattern, first, second string) string {
	return strings.NewReplacer("{1}", first, "{0}", second).Replace(pattern)
}
