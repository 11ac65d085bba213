package portal

import (
	"errors"
	"fmt"
	"strings"

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
	f.judge(r.creative)
	return r.judgeForm(fasthttp.StatusOK, f)
}

// judge writes into a form what is judged.
func (f *form) judge(c store.Kept[ads.Creative]) {
	f.Revision = c.Revision
	f.set("categories", strings.Join(c.Value.Categories, ", "))
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
		if c.Video.Tag != "" {
			return []fact{{"Tag of another ad server, which chooses the video each time", c.Video.Tag}}
		}
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
		f.correct(&c)
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
	_, err = p.db.Creatives.Update(r.ctx, r.by(), c, f.Revision)
	if errors.Is(err, store.ErrChanged) {
		return r.lookAgain(f)
	}
	if err != nil {
		return err
	}
	return r.done("/review", notice)
}

// correct takes the reviewer's word on what an advertiser said of its creative, and notes what is wrong with that.
func (f *form) correct(c *ads.Creative) {
	if _, there := f.values["categories"]; there {
		c.Categories = f.words("categories")
	}
	f.note(c.Reviewable())
	f.check(*c)
}

// lookAgain shows a reviewer what became of a creative meanwhile, to be judged anew.
func (r *request) lookAgain(f *form) error {
	var err error
	if r.creative, err = r.p.db.Creatives.Get(r.ctx, r.creative.Value.ID); err != nil {
		return err
	}
	f.judge(r.creative)
	f.Problems = append(f.Problems, problem{"", "the advertiser changed this meanwhile; below is how it is now"})
	return r.judgeForm(fasthttp.StatusConflict, f)
}

// maxNote bounds a reviewer's note, in characters.
const maxNote = 500
