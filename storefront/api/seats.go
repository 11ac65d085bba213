package api

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"strconv"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// geometry answers with what a show's seat map draws. At the address with its digest it never changes.
func (a *API) geometry(ctx context.Context, c *call) error {
	q := c.query()
	digest := q.text("digest", 64)
	if err := q.end(); err != nil {
		return err
	}
	s, err := a.announcedShow(ctx, c.site(), catalog.ShowID(c.params[0]))
	if err != nil {
		return err
	}
	plan, err := a.client.Catalog.Plan(ctx, s.SeatMapID)
	if err != nil {
		return err
	}
	g := a.cfg.Halls.Of(plan)
	switch digest {
	case "":
		c.sendTagged(g.Digest, public(keepShows), g.JSON)
	case g.Digest:
		g.Serve(c.rc)
	default:
		return fault.NotFoundf("this show has another seat map now; ask for the show again")
	}
	return nil
}

// sendTagged answers with JSON that has a digest, or says that the client has it already.
func (c *call) sendTagged(digest, cache string, body []byte) {
	tag := `"` + digest + `"`
	c.rc.Response.Header.Set(fasthttp.HeaderETag, tag)
	if bytes.Contains(c.rc.Request.Header.Peek(fasthttp.HeaderIfNoneMatch), []byte(tag)) {
		c.rc.Response.Header.Set(fasthttp.HeaderCacheControl, cache)
		c.rc.SetStatusCode(fasthttp.StatusNotModified)
		return
	}
	c.sendRaw(fasthttp.StatusOK, cache, body)
}

// seatFrames is what has changed in a show's places. Each frame is as on the live stream:
// one with a snapshot replaces what the client knows, any other changes it.
type seatFrames struct {
	Version  int64             `json:"version"`
	Geometry string            `json:"geometry"` // digest
	Frames   []json.RawMessage `json:"frames"`
}

// anew is the version of a client that knows nothing: it gets one whole frame.
const anew = -1

// seats answers with all places, or with what has changed behind the version in since.
func (a *API) seats(ctx context.Context, c *call) error {
	q := c.query()
	since := q.integer("since", 0, math.MaxInt64, anew)
	if err := q.end(); err != nil {
		return err
	}
	show := catalog.ShowID(c.params[0])
	if err := a.mustBeAnnounced(ctx, c.site(), show); err != nil {
		return err
	}
	snap, err := a.client.Seats.Snapshot(ctx, show)
	if err != nil {
		return err
	}
	frames, err := a.framesBehind(ctx, show, since)
	if err != nil {
		return err
	}
	answer := seatFrames{Version: max(since, 0), Geometry: a.cfg.Halls.Of(snap.Plan).Digest, Frames: frames}
	if len(frames) > 0 {
		answer.Version = frameVersion(frames[len(frames)-1])
	}
	return c.send(fasthttp.StatusOK, noStore, answer)
}

// framesBehind returns the frames behind a version that are there at this moment.
func (a *API) framesBehind(ctx context.Context, show catalog.ShowID, since int64) ([]json.RawMessage, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := a.client.Seats.Watch(ctx, show, since)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	frames := []json.RawMessage{}
	for frame, more := next(w); more; frame, more = next(w) {
		frames = append(frames, frame)
	}
	return frames, nil
}

// next returns a frame that is there already.
func next(w *bms.Watch) (frame []byte, more bool) {
	select {
	case frame, more = <-w.Frames:
		return frame, more
	default:
		return nil, false
	}
}

// frameVersion reads the version of an encoded frame, which is its first member.
func frameVersion(frame []byte) int64 {
	digits, _ := bytes.CutPrefix(frame, []byte(`{"v":`))
	if end := bytes.IndexAny(digits, ",}"); end >= 0 {
		digits = digits[:end]
	}
	version, _ := strconv.ParseInt(string(digits), 10, 64) // the SDK writes a number there
	return version
}
