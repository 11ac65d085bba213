// Command programme measures how a programme of 100,000 shows of 250 seats each
// opens: the database, what is on in a city, an event's shows, a seat map and the
// first hold. Nothing of it has a row per unsold seat.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/postgres"
	"github.com/marquee-tickets/marquee/bms/sqlite"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/pgtest"
)

const (
	seats  = 250
	cities = 20
	events = 200
)

func main() {
	shows := flag.Int("shows", 100_000, "shows in the programme")
	flag.Parse()
	if err := run(context.Background(), *shows); err != nil {
		fmt.Fprintln(os.Stderr, "bench-programme:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, shows int) error {
	report := bench.NewReport("programme")
	report.Printf("%d shows of %d seats, %d events, %d cities\n", shows, seats, events, cities)
	dir, err := os.MkdirTemp("", "bench-programme")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	lite, err := measure(ctx, report, "sqlite", shows, func() (store.DB, error) {
		return sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(dir, "programme.db")})
	})
	if err != nil {
		return err
	}
	pg, err := onPostgres(ctx, report, shows)
	if err != nil {
		return err
	}
	report.Printf("sqlite_open_ms=%s pg_open_ms=%s\n", bench.Ms(lite), bench.Ms(pg))
	return report.Save()
}

func onPostgres(ctx context.Context, report *bench.Report, shows int) (opened time.Duration, err error) {
	server, err := pgtest.FindOrStart(ctx, pgtest.Config{Durable: true})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	const schema = "bench_programme"
	conn, err := pgx.Connect(ctx, server.URL)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "drop schema if exists "+schema+" cascade; create schema "+schema); err != nil {
		return 0, err
	}
	opened, err = measure(ctx, report, "postgres", shows, func() (store.DB, error) {
		return postgres.Open(ctx, postgres.Config{URL: server.URL, Schema: schema})
	})
	if err != nil {
		return 0, err
	}
	var rows int
	if err := conn.QueryRow(ctx, "select count(*) from "+schema+".seat_claim").Scan(&rows); err != nil {
		return 0, err
	}
	report.Printf("postgres  rows of seats after one hold of two: %d\n", rows)
	_, err = conn.Exec(ctx, "drop schema "+schema+" cascade")
	return opened, err
}

// measure stores the programme, opens it anew and looks at it. It returns how long it took from
// opening to the first list.
func measure(ctx context.Context, report *bench.Report, engine string, shows int, open func() (store.DB, error)) (time.Duration, error) {
	begin := time.Now()
	if err := fill(ctx, shows, open); err != nil {
		return 0, err
	}
	bench.ProgressDone()
	report.Printf("%-9s stored in %.1f s\n", engine, time.Since(begin).Seconds())

	begin = time.Now()
	db, err := open()
	if err != nil {
		return 0, err
	}
	client, err := bms.New(db, bms.Config{})
	if err != nil {
		return 0, err
	}
	defer client.Close()
	lap := func(what string, at time.Time) {
		report.Printf("%-9s %-28s %6s ms\n", engine, what, bench.Ms(time.Since(at)))
	}
	lap("open", begin)
	at := time.Now()
	listed, err := client.Shows.WhatsOn(ctx, "city-7", time.Now())
	if err != nil || len(listed) == 0 {
		return 0, errors.Join(err, fmt.Errorf("%d events in the city", len(listed)))
	}
	opened := time.Since(begin)
	lap(fmt.Sprintf("what is on, %d events", len(listed)), at)
	at = time.Now()
	found, err := client.Shows.List(ctx, store.ShowQuery{City: "city-7", EventID: listed[0].Event.ID, From: time.Now()})
	if err != nil || len(found) == 0 {
		return 0, errors.Join(err, fmt.Errorf("%d shows of the event", len(found)))
	}
	lap(fmt.Sprintf("an event's shows, %d", len(found)), at)
	at = time.Now()
	if _, err := client.Seats.Snapshot(ctx, found[0].ID); err != nil {
		return 0, err
	}
	lap("a seat map", at)
	at = time.Now()
	if _, err := client.Holds.Create(ctx, bms.HoldRequest{ShowID: found[0].ID, Best: &bms.BestRequest{Count: 2}}); err != nil {
		return 0, err
	}
	lap("the first hold", at)
	lap("all of it", begin)
	return opened, nil
}

// fill stores the programme and closes the database.
func fill(ctx context.Context, shows int, open func() (store.DB, error)) error {
	db, err := open()
	if err != nil {
		return err
	}
	client, err := bms.New(db, bms.Config{})
	if err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Minute)
	p := bmstest.Hall(now, seatmap.Cinema(seatmap.HallOptions{Seats: seats}))
	if err := p.Store(ctx, client); err != nil {
		return err
	}
	rooms, works, err := catalogue(ctx, client, p)
	if err != nil {
		return err
	}
	list := make([]catalog.Show, 0, shows)
	for n := range shows {
		s := p.Show
		s.ID = id.New[catalog.ShowID](catalog.ShowPrefix, now)
		room := rooms[n%cities]
		s.VenueID, s.HallID, s.SeatMapID, s.EventID = room.VenueID, room.HallID, room.SeatMapID, works[n/cities%events]
		s.StartsAt = now.Add(time.Duration(1+n/(cities*events)) * 12 * time.Hour)
		s.EndsAt = s.StartsAt.Add(2 * time.Hour)
		local, err := s.Local()
		if err != nil {
			return err
		}
		s.LocalDate = local.Format(time.DateOnly)
		list = append(list, s)
	}
	for done := 0; done < len(list); done += 10_000 {
		if err := client.Shows.PutAll(ctx, list[done:min(done+10_000, len(list))]); err != nil {
			return err
		}
		bench.Progress("%d of %d shows stored", done, len(list))
	}
	return client.Close()
}

// catalogue stores a venue with a hall in each city, and the events. A room is a show without a time.
func catalogue(ctx context.Context, client *bms.Client, p bmstest.Programme) ([]catalog.Show, []catalog.EventID, error) {
	var rooms []catalog.Show
	var works []catalog.EventID
	for n := range cities {
		v, h, m := p.Venue, p.Hall, p.SeatMap
		v.ID, v.Slug = id.New[catalog.VenueID](catalog.VenuePrefix, time.Now()), fmt.Sprintf("venue-%d", n)
		v.City, v.CitySlug = fmt.Sprintf("City %d", n), fmt.Sprintf("city-%d", n)
		h.ID, h.VenueID = id.New[catalog.HallID](catalog.HallPrefix, time.Now()), v.ID
		m.ID, m.HallID = id.New[catalog.SeatMapID](catalog.SeatMapPrefix, time.Now()), h.ID
		err := errors.Join(client.Catalog.PutVenue(ctx, v), client.Catalog.PutHall(ctx, h), client.Catalog.AddSeatMap(ctx, m))
		if err != nil {
			return nil, nil, err
		}
		rooms = append(rooms, catalog.Show{VenueID: v.ID, HallID: h.ID, SeatMapID: m.ID})
	}
	for n := range events {
		e := p.Event
		e.ID, e.Slug = id.New[catalog.EventID](catalog.EventPrefix, time.Now()), fmt.Sprintf("event-%d", n)
		if err := client.Catalog.PutEvent(ctx, e); err != nil {
			return nil, nil, err
		}
		works = append(works, e.ID)
	}
	return rooms, works, nil
}
