package recommend

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// Season is a time of the year that people go to certain things for.
type Season string

// The seasons.
const (
	NewYear    Season = "new_year"
	Valentines Season = "valentines"
	Easter     Season = "easter"
	Halloween  Season = "halloween"
	Diwali     Season = "diwali"
	Christmas  Season = "christmas"
	Summer     Season = "summer" // outdoors, in the north
)

// Seasons are all of them.
func Seasons() []Season {
	return []Season{NewYear, Valentines, Easter, Halloween, Diwali, Christmas, Summer}
}

// seasonWords are what an item of a season has in its tags, genres or title, as wordsOf writes them: whole words, or those that begin so where
// no space follows.
var seasonWords = map[Season][]string{
	NewYear:    {" new year ", " new years ", " silvester", " nochevieja "},
	Valentines: {" valentine ", " valentines "},
	Easter:     {" easter ", " oster", " pascua "},
	Halloween:  {" halloween", " spooky "},
	Diwali:     {" diwali ", " deepavali "},
	Christmas:  {" christmas ", " xmas ", " weihnacht", " navidad ", " nutcracker "},
	Summer:     {" open air ", " summer ", " sommer", " verano "},
}

// diwali are the days of Lakshmi Puja in India in each year, by the Hindu calendar.
var diwali = map[int]struct {
	month time.Month
	day   int
}{
	2025: {time.October, 20}, 2026: {time.November, 8}, 2027: {time.October, 29}, 2028: {time.October, 17}, 2029: {time.November, 5},
	2030: {time.October, 26}, 2031: {time.November, 14},
}

// SeasonsAt are the seasons that a day is in. Feasts on a day of their own are in season from three weeks before to the end of the day.
func SeasonsAt(t time.Time) []Season {
	var in []Season
	for _, s := range Seasons() {
		if s.at(t) {
			in = append(in, s)
		}
	}
	return in
}

func (s Season) at(t time.Time) bool {
	year := t.Year()
	day := func(month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, t.Location())
	}
	before := func(feast time.Time) bool {
		return !t.Before(feast.AddDate(0, 0, -21)) && t.Before(feast.AddDate(0, 0, 1))
	}
	switch s {
	case NewYear:
		return t.Month() == time.December && t.Day() >= 20
	case Valentines:
		return before(day(time.February, 14))
	case Easter:
		return before(easterOf(year, t.Location()))
	case Halloween:
		return before(day(time.October, 31))
	case Diwali:
		feast, known := diwali[year]
		return known && before(day(feast.month, feast.day))
	case Christmas:
		return t.Month() == time.November && t.Day() >= 24 || t.Month() == time.December && t.Day() <= 26
	case Summer:
		return t.Month() >= time.June && t.Month() <= time.August
	}
	return false
}

// easterOf is Easter Sunday by the Gregorian calendar. Source: the anonymous algorithm in Meeus, Astronomical Algorithms, 1991, chapter 8.
func easterOf(year int, zone *time.Location) time.Time {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	month, day := (h+l-7*m+114)/31, (h+l-7*m+114)%31+1
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, zone)
}

// Seasons are the seasons that the item belongs to, by its tags, genres and title.
func (i *Item) Seasons() []Season {
	text := wordsOf(slices.Concat([]string{i.Title}, i.Tags, i.Genres))
	var list []Season
	for _, s := range Seasons() {
		if slices.ContainsFunc(seasonWords[s], func(w string) bool { return strings.Contains(text, w) }) {
			list = append(list, s)
		}
	}
	return list
}

// wordsOf writes texts in small letters with one space before and after each word, and a bar between texts.
func wordsOf(texts []string) string {
	var b strings.Builder
	for _, text := range texts {
		b.WriteString(" ")
		for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			b.WriteString(word + " ")
		}
		b.WriteString("|")
	}
	return b.String()
}
