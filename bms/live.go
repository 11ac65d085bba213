package bms

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// liveHub keeps a board for each show that somebody looks at: its seats' statuses
// as of a version, the latest frames, and who watches. The judge of this process
// feeds it after each commit; announcements of other nodes make it read what it missed.
type liveHub struct {
	db    store.DB
	shows *showCache

	mu     sync.Mutex
	boards map[catalog.ShowID]*board
	dirty  map[string]int64 // versions not yet announced to other nodes; remade for a show that was stored anew
}

// remade stands for a version where a show itself was stored anew, and with an empty show where something
// was that any show may stand on.
const remade int64 = -1

// Bounds of the hub: boards in memory, frames kept for those that come back
// after a break, and frames that a slow watcher may fall behind.
const (
	maxBoards   = 1024
	keptFrames  = 512
	watchBuffer = 64
)

// board is guarded by its own mutex, so that shows do not wait for each other.
type board struct {
	mu       sync.Mutex
	version  int64
	facts    *showFacts
	snapshot []byte // two bits a seat
	areas    map[string]seating.AreaState
	frames   [][]byte // of the versions up to version
	watchers map[*Watch]struct{}
	dropped  bool // the hub has forgotten it: who watches must come back
}

// Watch is a stream of a show's frames.
type Watch struct {
	// Frames carries encoded seating frames of consecutive versions. It is closed when the
	// watcher falls behind, or by Close; the watcher then starts anew from the last version it saw.
	Frames <-chan []byte

	frames chan []byte
	board  *board
	stop   func() bool // ends the wait for the watcher's context
	once   sync.Once
}

// Close ends the watch.
func (w *Watch) Close() {
	w.board.mu.Lock()
	defer w.board.mu.Unlock()
	if w.stop != nil {
		w.stop()
	}
	w.end()
}

// endWith ends the watch with a context.
func (w *Watch) endWith(ctx context.Context) {
	w.board.mu.Lock()
	defer w.board.mu.Unlock()
	w.stop = context.AfterFunc(ctx, w.Close)
}

// end closes the stream; the board is locked.
func (w *Watch) end() {
	w.once.Do(func() {
		delete(w.board.watchers, w)
		close(w.frames)
	})
}

func newLiveHub(db store.DB, shows *showCache) *liveHub {
	return &liveHub{db: db, shows: shows, boards: map[catalog.ShowID]*board{}, dirty: map[string]int64{}}
}

// publish takes a committed frame. It is called in order of versions for each show.
func (h *liveHub) publish(show catalog.ShowID, version int64, frame []byte) {
	h.mu.Lock()
	if h.dirty[string(show)] != remade {
		h.dirty[string(show)] = version
	}
	b := h.boards[show]
	h.mu.Unlock()
	if b != nil && !b.apply(version, frame) {
		h.drop(show, b)
	}
}

// apply advances the board by one frame and sends it on. False means that the board cannot go on.
func (b *board) apply(version int64, raw []byte) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if version <= b.version {
		return true
	}
	frame, err := seating.ParseFrame(raw)
	if err != nil || version != b.version+1 {
		return false
	}
	for _, s := range frame.Seats {
		setStatus(b.snapshot, s)
	}
	for key, free := range frame.Areas {
		state := b.areas[key]
		state.Key, state.Free = key, free
		b.areas[key] = state
	}
	b.version = version
	if len(b.frames) == keptFrames {
		b.frames = append(b.frames[:0:0], b.frames[keptFrames/2:]...)
	}
	b.frames = append(b.frames, raw)
	for w := range b.watchers {
		w.send(raw)
	}
	return true
}

// send gives the watcher a frame, or ends the watch when it has fallen behind.
func (w *Watch) send(frame []byte) {
	select {
	case w.frames <- frame:
	default:
		w.end()
	}
}

