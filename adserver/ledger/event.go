package ledger

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Append appends the event as a record of the journal.
func (e *Event) Append(dst []byte) []byte {
	dst = append(dst, recordVersion, byte(e.Kind), e.Reason)
	dst = append(dst, currencyOf(e.Place.Currency)...)
	for _, id := range [...]uint32{
		uint32(e.Place.Advertiser), uint32(e.Place.Campaign), uint32(e.Place.Line), uint32(e.Place.Creative),
		uint32(e.Place.Publisher), uint32(e.Place.Placement), uint32(e.Day), e.Count, e.Epoch,
	} {
		dst = binary.LittleEndian.AppendUint32(dst, id)
	}
	for _, n := range [...]uint64{uint64(e.At.UnixMicro()), uint64(e.Gross), uint64(e.Share), e.Serial, e.User} {
		dst = binary.LittleEndian.AppendUint64(dst, n)
	}
	dst = append(dst, byte(e.Flags))
	return append(dst, e.Place.City...)
}

const (
	recordVersion = 1
	fixedSize     = 3 + 3 + 9*4 + 5*8 + 1
)

// ErrRecord says that a record is none of this version's.
var ErrRecord = errors.New("ledger: not a record of an event")

// Read reads a record that Append made. City shares no memory with it.
func (e *Event) Read(b []byte) error {
	if len(b) < fixedSize || b[0] != recordVersion {
		return ErrRecord
	}
	*e = Event{Kind: Kind(b[1]), Reason: b[2]}
	e.Place.Currency = money.Currency(b[3:6])
	var ids [9]uint32
	for i := range ids {
		ids[i] = binary.LittleEndian.Uint32(b[6+4*i:])
	}
	b = b[6+4*len(ids):]
	var ns [5]uint64
	for i := range ns {
		ns[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	b = b[8*len(ns):]
	e.Place.Advertiser, e.Place.Campaign = ads.AdvertiserID(ids[0]), ads.CampaignID(ids[1])
	e.Place.Line, e.Place.Creative = ads.LineID(ids[2]), ads.CreativeID(ids[3])
	e.Place.Publisher, e.Place.Placement = ads.PublisherID(ids[4]), ads.PlacementID(ids[5])
	e.Day, e.Count, e.Epoch = int32(ids[6]), ids[7], ids[8]
	e.At = time.UnixMicro(int64(ns[0])).UTC()
	e.Gross, e.Share, e.Serial, e.User = ads.Nano(ns[1]), ads.Nano(ns[2]), ns[3], ns[4]
	e.Flags = Flags(b[0])
	e.Place.City = string(b[1:])
	return nil
}

// currencyOf is exactly three letters, so that records have one shape.
func currencyOf(c money.Currency) string {
	if len(c) != 3 {
		return "XXX" // ISO 4217: no currency
	}
	return string(c)
}
