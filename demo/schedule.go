package demo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// Times of a cinema day, in minutes since midnight, and of a screening.
const (
	openWeekday   = 15 * 60
	openDayOff    = 11*60 + 30
	openSmall     = 120 // later in halls of fewer than smallHall seats
	lastStart     = 22 * 60
	early         = 17 * 60 // before it nothing for the late hours is shown
	late          = 21 * 60 // from it nothing for families is shown
	smallHall     = 100
	adverts       = 15
	turnaround    = 30
	shortest      = 90 // from start to start, for short films
	filmsPerWeek  = 3  // that a screen has in turn
	salesOverrun  = 15 * time.Minute
	doorsBefore   = 20 * time.Minute
	liveDoors     = time.Hour
	onlineDoors   = 15 * time.Minute
	salesOpenTime = "10:00"
)

// day is a day of the calendar.
type day struct {
	date    time.Time // its midnight as if in UTC
	weekday time.Weekday
	week    int // counted from the Monday of 2024-01-01
}

func (d day) String() string { return d.date.Format(time.DateOnly) }

// days returns the days on which shows of the programme can start in a zone.
func (b *builder) days(zone *time.Location) []day {
	year, month, first := b.now.In(zone).Date()
	epoch := time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
	list := make([]day, Days+1)
	for i := range list {
		date := time.Date(year, month, first+i, 0, 0, 0, 0, time.UTC)
		elapsed := date.Sub(epoch).Hours() / 24
		list[i] = day{date: date, weekday: date.Weekday(), week: int(math.Floor(elapsed / 7))}
	}
	return list
}

// slot is when something starts, and how long it takes.
type slot struct {
	day     day
	clock   string
	minutes int
}

