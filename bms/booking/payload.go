package booking

import (
	"encoding/binary"
	"math"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
)

// The signed part of a ticket code, big endian:
//
//	byte   0      version, 1
//	bytes  1-2    key id
//	bytes  3-18   show id, the 128 bits of its UUID
//	bytes 19-34   ticket id, likewise
//	bytes 35-38   seat number, -1 for an area
//	bytes 39-42   valid from, minutes since 1970 in UTC, 0 for no bound
//	bytes 43-46   valid until, likewise
//
// The 64 bytes of the Ed25519 signature follow.
const (
	codeVersion = 1
	payloadLen  = 47
)

// showPrefix is the prefix of a show's identifier, which the code leaves out.
const showPrefix = "shw"

// pack writes c. Errors: an Invalid fault that names the claim.
func (c TicketClaims) pack(key KeyID) (p [payloadLen]byte, err error) {
	if err := id.Check("show_id", showPrefix, c.ShowID); err != nil {
		return p, err
	}
	if err := id.Check("ticket_id", TicketPrefix, c.TicketID); err != nil {
		return p, err
	}
	if c.Seat < NoSeat {
		return p, fault.Invalidf("seat", "must be a seat number or %d for an area, not %d", NoSeat, c.Seat)
	}
	from, err := packMinutes("valid_from", c.ValidFrom)
	if err != nil {
		return p, err
	}
	until, err := packMinutes("valid_until", ceilMinute(c.ValidUntil))
	if err != nil {
		return p, err
	}
	if !c.ValidUntil.IsZero() && until <= from {
		return p, fault.Invalidf("valid_until", "must be after valid_from")
	}
	p[0] = codeVersion
	binary.BigEndian.PutUint16(p[1:], uint16(key))
	packID(p[3:19], c.ShowID)
	packID(p[19:35], string(c.TicketID))
	binary.BigEndian.PutUint32(p[35:], uint32(c.Seat))
	binary.BigEndian.PutUint32(p[39:], from)
	binary.BigEndian.PutUint32(p[43:], until)
	return p, nil
}

// unpack reads what pack wrote, payloadLen bytes.
func unpack(p []byte) (TicketClaims, KeyID) {
	return TicketClaims{
		ShowID:     showPrefix + "_" + unpackID(p[3:19]),
		TicketID:   TicketID(TicketPrefix + "_" + unpackID(p[19:35])),
		Seat:       int32(binary.BigEndian.Uint32(p[35:])),
		ValidFrom:  unpackMinutes(binary.BigEndian.Uint32(p[39:])),
		ValidUntil: unpackMinutes(binary.BigEndian.Uint32(p[43:])),
	}, KeyID(binary.BigEndian.Uint16(p[1:]))
}

// packMinutes returns whole minutes since 1970, 0 for the zero time.
func packMinutes(field string, t time.Time) (uint32, error) {
	if t.IsZero() {
		return 0, nil
	}
	minutes := t.Unix() / 60
	if t.Unix() < 60 || minutes > math.MaxUint32 {
		return 0, fault.Invalidf(field, "must be between the years 1970 and 10136")
	}
	return uint32(minutes), nil
}

// unpackMinutes returns the zero time for 0.
func unpackMinutes(minutes uint32) time.Time {
	if minutes == 0 {
		return time.Time{}
	}
	return time.Unix(int64(minutes)*60, 0).UTC()
}

// ceilMinute returns t, or the next whole minute when it is not one.
func ceilMinute(t time.Time) time.Time {
	if cut := t.Truncate(time.Minute); cut.Before(t) {
		return cut.Add(time.Minute)
	}
	return t
}

// idAlphabet is the one that package id writes its 128 bits in.
const idAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// packID writes the 128 bits of a checked identifier to dst.
func packID(dst []byte, v string) {
	_, body, _ := strings.Cut(v, "_")
	var hi, lo uint64
	for i := range len(body) {
		hi = hi<<5 | lo>>59
		lo = lo<<5 | uint64(strings.IndexByte(idAlphabet, body[i]))
	}
	binary.BigEndian.PutUint64(dst, hi)
	binary.BigEndian.PutUint64(dst[8:], lo)
}

// unpackID returns the 26 letters and digits of 128 bits.
func unpackID(src []byte) string {
	hi, lo := binary.BigEndian.Uint64(src), binary.BigEndian.Uint64(src[8:])
	var out [26]byte
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = idAlphabet[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(out[:])
}
