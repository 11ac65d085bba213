package bms

import (
	"context"

	"github.com/marquee-tickets/marquee/bms/notify"
)

// mailSuggestions is what a mail suggests at most.
const mailSuggestions = 3

// suggestions finds what the buyer of a booking may like, too. It returns none when that fails or takes too long.
type suggestions func(ctx context.Context, about subject) []notify.Suggestion

// suggesting returns how the mails of one batch are given suggestions. After the first failure the others of the batch go without: a
// recommender that is down delays a batch once.
func (s mailSink) suggesting() suggestions {
	from := s.c.cfg.Suggester
	return func(ctx context.Context, about subject) []notify.Suggestion {
		if from == nil {
			return nil
		}
		asked, cancel := context.WithTimeout(ctx, s.c.cfg.SuggestFor)
		defer cancel()
		list, err := from.Suggest(asked, notify.About{
			PartnerID: about.booking.PartnerID, BrandID: about.booking.BrandID, Visitor: about.booking.Visitor, EventID: string(about.event.ID),
			City: about.venue.CitySlug, Language: about.booking.Buyer.Locale, N: mailSuggestions,
		})
		if err != nil {
			from = nil
			s.c.log.WarnContext(ctx, "mail without suggestions", logErr(err))
			return nil
		}
		return list[:min(len(list), mailSuggestions)]
	}
}
