package pricing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Bounds that keep every sum of a quote far inside an int64.
const (
	// MaxMinor bounds each amount of a price list or voucher, in minor units.
	MaxMinor = 1_000_000_000_000
	// MaxItems bounds the tickets of one quote.
	MaxItems = 200
)

const (
	maxNameLen  = 200
	maxEntries  = 1000             // of one list of prices, codes or shows
	maxCount    = 1_000_000_000    // seats, uses, minutes
	maxCeiling  = 10 * money.Whole // of a dynamic price
	maxAgeYears = 150
)

// each validates the entries of a list, putting "name[i]" before the field at
// fault, and bounds their number.
func each[T any](name string, entries []T, validate func(T) error) error {
	if len(entries) > maxEntries {
		return fault.Invalidf(name, "has %d entries, at most %d are allowed", len(entries), maxEntries)
	}
	for i, entry := range entries {
		if err := validate(entry); err != nil {
			return within(fmt.Sprintf("%s[%d]", name, i), err)
		}
	}
	return nil
}

// distinct refuses the second entry with the same key.
func distinct[T any](name string, entries []T, key func(T) string) error {
	if len(entries) < 2 {
		return nil
	}
	seen := make(map[string]int, len(entries))
	for i, entry := range entries {
		if first, twice := seen[key(entry)]; twice {
			return fault.Invalidf(fmt.Sprintf("%s[%d]", name, i), "repeats %s[%d]", name, first)
		}
		seen[key(entry)] = i
	}
	return nil
}

// within puts outer before the field at fault.
func within(outer string, err error) error {
	if e := fault.Of(err); e != nil {
		return e.In(outer)
	}
	return err
}

// firstOf returns the first error that is not nil.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// requireText refuses an empty or overlong text, and one that no page or database can show as it is.
func requireText(field, s string) error {
	if s == "" || len(s) > maxNameLen {
		return fault.Invalidf(field, "must have 1 to %d bytes, not %d", maxNameLen, len(s))
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return fault.Invalidf(field, "must be one line of UTF-8 text without control characters")
	}
	return nil
}

// optionalText is requireText for a text that may be empty.
func optionalText(field, s string) error {
	if s == "" {
		return nil
	}
	return requireText(field, s)
}

// requireYear refuses a time that JSON cannot write; zero is allowed.
func requireYear(field string, t time.Time) error {
	if t.Year() < 1 || t.Year() > 9999 {
		return fault.Invalidf(field, "must be between the years 1 and 9999")
	}
	return nil
}

// requireAmount refuses an amount in another currency, below zero or over MaxMinor.
func requireAmount(field string, a money.Amount, c money.Currency) error {
	if a.Currency != c && a != (money.Amount{}) {
		return fault.Invalidf(field, "is in %.3q but the price list is in %.3q", string(a.Currency), string(c))
	}
	if a.Minor < 0 || a.Minor > MaxMinor {
		return fault.Invalidf(field, "must be between 0 and %d minor units, not %d", int64(MaxMinor), a.Minor)
	}
	return nil
}

// requireRate refuses a rate outside lowest and highest.
func requireRate(field string, r, lowest, highest money.Rate) error {
	if r < lowest || r > highest {
		return fault.Invalidf(field, "must be between %s and %s, not %s", lowest, highest, r)
	}
	return nil
}

// requireCount refuses a number outside lowest and highest.
func requireCount(field string, n, lowest, highest int) error {
	if n < lowest || n > highest {
		return fault.Invalidf(field, "must be between %d and %d, not %d", lowest, highest, n)
	}
	return nil
}

// requireKnown refuses a word that is not among known.
func requireKnown(field, word string, known []string) error {
	if !slices.Contains(known, word) {
		return fault.Invalidf(field, "names %.64q, which the price list does not have", word)
	}
	return nil
}

// requireTexts refuses a list with an empty or repeated word.
func requireTexts(field string, words []string) error {
	return firstOf(
		each(field, words, func(w string) error { return requireText("", w) }),
		distinct(field, words, func(w string) string { return w }),
	)
}

// oneOfOrAll reports whether word is in words; an empty list stands for all.
func oneOfOrAll(word string, words []string) bool {
	return len(words) == 0 || slices.Contains(words, word)
}

// itoa writes an index.
func itoa(i int) string { return strconv.Itoa(i) }
