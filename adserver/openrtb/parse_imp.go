package openrtb

import (
	"time"

	"github.com/valyala/fastjson"
)

func (r *reader) imps(v *fastjson.Value, q *Request) {
	r.each(v, "imp", MaxImps, func(v *fastjson.Value) {
		if q.Imps == nil {
			q.Imps = make([]Imp, 0, 4)
		}
		imp := r.imp(v)
		for i := range q.Imps {
			if q.Imps[i].ID == imp.ID {
				r.fail("id", "comes twice")
			}
		}
		q.Imps = append(q.Imps, imp)
	})
	if len(q.Imps) == 0 {
		r.fail("imp", "must not be empty")
	}
}

func (r *reader) imp(v *fastjson.Value) Imp {
	imp := Imp{
		ID: r.text(v, "id"), TagID: r.text(v, "tagid"), Instl: r.yes(v, "instl"), Secure: r.yes(v, "secure"),
		Floor: r.price(v, "bidfloor"), FloorCur: r.currency(v, "bidfloorcur", DefaultCurrency), Exp: r.seconds(v, "exp"),
		Banner: r.banner(v), Video: r.video(v), Native: r.native(v),
	}
	switch {
	case imp.ID == "":
		r.fail("id", "must not be empty")
	case imp.Banner == nil && imp.Video == nil && imp.Native == nil:
		r.fail("", "needs banner, video or native")
	}
	if v, ok := r.enter(v, "pmp"); ok {
		imp.Private = r.yes(v, "private_auction")
		r.each(v, "deals", MaxImps, func(v *fastjson.Value) { imp.Deals = append(imp.Deals, r.deal(v)) })
		r.leave()
	}
	return imp
}

func (r *reader) deal(v *fastjson.Value) Deal {
	d := Deal{
		ID: r.text(v, "id"), Floor: r.price(v, "bidfloor"), FloorCur: r.currency(v, "bidfloorcur", DefaultCurrency),
		At: r.whole(v, "at", 0, 1000), Seats: r.list(v, "wseat"),
	}
	if d.ID == "" {
		r.fail("id", "must not be empty")
	}
	return d
}

func (r *reader) banner(v *fastjson.Value) *Banner {
	v, ok := r.enter(v, "banner")
	if !ok {
		return nil
	}
	b := &Banner{
		BType: r.wholes(v, "btype"), BAttr: r.wholes(v, "battr"), Pos: r.whole(v, "pos", 0, 1000), Mimes: r.list(v, "mimes"), API: r.wholes(v, "api"),
	}
	r.each(v, "format", MaxImps, func(v *fastjson.Value) {
		// A ratio with a smallest width, of which a format may consist, fits anything that the creatives say.
		if f := (Format{r.whole(v, "w", 0, maxSide), r.whole(v, "h", 0, maxSide)}); f != (Format{}) {
			b.Formats = append(b.Formats, f)
		}
	})
	if f := (Format{r.whole(v, "w", 0, maxSide), r.whole(v, "h", 0, maxSide)}); len(b.Formats) == 0 && f != (Format{}) {
		b.Formats = []Format{f}
	}
	r.leave()
	return b
}

func (r *reader) video(v *fastjson.Value) *Video {
	v, ok := r.enter(v, "video")
	if !ok {
		return nil
	}
	f := &Video{
		Mimes: r.list(v, "mimes"), Protocols: r.wholes(v, "protocols"), Min: r.seconds(v, "minduration"), Max: r.seconds(v, "maxduration"),
		W: r.whole(v, "w", 0, maxSide), H: r.whole(v, "h", 0, maxSide), StartDelay: r.whole(v, "startdelay", -2, 24*3600),
		Plcmt: r.whole(v, "plcmt", 0, 1000), Linearity: r.whole(v, "linearity", 0, 1000), Skip: r.yes(v, "skip"), BAttr: r.wholes(v, "battr"),
		PlaybackMethod: r.wholes(v, "playbackmethod"), API: r.wholes(v, "api"), Pos: r.whole(v, "pos", 0, 1000),
		Sequence: r.whole(v, "sequence", 0, 1000), PodID: r.text(v, "podid"), MaxSeq: r.whole(v, "maxseq", 0, 1000),
		PodDur: time.Duration(r.whole(v, "poddur", 0, 24*3600)) * time.Second,
	}
	switch {
	case len(f.Mimes) == 0:
		r.fail("mimes", "must not be empty")
	case f.Max > 0 && f.Max < f.Min:
		r.fail("maxduration", "must not be below minduration")
	}
	r.leave()
	return f
}

func (r *reader) native(v *fastjson.Value) *Native {
	v, ok := r.enter(v, "native")
	if !ok {
		return nil
	}
	n := &Native{Request: r.text(v, "request"), Ver: r.text(v, "ver"), API: r.wholes(v, "api"), BAttr: r.wholes(v, "battr")}
	if n.Request == "" {
		r.fail("request", "must not be empty")
	}
	r.leave()
	return n
}
