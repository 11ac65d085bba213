// Package id makes and checks the identifiers of the SDK: a short prefix that
// says what the thing is, an underscore, and a UUIDv7 (RFC 9562) written in 26
// letters of Crockford's base 32. They sort by the time they were made.
//
//	type ShowID string
//	show := id.New[ShowID]("shw", now) // shw_01k9x3m2q7e8rtb5w0z4n6c1da
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

const (
	alphabet = "0123456789abcdefghjkmnpqrstvwxyz" // Crockford: no i, l, o, u
	bodyLen  = 26
)

// New returns a fresh identifier with the given prefix. Its first 48 bits are
// at in Unix milliseconds, so identifiers sort by time; the rest is random and
// cannot be guessed.
func New[T ~string](prefix string, at time.Time) T {
	var u [16]byte
	rand.Read(u[:]) // never fails: crypto/rand aborts the program instead
	ms := uint64(at.UnixMilli())
	var stamp [8]byte
	binary.BigEndian.PutUint64(stamp[:], ms<<16)
	copy(u[:6], stamp[:6])
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	return T(prefix + "_" + encode(u))
}

// Of returns the identifier that the same words always give, for what is known by what it is
// called. Its time is zero, so it sorts before all that New makes, and whoever knows the words can guess it.
func Of[T ~string](prefix string, words ...string) T {
	h := sha256.New()
	for _, w := range append([]string{prefix}, words...) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(w)))
		h.Write(size[:])
		h.Write([]byte(w))
	}
	var u [16]byte
	copy(u[6:], h.Sum(nil))
	u[6] = u[6]&0x0f | 0x80 // version 8: ours to fill (RFC 9562, section 5.8)
	u[8] = u[8]&0x3f | 0x80
	return T(prefix + "_" + encode(u))
}

// Check returns nil when v is an identifier with the given prefix, and an
// Invalid fault about field otherwise. It does not tell whether the thing exists.
func Check[T ~string](field, prefix string, v T) error {
	body, found := strings.CutPrefix(string(v), prefix+"_")
	if !found || len(body) != bodyLen || body[0] > '7' {
		return fault.Invalidf(field, "must look like %s_ and %d letters or digits", prefix, bodyLen)
	}
	for i := range len(body) {
		if strings.IndexByte(alphabet, body[i]) < 0 {
			return fault.Invalidf(field, "has the character %q, which no identifier has", body[i])
		}
	}
	return nil
}

// Time returns when v was made, to the millisecond, and false when v is not an
// identifier.
func Time[T ~string](v T) (time.Time, bool) {
	prefix, body, found := strings.Cut(string(v), "_")
	if !found || Check("", prefix, v) != nil {
		return time.Time{}, false
	}
	var ms uint64
	for i := range 10 { // 130 bits of letters carry 128: the first 10 letters are the 48 bits of time and 2 zeros
		ms = ms<<5 | uint64(strings.IndexByte(alphabet, body[i]))
	}
	return time.UnixMilli(int64(ms)).UTC(), true
}

// encode writes 128 bits as 26 letters of 5 bits, the first two bits being zero.
func encode(u [16]byte) string {
	hi, lo := binary.BigEndian.Uint64(u[:8]), binary.BigEndian.Uint64(u[8:])
	var out [bodyLen]byte
	for i := bodyLen - 1; i >= 0; i-- {
		out[i] = alphabet[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(out[:])
}