// addScreenings adds the shows of all films.
func (b *builder) addScreenings() error {
	for _, r := range b.screens {
		for _, d := range b.days(r.zone) {
			if err := b.screenDay(r, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// screenDay adds the shows of a screen on a day, one after the other.
func (b *builder) screenDay(r *room, d day) error {
	films := b.week(r, d)
	at := r.opens(d)
	for n := int(d.weekday); at <= lastStart; n++ {
		f := choose(films, n, at)
		length := adverts + f.Minutes
		if err := b.addScreening(r, f, slot{d, clock(at), length}); err != nil {
			return err
		}
		at += (max(length+turnaround, shortest) + 14) / 15 * 15
	}
	return nil
}

// opens returns when the first film of a day starts, in minutes since midnight.
// The screens of a venue start a quarter of an hour apart.
func (r *room) opens(d day) int {
	at := openWeekday
	if slices.Contains(r.city.daysOff(), int(d.weekday)) {
		at = openDayOff
	}
	if r.hall.Seats < smallHall {
		at += openSmall
	}
	return at + 15*(r.index%3)
}

// clock writes minutes since midnight as a time of day.
func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// week returns the films that a screen has in turn in the week of a day. The
// screens of a venue share out its films.
func (b *builder) week(r *room, d day) []screened {
	films := b.ranked(r.venue, d.week)
	if r.hall.Format != "" {
		films = slices.DeleteFunc(slices.Clone(films), func(f screened) bool { return !f.LargeScreen })
	}
	chosen := make([]screened, filmsPerWeek)
	for i := range chosen {
		chosen[i] = films[(r.index*filmsPerWeek+i)%len(films)]
	}
	return chosen
}

// ranked returns all films in the order in which a venue wants them in a week:
// a weighted draw without putting back (Efraimidis and Spirakis, 2006).
func (b *builder) ranked(venue string, week int) []screened {
	key := venue + "/" + strconv.Itoa(week)
	if films, known := b.weeks[key]; known {
		return films
	}
	rank := make(map[catalog.EventID]float64, len(b.films))
	for _, f := range b.films {
		u := (float64(chance(key, f.Title)>>11) + 1) / (1 << 53)
		rank[f.event] = -math.Log(u) / float64(f.Popularity)
	}
	films := slices.SortedFunc(slices.Values(b.films), func(x, y screened) int {
		return cmp.Compare(rank[x.event], rank[y.event])
	})
	b.weeks[key] = films
	return films
}

// choose returns the n-th film of the turn, or the next one that suits the hour.
func choose(films []screened, n, at int) screened {
	for i := range films {
		f := films[(n+i)%len(films)]
		if at >= late && f.Family || at < early && f.MinAge > 12 {
			continue
		}
		return f
	}
	return films[n%len(films)]
}

func (b *builder) addScreening(r *room, f screened, at slot) error {
	s := r.show
	s.EventID = f.event
	s.Format = catalog.Format2D
	if r.hall.Format != "" {
		s.Format = catalog.Format(r.hall.Format)
	}
	s.Language, s.Subtitles = version(f.film, r.city, chance(r.venue, r.hall.Name, at.day.String(), at.clock))
	if err := place(&s, at); err != nil {
		return err
	}
	s.DoorsAt = s.StartsAt.Add(-doorsBefore)
	s.SalesUntil = s.StartsAt.Add(salesOverrun)
	b.add(s)
	return nil
}

// version returns what language a show of a film is in and its subtitles:
// silent films have intertitles in a language of the city; others are dubbed one time
// in three where films are dubbed at all, subtitled where another language is
// spoken, and captioned for the hard of hearing one time in six.
func version(f film, c *city, random uint64) (string, []string) {
	local := c.Languages[0]
	switch {
	case f.Silent:
		return "", []string{c.Languages[random%uint64(len(c.Languages))]}
	case len(c.Dubs) > 0 && random%3 == 0:
		return c.Dubs[0], nil
	case f.Language != local:
		return f.Language, []string{local}
	case random%6 == 1:
		return f.Language, []string{f.Language}
	}
	return f.Language, nil
}

// addLive adds the live events and their shows.
func (b *builder) addLive() error {
	for _, l := range b.data.live {
		e := b.liveEvent(l)
		b.out.Events = append(b.out.Events, e)
		for _, run := range l.Runs {
			if err := b.addRun(e, l, run); err != nil {
				return fmt.Errorf("shows of %s: %w", l.Title, err)
			}
		}
	}
	return nil
}

// addRun adds the shows of a run.
func (b *builder) addRun(e catalog.Event, l live, run run) error {
	r, known := b.rooms[run.Hall]
	if !known {
		return fmt.Errorf("there is no hall %s", run.Hall)
	}
	for _, d := range b.days(r.zone) {
		if !run.on(d) {
			continue
		}
		s := r.show
		s.EventID, s.Language, s.Subtitles, s.Format = e.ID, l.Language, l.Subtitles, catalog.FormatLive
		s.Seating.HighDemand = run.HighDemand
		if err := place(&s, slot{d, run.Clock, l.Minutes}); err != nil {
			return err
		}
		s.DoorsAt = s.StartsAt.Add(-liveDoors)
		if s.Online {
			s.Format, s.DoorsAt = catalog.FormatStream, s.StartsAt.Add(-onlineDoors)
		}
		if err := openSales(&s, d, run.OnSaleDays); err != nil {
			return err
		}
		b.add(s)
	}
	return nil
}

// on reports whether the run has a show on the day.
func (r run) on(d day) bool {
	every := max(r.Every, 1)
	week := (d.week%every + every) % every
	return week == r.Phase && slices.Contains(r.Weekdays, d.weekday)
}

// place sets when a show starts and ends.
func place(s *catalog.Show, at slot) error {
	start, err := catalog.LocalStart(at.day.String(), at.clock, s.TimeZone, catalog.First)
	if err != nil {
		return err
	}
	s.StartsAt, s.EndsAt = start, start.Add(time.Duration(at.minutes)*time.Minute)
	s.LocalDate = at.day.String()
	return nil
}

// openSales sets that sales begin so many days before the show; 0 means at once.
func openSales(s *catalog.Show, d day, daysBefore int) error {
	if daysBefore == 0 {
		return nil
	}
	var err error
	s.SalesFrom, err = catalog.LocalStart(d.date.AddDate(0, 0, -daysBefore).Format(time.DateOnly), salesOpenTime, s.TimeZone, catalog.First)
	return err
}

// add adds a show that lies within the programme.
func (b *builder) add(s catalog.Show) {
	if !s.StartsAt.After(b.now) || s.StartsAt.After(b.now.AddDate(0, 0, Days)) {
		return
	}
	s.ID = ident[catalog.ShowID](catalog.ShowPrefix, string(s.HallID), string(s.EventID), s.StartsAt.Format(time.RFC3339))
	b.out.Shows = append(b.out.Shows, s)
}
