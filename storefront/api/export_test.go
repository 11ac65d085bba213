package api

import (
	"context"
	"net"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// Routes lists the routes as "GET /api/v1/cities".
func (a *API) Routes() []string {
	var list []string
	for _, r := range a.routes() {
		list = append(list, r.method+" /api"+r.path)
	}
	return list
}

// Follow streams a show to a connection until that is over, as a server has it done.
func (a *API) Follow(conn net.Conn, show catalog.ShowID) {
	a.streams.serve(conn, func(ctx context.Context, s *stream) { a.follow(ctx, s, show, anew) })
}

// Streams is how many live streams are open.
func (a *API) Streams() int {
	a.streams.mu.Lock()
	defer a.streams.mu.Unlock()
	return len(a.streams.open)
}

// The readers of bodies, for tests that need no server.
var (
	ReadHold    = readHold
	ReadBooking = readBooking
	ReadWait    = readWait
	ReadPayment = readPayment
	ReadGate    = readGate
)

// HoldOf makes the wire form of a hold.
var HoldOf = holdOf

// Table finds the handler's route of a path below /api, with its parameters.
type Table struct{ root *node }

// NewTable makes the table of the API's own routes.
func NewTable() Table { return Table{newTree((&API{}).routes())} }

// Find returns what the path allows, empty for a path that has no route.
func (t Table) Find(path []byte) (allow string, found [maxParams]string) {
	n, p := t.root.find(path)
	if n == nil {
		return "", p
	}
	return n.allow, p
}

// ReadAnything reads a body into whatever a small shape takes, for tests of the reader itself.
func ReadAnything(body []byte) (out struct {
	Text string
	N    int
	Yes  bool
	List []string
}, err error,
) {
	err = readObject(body, func(r *reader, name string) bool {
		switch name {
		case "text":
			out.Text = r.text(20)
		case "n":
			out.N = r.integer(-5, 5)
		case "yes":
			out.Yes = r.boolean()
		case "list":
			r.list(3, func() { out.List = append(out.List, r.text(20)) })
		default:
			return false
		}
		return true
	})
	return out, err
}
