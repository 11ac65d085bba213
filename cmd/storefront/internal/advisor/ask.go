package advisor

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/experiment"
	"github.com/marquee-tickets/marquee/storefront/foryou"
)

var (
	_ foryou.Recommender = (*Advisor)(nil)
	_ notify.Suggester   = (*Advisor)(nil)
)

// Recommend implements foryou.Recommender.
func (a *Advisor) Recommend(ctx context.Context, w foryou.Wish) ([]foryou.Suggestion, error) {
	now := a.client.Now()
	r := recommend.Request{
		Tenant: recommend.Tenant(w.Partner), User: userOf(w.Visitor), Like: recommend.ItemID(w.Like), N: w.N, Exclude: itemsOf(w.Exclude),
		Context: recommend.Context{City: w.City, Language: w.Language, Device: deviceOf(w.Phone), Now: now}, Seed: seedOf(w, now),
	}
	if w.Within {
		r.Within = w.City
	}
	for _, event := range slices.Backward(w.Recent) {
		r.Session = append(r.Session, recommend.Signal{Kind: recommend.View, Item: recommend.ItemID(event), At: now})
	}
	arm := a.arm(&r)
	answer, err := a.shelf.Recommend(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("recommend: %w", err)
	}
	list := make([]foryou.Suggestion, len(answer.Items))
	for i, p := range answer.Items {
		why := foryou.Reason{Code: string(p.Why.Code), Event: catalog.EventID(p.Why.Item), Name: p.Why.Name}
		list[i] = foryou.Suggestion{Event: catalog.EventID(p.Item), Reason: why}
	}
	a.expose(ctx, r, arm, w.Surface, answer)
	return list, nil
}

// arm puts the person into an arm of the experiment that runs; empty where none does, or nobody is known.
func (a *Advisor) arm(r *recommend.Request) string {
	if a.trial == nil || r.User == "" {
		return ""
	}
	arm := a.trial.Assign(string(r.User))
	taste := a.trial.tastes[arm.Name]
	r.Taste = &taste
	return arm.Name
}

// expose notes who was shown what by which arm.
func (a *Advisor) expose(ctx context.Context, r recommend.Request, arm, surface string, answer recommend.Answer) {
	if arm == "" || len(answer.Items) == 0 {
		return
	}
	seen := experiment.Exposure{Experiment: a.trial.Name, Arm: arm, Unit: string(r.User), Surface: surface, At: r.Context.Now}
	for _, p := range answer.Items {
		seen.Items = append(seen.Items, p.Item)
	}
	if err := a.journal.AddExposures(ctx, []experiment.Exposure{seen}); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "list of an experiment not noted", slog.String("error", err.Error()))
	}
}

// seedOf makes the same choices by chance for a visitor within an hour, so that a list does not change at every look.
func seedOf(w foryou.Wish, now time.Time) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, w.Visitor, w.Surface, now.Truncate(time.Hour).Unix()) // never fails
	return h.Sum64()
}

func itemsOf(events []catalog.EventID) []recommend.ItemID {
	list := make([]recommend.ItemID, len(events))
	for i, e := range events {
		list[i] = recommend.ItemID(e)
	}
	return list
}

func deviceOf(phone bool) recommend.Device {
	if phone {
		return recommend.Phone
	}
	return recommend.Desktop
}

// feedbackOf are deeds as recommendations know them. Browsers say what they like: an event that the site does not have leaves nothing, and a city where
// nothing is on is none.
func (a *Advisor) feedbackOf(list []foryou.Deed) []recommend.Feedback {
	e := a.engine.Programme().Now()
	feedback := make([]recommend.Feedback, 0, len(list))
	for _, d := range list {
		if item, known := e.Item(recommend.ItemID(d.Event)); !known || !item.For(recommend.Tenant(d.Partner)) {
			continue
		}
		f := recommend.Feedback{
			Kind: recommend.Kind(d.Kind), User: userOf(d.Visitor), Item: recommend.ItemID(d.Event), Tenant: recommend.Tenant(d.Partner),
			At: d.At, Device: deviceOf(d.Phone),
		}
		if e.Knows(d.City) {
			f.City = d.City
		}
		feedback = append(feedback, f)
	}
	return feedback
}