// drop forgets a board that missed a version. Its watchers come back and find a fresh one.
func (h *liveHub) drop(show catalog.ShowID, b *board) {
	h.mu.Lock()
	if h.boards[show] == b {
		delete(h.boards, show)
	}
	h.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dropped = true
	for w := range b.watchers {
		w.end()
	}
}

// board returns the show's board, reading it from the database when nobody looked before.
func (h *liveHub) board(ctx context.Context, show catalog.ShowID) (*board, error) {
	h.mu.Lock()
	b := h.boards[show]
	h.mu.Unlock()
	if b != nil {
		return b, nil
	}
	fresh, err := h.read(ctx, show)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	if b := h.boards[show]; b != nil {
		h.mu.Unlock()
		return b, nil
	}
	h.makeRoom()
	h.boards[show] = fresh
	h.mu.Unlock()
	return fresh, h.refresh(ctx, show, fresh)
}

// glance returns the show's board for somebody who does not come back: one that is not there is read and not kept.
func (h *liveHub) glance(ctx context.Context, show catalog.ShowID) (*board, error) {
	h.mu.Lock()
	b := h.boards[show]
	h.mu.Unlock()
	if b != nil {
		return b, nil
	}
	return h.read(ctx, show)
}

// picture is the board as it is.
func (b *board) picture() Snapshot {
	b.mu.Lock()
	defer b.mu.Unlock()
	snap := Snapshot{Version: b.version, Plan: b.facts.plan, Status: slices.Clone(b.snapshot)}
	for _, a := range b.facts.plan.Areas {
		snap.Areas = append(snap.Areas, b.areas[a.Key])
	}
	return snap
}

// remake forgets what is known of shows that were stored anew, here and, when it is announced, on the
// other nodes. Who watches comes back and finds the seat map and the quotas that hold now.
func (h *liveHub) remake(shows ...catalog.ShowID) {
	for _, show := range shows {
		h.mu.Lock()
		h.dirty[string(show)] = remade
		b := h.boards[show]
		h.mu.Unlock()
		if b != nil {
			h.drop(show, b)
		}
	}
}

// forgetFacts has all nodes read again what shows stand on.
func (h *liveHub) forgetFacts() {
	h.shows.forget()
	h.remake("")
}

// refresh drops the board when the show was stored anew since it was read, and else catches up.
func (h *liveHub) refresh(ctx context.Context, show catalog.ShowID, b *board) error {
	versions, err := view(ctx, h.db, func(tx store.Tx) (store.Locked, error) { return tx.ShowVersions(ctx, show) })
	if err != nil {
		return fmt.Errorf("versions of %s: %w", show, err)
	}
	if versions.ShowVersion != b.facts.show.Version {
		h.drop(show, b)
		return nil
	}
	return h.catchUp(ctx, show, b)
}

// makeRoom drops boards that nobody watches once there are many.
func (h *liveHub) makeRoom() {
	if len(h.boards) < maxBoards {
		return
	}
	for id, b := range h.boards {
		b.mu.Lock()
		if len(b.watchers) == 0 {
			b.dropped = true
			delete(h.boards, id)
		}
		b.mu.Unlock()
	}
}

