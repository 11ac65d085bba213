//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/benchmarks/ads/market"
)

// ad is one that was decided on.
type ad struct {
	creative ads.CreativeID
	token    string
	who      market.Visitor
}

// decisions asks for ads and keeps them.
type decisions struct {
	crowd *market.Crowd
	most  int
	sent  int
	who   []market.Visitor // of each connection
	ads   []ad
}

// Append implements load.Traffic.
func (d *decisions) Append(dst []byte, conn int) []byte {
	if d.sent == d.most {
		return dst
	}
	d.sent++
	dst, d.who[conn] = d.crowd.Append(dst)
	return dst
}

var (
	creativeField = []byte(`"creative":`)
	viewField     = []byte(`"view":"https://ads.example/v/`)
)

// Answered implements load.Traffic.
func (d *decisions) Answered(conn, status int, body []byte) error {
	if status != 200 {
		return fmt.Errorf("status %d: %s", status, body)
	}
	_, creative, ok := bytes.Cut(body, creativeField)
	if !ok {
		return nil // nobody wanted to be seen there
	}
	_, token, ok := bytes.Cut(body, viewField)
	end := bytes.IndexByte(token, '"')
	if !ok || end < 0 {
		return errors.New("an ad without an address for its view")
	}
	a := ad{token: string(token[:end]), who: d.who[conn]}
	for _, c := range creative {
		if c < '0' || c > '9' {
			break
		}
		a.creative = a.creative*10 + ads.CreativeID(c-'0')
	}
	d.ads = append(d.ads, a)
	return nil
}

// kind is of beacons.
type kind int

const (
	view kind = iota
	click
	kinds
)

// seen counts what was acknowledged, each token once.
type seen struct {
	acknowledged [kinds]map[ads.CreativeID]int64
}

func newSeen() *seen {
	return &seen{[kinds]map[ads.CreativeID]int64{{}, {}}}
}

func (s *seen) count(k kind) (n int64) {
	for _, of := range s.acknowledged[k] {
		n += of
	}
	return n
}

// beacon is a view or click that is to be told of.
type beacon struct {
	ad   *ad
	kind kind
	conn int // that sent it first; -1 before
	acks int
}

// beacons sends each beacon twice, the second time by another connection and often while the first is not answered.
type beacons struct {
	seen  *seen
	queue []*beacon
	asked []*beacon // of each connection
	path  []byte
}

// near is how far apart the two are sent at most, in beacons.
const near = 400

func newBeacons(list []ad, s *seen, seed uint64) *beacons {
	r := rand.New(rand.NewPCG(seed, 5))
	b := &beacons{seen: s}
	var views, clicks []*beacon
	for i := range list {
		views = append(views, &beacon{ad: &list[i], kind: view, conn: -1})
		if i < len(list)/2 && i%10 == 0 { // of the first half, so that people had the time to look
			clicks = append(clicks, &beacon{ad: &list[i], kind: click, conn: -1})
		}
	}
	b.queue = append(twice(r, views), twice(r, clicks)...)
	return b
}

// twice is a list with each of its beacons once more, somewhat later.
func twice(r *rand.Rand, list []*beacon) (all []*beacon) {
	for part := range len(list)/near + 1 {
		some := list[part*near : min(len(list), (part+1)*near)]
		from := len(all)
		all = append(append(all, some...), some...)
		r.Shuffle(len(all)-from, func(i, j int) { all[from+i], all[from+j] = all[from+j], all[from+i] })
	}
	return all
}

// Append implements load.Traffic.
func (b *beacons) Append(dst []byte, conn int) []byte {
	if len(b.queue) == 0 {
		return dst
	}
	for i := 1; i < len(b.queue) && b.queue[0].conn == conn; i++ {
		b.queue[0], b.queue[i] = b.queue[i], b.queue[0]
	}
	next := b.queue[0]
	b.queue = b.queue[1:]
	if next.conn < 0 {
		next.conn = conn
	}
	for len(b.asked) <= conn {
		b.asked = append(b.asked, nil)
	}
	b.asked[conn] = next
	b.path = append(b.path[:0], [kinds]string{"/v/", "/c/"}[next.kind]...)
	b.path = append(b.path, next.ad.token...)
	return next.ad.who.Beacon(dst, b.path)
}

// Answered implements load.Traffic.
func (b *beacons) Answered(conn, status int, body []byte) error {
	told := b.asked[conn]
	if want := [kinds]int{200, 302}[told.kind]; status != want {
		return fmt.Errorf("status %d: %s", status, body)
	}
	if told.acks++; told.acks == 1 {
		b.seen.acknowledged[told.kind][told.ad.creative]++
	}
	return nil
}