// Record implements foryou.Recommender.
func (a *Advisor) Record(ctx context.Context, list []foryou.Deed) error {
	feedback := a.feedbackOf(list)
	var outcomes []experiment.Outcome
	for _, f := range feedback {
		if f.Kind == recommend.Click {
			outcomes = append(outcomes, experiment.Outcome{Unit: string(f.User), Item: f.Item, Kind: f.Kind, At: f.At})
		}
	}
	if err := a.engine.Record(ctx, feedback); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	if a.trial == nil || len(outcomes) == 0 {
		return nil
	}
	return a.journal.AddOutcomes(ctx, outcomes)
}

// Withdraw implements foryou.Recommender.
func (a *Advisor) Withdraw(ctx context.Context, list []foryou.Deed) error {
	back := make([]recommend.Withdrawn, len(list))
	for i, d := range list {
		back[i] = recommend.Withdrawn{Kind: recommend.Kind(d.Kind), User: userOf(d.Visitor), Item: recommend.ItemID(d.Event)}
	}
	return a.engine.Withdraw(ctx, back)
}

// mostHidden is how many hidden events are listed.
const mostHidden = 200

// Hidden implements foryou.Recommender.
func (a *Advisor) Hidden(ctx context.Context, visitor string) ([]catalog.EventID, error) {
	return a.marked(ctx, visitor, recommend.Hide)
}

// marked are the events that a visitor has marked in a way, the newest first.
func (a *Advisor) marked(ctx context.Context, visitor string, kind recommend.Kind) ([]catalog.EventID, error) {
	const history = 2000
	done, err := a.journal.History(ctx, userOf(visitor), history)
	if err != nil {
		return nil, err
	}
	var list []catalog.EventID
	for _, f := range done {
		if f.Kind == kind && len(list) < mostHidden {
			list = append(list, catalog.EventID(f.Item))
		}
	}
	return list, nil
}

// Forget implements foryou.Recommender. A Gorse server forgets when it is fed next.
func (a *Advisor) Forget(ctx context.Context, visitor string) error {
	if visitor == "" {
		return nil
	}
	return a.engine.Forget(ctx, userOf(visitor))
}

// Suggest implements notify.Suggester. Who has not agreed to be known is suggested what is like the event alone.
func (a *Advisor) Suggest(ctx context.Context, about notify.About) ([]notify.Suggestion, error) {
	known, err := a.knows(ctx, about.Visitor)
	if err != nil {
		return nil, err
	}
	if !known {
		about.Visitor = ""
	}
	found, err := a.Recommend(ctx, foryou.Wish{
		Partner: catalog.PartnerID(about.PartnerID), Visitor: about.Visitor, Like: catalog.EventID(about.EventID), City: about.City, Within: true,
		Language: about.Language, N: about.N, Surface: foryou.SurfaceMail,
	})
	if err != nil {
		return nil, err
	}
	e := a.engine.Programme().Now()
	var list []notify.Suggestion
	for _, s := range found {
		event, err := a.client.Catalog.Event(ctx, s.Event)
		if err != nil {
			return nil, fmt.Errorf("event: %w", err)
		}
		why := notify.Why{Code: s.Reason.Code, Name: s.Reason.Name}
		if item, known := e.Item(recommend.ItemID(s.Reason.Event)); known {
			why.Event = item.Title
		}
		if code := recommend.ReasonCode(s.Reason.Code); code == recommend.BecauseNear || code == recommend.BecausePopular {
			why.Name, why.City = "", a.on.city(s.Reason.Name)
		}
		list = append(list, notify.Suggestion{Event: event.Title, Path: "/" + about.City + "/events/" + event.Slug, Why: why})
	}
	return list, nil
}
