package adserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/frequency"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/token"
)

// recover sets budgets, caps and marks to where they were: by the database as far as it has come, and by the journal from there on.
func (e *Engine) recover(ctx context.Context, applied uint64) error {
	if err := e.restoreCaps(); err != nil {
		return err
	}
	catalog, _, err := e.store.Catalog(ctx)
	if err != nil {
		return fmt.Errorf("adserver: %w", err)
	}
	now := e.cfg.Now()
	if err := e.live.follow(catalog, nil, now, e.curve); err != nil {
		e.cfg.Logger.ErrorContext(ctx, "pace of a line", slog.String("error", err.Error()))
	}
	spending, err := e.store.Spending(ctx, sinceDay(now))
	if err != nil {
		return fmt.Errorf("adserver: %w", err)
	}
	for line, amount := range spending.Lines {
		e.live.spentInAll(line, amount)
	}
	for _, s := range spending.Days {
		e.live.spentOn(s.Line, s.Day, s.Amount)
	}
	if err := e.users.load(ctx, e.store); err != nil {
		return err
	}
	if err := e.rates(ctx, now); err != nil {
		return err
	}
	e.marks.begin(e.journal.Next(), now)
	if err := e.restoreMarks(ctx); err != nil {
		return err
	}
	if err := e.replay(applied); err != nil {
		return err
	}
	return e.recall(ctx)
}

// restoreMarks sets the marks of what is booked. The journal has them too, unless it is a new one because the disk was lost: what nobody knows of any more
// then was not booked, and may be counted again.
func (e *Engine) restoreMarks(ctx context.Context) error {
	data, err := e.store.Marks(ctx, e.cfg.Node)
	if err == nil {
		err = ledger.ReadMarks(data, e.remark)
	}
	if err != nil {
		return fmt.Errorf("adserver: %w", err)
	}
	return nil
}

// sinceDay is the first day that may not be over: somewhere it is yesterday still.
func sinceDay(now time.Time) int32 { return int32(now.Unix()/secondsPerDay) - 1 }

// rateDays is how far back click rates look.
const rateDays = 90

// rates enters what is known of click rates.
func (e *Engine) rates(ctx context.Context, now time.Time) error {
	rows, err := e.store.Report(ctx, store.Query{
		All: true, From: now.AddDate(0, 0, -rateDays), To: now, By: []store.Dim{store.ByLine, store.ByCreative},
	})
	if err != nil {
		return fmt.Errorf("adserver: read click rates: %w", err)
	}
	for _, r := range rows {
		if line := e.live.line(r.Line); line != nil {
			line.add(r.Creative, r.Views, r.Clicks)
		}
	}
	return nil
}

// replay reads what is left of the journal: all of it for the marks and caps, and for the budgets what the database has not got yet.
func (e *Engine) replay(applied uint64) error {
	var ev ledger.Event
	return e.journal.Read(e.journal.First(), func(n uint64, record []byte) error {
		if err := ev.Read(record); err != nil {
			return fmt.Errorf("adserver: record %d of the journal: %w", n, err)
		}
		if ev.Serial != 0 {
			e.remark(ledger.Mark{Epoch: ev.Epoch, Serial: ev.Serial, Kind: ev.Kind, Refused: ev.Reason != 0})
		}
		if ev.Kind == ledger.View && ev.Reason == 0 && ev.User != 0 {
			e.caps.Replay(ticketOf(&ev), ev.At, n+1)
		}
		if n >= applied {
			if ev.Gross > 0 {
				e.live.spentInAll(ev.Place.Line, ev.Gross)
				e.live.spentOn(ev.Place.Line, ev.Day, ev.Gross)
			}
			e.live.count(&ev)
		}
		return nil
	})
}

// remark sets what happened to a token again.
func (e *Engine) remark(m ledger.Mark) {
	bits := e.used.of(m.Epoch)
	switch {
	case m.Refused:
		bits.Set(refusal(m.Kind), m.Serial)
	case m.Kind == ledger.View:
		bits.Set(token.Viewed, m.Serial)
		bits.Set(token.Closed, m.Serial)
	case m.Kind == ledger.Click:
		bits.Set(token.Clicked, m.Serial)
	}
}

// ticketOf is the place within caps that a view took.
func ticketOf(ev *ledger.Event) frequency.Ticket {
	return frequency.Ticket{User: ev.User, At: uint32(ev.At.Unix()), IDs: [4]uint32{
		frequency.Advertiser: uint32(ev.Place.Advertiser), frequency.Campaign: uint32(ev.Place.Campaign),
		frequency.Line: uint32(ev.Place.Line), frequency.Creative: uint32(ev.Place.Creative),
	}}
}

// spentInAll enters what a line spent before this life, of the budgets without a day. Of shared ones it is not this node's: what can be leased
// is less by it.
func (l *live) spentInAll(id ads.LineID, amount ads.Nano) {
	if line := l.line(id); line != nil && !l.shared {
		line.purse.total.Spend(amount)
		line.campaign.purse.total.Spend(amount)
		line.campaign.advertiser.balance.Spend(amount)
	}
}

// spentOn enters what a line spent on a day before this life. Days that are over are nobody's any more.
func (l *live) spentOn(id ads.LineID, day int32, amount ads.Nano) {
	line := l.line(id)
	if line == nil || l.shared {
		return
	}
	for _, p := range []*purse{&line.purse, &line.campaign.purse} {
		if account, of := p.today(day); of == day {
			account.Spend(amount)
		}
	}
}

// add enters views and clicks in the click rates of a line and of one of its creatives.
func (l *liveLine) add(c ads.CreativeID, views, clicks int64) {
	for _, counts := range []*counts{&l.counts, l.arm(c)} {
		counts.views.Add(views)
		counts.clicks.Add(clicks)
	}
}

// count enters a view or click in the click rates.
func (l *live) count(ev *ledger.Event) {
	line := l.line(ev.Place.Line)
	if line == nil || ev.Reason != 0 {
		return
	}
	switch ev.Kind {
	case ledger.View:
		line.add(ev.Place.Creative, 1, 0)
	case ledger.Click:
		line.add(ev.Place.Creative, 0, 1)
	case ledger.Conversion, ledger.Decision:
	}
}

func (e *Engine) capsPath() string { return filepath.Join(e.cfg.Dir, "seen.checkpoint") }

func (e *Engine) restoreCaps() error {
	f, err := os.Open(e.capsPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("adserver: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	if err := e.caps.Restore(f); err != nil {
		return fmt.Errorf("adserver: what people have seen, in %s: %w: delete the file to begin without it", f.Name(), err)
	}
	return nil
}

// checkpoint saves what people have seen, and lets go of what the journal is no longer needed for.
func (e *Engine) checkpoint() error {
	e.saving.Lock()
	defer e.saving.Unlock()
	upto := e.journal.Next() // whatever has a lower number is counted: see countView
	e.caps.Settled(upto)
	path := e.capsPath()
	f, err := os.Create(path + ".new") // what a crash leaves of it is written over
	if err != nil {
		return fmt.Errorf("adserver: %w", err)
	}
	err = e.caps.Checkpoint(f)
	// It must have no view that a crash can still take back, or another view would get that one's number and pass for counted.
	err = errors.Join(err, e.journal.Last().Wait(context.Background()), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("adserver: save what people have seen: %w", errors.Join(err, os.Remove(f.Name())))
	}
	if err := syncDir(e.cfg.Dir); err != nil { // or a power cut brings back the one before, with who was erased since
		return fmt.Errorf("adserver: save what people have seen: %w", err)
	}
	e.marks.saved(upto)
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
