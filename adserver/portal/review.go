package portal

import (
	"fmt"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// reviewView is the queue of creatives that wait to be looked at.
type reviewView struct {
	Rows  []reviewRow
	Pager pager
}

type reviewRow struct{ Name, Path, Advertiser, Format, Landing string }

func atReview(id ads.CreativeID) string { return fmt.Sprintf("/review/%d", id) }

func (p *Portal) reviewPage(r *request) error {
	page, err := r.page()
	if err != nil {
		return err
	}
	list, err := p.db.Creatives.List(r.ctx, store.Filter{All: true, State: string(ads.Submitted), Page: page})
	if err != nil {
		return err
	}
	var v reviewView
	names := map[uint32]string{}
	for _, k := range list {
		if names[k.Owner] == "" {
			a, err := p.db.Advertisers.Get(r.ctx, ads.AdvertiserID(k.Owner))
			if err != nil {
				return err
			}
			names[k.Owner] = a.Value.Name
		}
		c := k.Value
		v.Rows = append(v.Rows, reviewRow{c.Name, atReview(c.ID), names[k.Owner], formatText(c), c.Landing})
		v.Pager = pagerOf(page, len(list), uint32(c.ID), "")
	}
	return r.show(fasthttp.StatusOK, reviewPage(r.frame("Creatives to review"), v))
}

// judgeView is one creative before its reviewer.
type judgeView struct {
	At         string
	C          ads.Creative
	State      string
	Open       bool
	Advertiser string
	Domain     string // what is known of the domain that it leads to
	Facts      []fact
	Texts      []fact
	Previews   []preview
}

func (p *Portal) reviewCreativePage(r *request) error {
	f := newForm()
	f.Revision = r.creative.Revision
	return r.judgeForm(fasthttp.StatusOK, f)
}

func (r *request) judgeForm(status int, f *form) error {
	c, a := r.creative.Value, r.advertiser.Value
	fit, err := r.fitting()
	if err != nil {
		return err
	}
	at := atReview(c.ID)
	v := judgeView{
		At: at, C: c, State: stateText(c), Open: c.Review == ads.Submitted, Advertiser: a.Name, Facts: creativeFacts(c), Texts: textsOf(c),
		Previews: previews(at+"/preview", c, fit), Domain: c.LandingHost() + " is verified as the advertiser's",
	}
	if !a.Owns(c.LandingHost()) {
		v.Domain = c.LandingHost() + " is not verified as the advertiser's"
	}
	r.parts = []crumb{{"/review", "Review"}}
	return r.show(status, judgePage(r.frame("Review "+c.Name), f, v))
}

// textsOf are the words of a creative, so that they are read as they are sent.
func textsOf(c ads.Creative) []fact {
	switch c.Format {
	case ads.Image:
		return []fact{{"Says to who does not see it", c.Image.Alt}}
	case ads.HTML:
		return []fact{{"Markup", c.HTML}}
	case ads.Native:
		return []fact{{"Title", c.Native.Title}, {"Text", c.Native.Body}, {"Button", c.Native.Action}, {"Says to who does not see it", c.Native.Image.Alt}}
	case ads.Video:
		return []fact{{"File", c.Video.URL}, {"Type", c.Video.MIME}}
	}
	return nil
}

// judge approves or rejects what the reviewer saw: the revision of the form. A creative that was changed meanwhile has to be looked at again.
func (p *Portal) judge(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	c, notice := r.creative.Value, "approved"
	if c.Review != ads.Submitted {
		return errJudged
	}
	switch f.Value("verdict") {
	case "approve":
		c.Review, c.ReviewNote = ads.Approved, f.Value("note")
	case "reject":
		c.Review, c.ReviewNote, notice = ads.Rejected, f.Value("note"), "rejected"
		if c.ReviewNote == "" {
			f.Problems = append(f.Problems, problem{"note", "must say what has to be changed"})
		}
	default:
		f.Problems = append(f.Problems, problem{"", "choose to approve or to reject"})
	}
	if len([]rune(c.ReviewNote)) > maxNote {
		f.Problems = append(f.Problems, problem{"note", fmt.Sprintf("is longer than %d characters", maxNote)})
	}
	if !f.OK() {
		return r.judgeForm(fasthttp.StatusBadRequest, f)
	}
	if _, err := p.db.Creatives.Update(r.ctx, r.by(), c, f.Revision); err != nil {
		return err
	}
	return r.done("/review", notice)
}

// maxNote bounds a reviewer's note, in characters.
const maxNote = 500