// read makes a board from the stored inventory.
func (h *liveHub) read(ctx context.Context, show catalog.ShowID) (*board, error) {
	b := &board{areas: map[string]seating.AreaState{}, watchers: map[*Watch]struct{}{}}
	err := h.db.View(ctx, func(tx store.Tx) error {
		facts, err := h.shows.load(ctx, tx, show)
		if err != nil {
			return err
		}
		loaded, err := tx.LoadInventory(ctx, show)
		if err != nil {
			return err
		}
		inventory, err := facts.inventory(loaded)
		if err != nil {
			return err
		}
		b.facts, b.version, b.snapshot = facts, loaded.Version, inventory.Snapshot()
		for _, a := range inventory.Areas() {
			b.areas[a.Key] = a
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("seats of %s: %w", show, err)
	}
	return b, nil
}

// catchUp applies the stored frames that the board has not seen: those committed while
// it was being read, or by other nodes.
func (h *liveHub) catchUp(ctx context.Context, show catalog.ShowID, b *board) error {
	b.mu.Lock()
	since := b.version
	b.mu.Unlock()
	var frames [][]byte
	var complete bool
	err := h.db.View(ctx, func(tx store.Tx) error {
		var err error
		frames, complete, err = tx.Frames(ctx, show, since)
		return err
	})
	if err != nil {
		return fmt.Errorf("frames of %s: %w", show, err)
	}
	for i, frame := range frames {
		complete = complete && b.apply(since+1+int64(i), frame)
	}
	if !complete {
		h.drop(show, b)
	}
	return nil
}

// watch begins a stream that continues behind version since.
func (b *board) watch(since int64) *Watch {
	b.mu.Lock()
	defer b.mu.Unlock()
	missed := b.version - since
	w := &Watch{board: b}
	if b.dropped {
		w.frames = make(chan []byte)
		w.Frames = w.frames
		w.end()
		return w
	}
	switch {
	case missed < 0 || missed > int64(len(b.frames)):
		w.frames = make(chan []byte, watchBuffer+1)
		w.frames <- b.whole()
	default:
		w.frames = make(chan []byte, watchBuffer+int(missed))
		for _, frame := range b.frames[int64(len(b.frames))-missed:] {
			w.frames <- frame
		}
	}
	w.Frames = w.frames
	b.watchers[w] = struct{}{}
	return w
}

// setStatus changes a seat's two bits.
func setStatus(snapshot []byte, s seating.SeatStatus) {
	if i := int(s.Seat) / 4; i < len(snapshot) {
		shift := uint(s.Seat) % 4 * 2
		snapshot[i] = snapshot[i]&^(3<<shift) | byte(s.Status)<<shift
	}
}

// wholeFrame is the frame for those who come anew or were away for too long: it
// replaces what they know.
type wholeFrame struct {
	Version  int64          `json:"v"`
	Snapshot []byte         `json:"snapshot"` // base64 of two bits a seat
	Areas    map[string]int `json:"a,omitempty"`
}

// whole encodes the board as it is; the board is locked.
func (b *board) whole() []byte {
	f := wholeFrame{Version: b.version, Snapshot: b.snapshot, Areas: map[string]int{}}
	for key, a := range b.areas {
		f.Areas[key] = a.Free
	}
	raw, err := json.Marshal(f)
	if err != nil {
		panic(err) // numbers, bytes and strings always have a JSON form
	}
	return raw
}

// takeDirty returns the versions that other nodes have not been told of.
func (h *liveHub) takeDirty() map[string]int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.dirty) == 0 {
		return nil
	}
	taken := h.dirty
	h.dirty = map[string]int64{}
	return taken
}

// putBack notes versions again that could not be announced.
func (h *liveHub) putBack(versions map[string]int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for show, version := range versions {
		if h.dirty[show] != remade && (version == remade || h.dirty[show] < version) {
			h.dirty[show] = version
		}
	}
}

// hear is told of a version that another node committed, or that it has remade the show; an empty show says
// that any may have changed.
func (h *liveHub) hear(ctx context.Context, show string, version int64) error {
	anew := show == "" || version == remade
	if show == "" {
		h.shows.forget()
	}
	for id, b := range h.watched(catalog.ShowID(show)) {
		b.mu.Lock()
		behind := b.version < version
		b.mu.Unlock()
		var err error
		switch {
		case anew:
			err = h.refresh(ctx, id, b)
		case behind:
			err = h.catchUp(ctx, id, b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// watched returns the board of one show, or all boards.
func (h *liveHub) watched(show catalog.ShowID) map[catalog.ShowID]*board {
	h.mu.Lock()
	defer h.mu.Unlock()
	boards := map[catalog.ShowID]*board{}
	for id, b := range h.boards {
		if show == "" || id == show {
			boards[id] = b
		}
	}
	return boards
}
