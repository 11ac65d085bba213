package api

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/openrtb"
	"github.com/marquee-tickets/marquee/adserver/vast"
)

// offer makes a bid of what was decided. The price is what the auction says: with it the line pays no more to us than the exchange may ask.
// What is not bid after all has nothing kept for it.
func (b *bidding) offer(k *ask, ad *adserver.Ad) {
	if b.enter(k, ad) {
		return
	}
	if _, err := b.api.engine.Lose(b.api.engine.LossOf(ad.Token)); err != nil {
		b.api.cfg.Logger.Error("no bid, and its reservation is kept", slog.Any("error", err))
	}
}

// enter adds what was decided to the bids, if it is one.
func (b *bidding) enter(k *ask, ad *adserver.Ad) bool {
	c := ad.Creative
	bid := openrtb.Bid{
		ID: strconv.FormatUint(b.answer.ID, 36) + "-" + strconv.Itoa(ad.Slot), ImpID: k.imp.ID, Price: int64(ad.Price) * perMille,
		ADomain: []string{ad.Landing}, CID: strconv.Itoa(int(ad.Line.Campaign)), CrID: strconv.Itoa(int(c.ID)), Cat: c.Categories,
		W: c.Size.Width, H: c.Size.Height, Exp: b.api.engine.Lifetime(c.Format), LURL: b.api.base + "/l/" + string(b.api.engine.LossOf(ad.Token)),
	}
	if ad.PerClick {
		bid.Price = int64(ad.Worth) * perMille
	}
	if bid.Price <= 0 || bid.Price < k.imp.Floor {
		return false
	}
	var err error
	if bid.AdM, bid.MType, err = b.markup(k, ad); err != nil || bid.AdM == "" {
		b.api.cfg.Logger.Error("bid without markup", slog.Int("creative", int(c.ID)), slog.Any("error", err))
		return false
	}
	if c.Format == ads.Video {
		bid.W, bid.H, bid.Dur = c.Video.Width, c.Video.Height, time.Duration(c.Video.Seconds)*time.Second
	}
	b.seat(strconv.Itoa(int(ad.Account)), bid)
	return true
}

// seat adds a bid to those of its seat.
func (b *bidding) seat(seat string, bid openrtb.Bid) {
	i := slices.IndexFunc(b.seats, func(s openrtb.Seat) bool { return s.Seat == seat })
	if i < 0 {
		i = len(b.seats)
		b.seats = append(b.seats, openrtb.Seat{Seat: seat})
	}
	b.seats[i].Bids = append(b.seats[i].Bids, bid)
}

// markup is what shows an ad.
func (b *bidding) markup(k *ask, ad *adserver.Ad) (string, openrtb.MType, error) {
	switch {
	case ad.Creative.Format == ads.Video || k.kind == ads.Overlay:
		one := adserver.Answer{ID: b.answer.ID, Ads: []adserver.Ad{*ad}}
		d := b.api.film(&one, k.kind == ads.Overlay)
		if len(d.Ads) == 0 {
			return "", openrtb.MTypeVideo, nil
		}
		text, err := vast.Append(nil, d)
		return string(text), openrtb.MTypeVideo, err
	case ad.Creative.Format == ads.Native:
		text, err := k.native.answer(tracker{b.api.base, ad.Token}, ad)
		return text, openrtb.MTypeNative, err
	}
	var page bytes.Buffer
	one := adserver.Answer{Ads: []adserver.Ad{*ad}}
	err := bidMarkup(frameOf(b.api.base, &one)).Render(context.Background(), &page)
	return page.String(), openrtb.MTypeBanner, err
}
