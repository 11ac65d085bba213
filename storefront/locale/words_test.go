package locale_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
)

func TestRelative_IsThatOfCLDR(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("cldr", "testdata", "cldr.json"))
	require.NoError(t, err)
	var all map[string]struct{ Relative [][]json.RawMessage }
	require.NoError(t, json.Unmarshal(text, &all))
	c := localetest.New(t)
	now := time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)
	rows := 0
	for tag, known := range all {
		language, region, _ := strings.Cut(tag, "-")
		p := c.Printer(language, region)
		for _, row := range known.Relative {
			var unit, want string
			var n int
			require.NoError(t, errors.Join(json.Unmarshal(row[0], &unit), json.Unmarshal(row[1], &n), json.Unmarshal(row[2], &want)))
			at := now.AddDate(0, 0, n)
			switch unit {
			case "hour":
				at = now.Add(time.Duration(n) * time.Hour)
			case "minute":
				at = now.Add(time.Duration(n) * time.Minute)
			case "day":
				if n == 0 || n == 2 || n == -2 {
					continue // "now", and no word for the day after tomorrow: see below
				}
			}
			assert.Equal(t, want, p.Relative(at, now), "%s %s %d", tag, unit, n)
			rows++
		}
	}
	assert.Greater(t, rows, 200)
}

func TestRelative_CountsDaysOfTheCalendar(t *testing.T) {
	t.Parallel()
	p := localetest.New(t).Printer("en", "IN")
	now := time.Date(2026, time.November, 22, 23, 30, 0, 0, time.UTC)
	for _, row := range []struct {
		after time.Duration
		want  string
	}{
		{0, "now"},
		{59 * time.Second, "now"},
		{-59 * time.Second, "now"},
		{time.Minute, "in 1 minute"},
		{-90 * time.Second, "1 minute ago"},
		{59 * time.Minute, "in 59 minutes"},
		{time.Hour, "in 1 hour"},
		{23 * time.Hour, "in 23 hours"},
		{-23 * time.Hour, "23 hours ago"},
		{24 * time.Hour, "tomorrow"},
		{-24 * time.Hour, "yesterday"},
		{25 * time.Hour, "in 2 days"},
		{48 * time.Hour, "in 2 days"},
		{-48 * time.Hour, "2 days ago"},
		{400 * 24 * time.Hour, "in 400 days"},
	} {
		assert.Equal(t, row.want, p.Relative(now.Add(row.after), now), "%v", row.after)
	}
}

func TestDayName(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	now := time.Date(2026, time.March, 29, 0, 30, 0, 0, time.UTC)
	assert.Equal(t, "heute", c.Printer("de", "").DayName(now.Add(23*time.Hour), now))
	assert.Equal(t, "mañana", c.Printer("es", "").DayName(now.Add(24*time.Hour), now))
	assert.Equal(t, "நேற்று", c.Printer("ta", "").DayName(now.Add(-time.Hour), now))
	assert.Empty(t, c.Printer("ar", "").DayName(now.Add(72*time.Hour), now))

	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	short := time.Date(2026, time.March, 29, 1, 0, 0, 0, berlin) // this day has 23 hours
	assert.Equal(t, "tomorrow", c.Printer("en", "").DayName(time.Date(2026, time.March, 30, 0, 30, 0, 0, berlin), short))
}

func TestNames(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	for tag, want := range map[string][3]string{
		"en": {"Hindi", "India", "United Arab Emirates"}, "de": {"Hindi", "Indien", "Vereinigte Arabische Emirate"},
		"es": {"hindi", "India", "Emiratos Árabes Unidos"}, "hi": {"हिन्दी", "भारत", "संयुक्त अरब अमीरात"},
		"ta": {"இந்தி", "இந்தியா", "ஐக்கிய அரபு எமிரேட்ஸ்"}, "ar": {"الهندية", "الهند", "الإمارات العربية المتحدة"},
	} {
		p := c.Printer(tag, "")
		assert.Equal(t, want, [3]string{p.LanguageName("hi"), p.CountryName("IN"), p.CountryName("AE")}, tag)
		assert.NotEmpty(t, p.LanguageName("ja"))
	}
	en := c.Printer("en", "")
	assert.Empty(t, en.LanguageName(""))
	assert.Equal(t, "not a tag", en.LanguageName("not a tag"))
	assert.Equal(t, "Q1", en.CountryName("Q1"))
	assert.Empty(t, en.CountryName(""))
	assert.Equal(t, "British English", en.LanguageName("en-GB"))
}

func TestFault_SpeaksTheLanguage(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	en, de, hi := c.Printer("en", "IN"), c.Printer("de", ""), c.Printer("hi", "")

	taken := fmt.Errorf("hold shw_1: %w", seating.ErrTaken)
	assert.Equal(t, "One of these places has just been taken.", en.Fault(taken))
	assert.Equal(t, "Einer dieser Plätze wurde gerade vergeben.", de.Fault(taken))
	assert.Equal(t, "इनमें से एक जगह अभी किसी और ने ले ली।", hi.Fault(taken))

	noTicket := fault.New(fault.Invalid, "nothing_chosen", "choose at least one ticket to cancel")
	assert.Equal(t, "Wählen Sie mindestens ein Ticket, das storniert werden soll.", de.Fault(noTicket), "of two texts for a reason that of its sentence")
	noSeat := fault.New(fault.Invalid, "nothing_chosen", "another sentence")
	assert.Equal(t, "Wählen Sie mindestens einen Platz.", de.Fault(noSeat))
	assert.Equal(t, "Another sentence.", en.Fault(noSeat))

	for field, want := range map[string]string{
		"count": "fault.field.count", "areas[2].count": "fault.field.count", "n.child": "fault.field.n", "seats[3].seat": "fault.field.seat",
		"tickets[0]": "fault.field.tickets", "tax_id": "fault.invalid_field", "": "fault.invalid_field", "n.": "fault.invalid_field",
	} {
		assert.Equal(t, de.T(want), de.Fault(fault.Invalidf(field, "is wrong")), field)
	}
	assert.Equal(t, "Is wrong.", en.Fault(fault.Invalidf("count", "is wrong")))

	assert.Equal(t, "Made up.", de.Fault(fault.New(fault.Conflict, "made_up", "made up")), "English is better than nothing")
	for _, internal := range []error{errors.New("disk on fire"), fault.New(fault.Internal, "inconsistent_inventory", "the seats contradict each other"), nil} {
		assert.Equal(t, de.T("fault.internal"), de.Fault(internal))
		assert.Equal(t, en.T("fault.internal"), en.Fault(internal))
	}
}
