// Package token makes and reads what travels in the addresses of an ad, and keeps the exact bits of which were used.
//
// A token says which ad was chosen, for what price, for whom and when. It is sealed by AES-GCM (NIST SP 800-38D), so nobody can change it,
// make one, or read from it what a competitor bid. The nonce is the token's own number (node, epoch, serial), which is never
// given twice: an epoch is durable before the first token of it is made.
//
//	ring, err := token.NewRing(token.Key{ID: 1, Secret: secret})
//	text := ring.Append(nil, &token.Token{Serial: 7, Line: 12, …})
//	t, err := ring.Parse(text)
//
// What may be billed is decided by Bits: one bit for each token and each thing that may happen to it once. A Bloom filter would take a tenth
// of the memory, and lose money at each false positive.
package token

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// MaxCity bounds Token.City, in bytes; longer ones are cut.
const MaxCity = 40

// Token is what was decided about one ad on one page.
type Token struct {
	Node   uint16 // which of ours decided
	Epoch  uint32 // which life of the node
	Serial uint64 // dense within the epoch, below 1<<48

	Line      ads.LineID
	Creative  ads.CreativeID
	Placement ads.PlacementID
	Price     ads.Nano // of one impression or one click, by Flags
	User      uint64   // keyed hash; zero for nobody
	Issued    uint32   // seconds since 1970
	Lifetime  uint16   // seconds in which a view counts
	Agent     uint32   // keyed hash of the user agent
	Network   uint32   // keyed hash of the address's network
	Day       int32    // whose daily budget it is: days since 1970 in the advertiser's time zone
	Flags     Flags
	City      string
}

// Flags say what kind of token it is.
type Flags uint8

// The flags.
const (
	PerClick Flags = 1 << iota // Price is paid for a click; else for an impression
	Unbilled                   // never billed: a preview, a test, the house's own
	Explored                   // chosen to learn how it does
	Video
	Measured // what comes of a click may be told of: whoever it is for agreed to that, or need not
)

// Layout: version and key, nonce in clear; the rest sealed; the tag.
const (
	version   = 1
	headSize  = 1 + nonceSize
	nonceSize = 12
	bodySize  = 4 + 4 + 4 + 8 + 8 + 4 + 2 + 4 + 4 + 4 + 1
	tagSize   = 16
	maxSize   = headSize + bodySize + MaxCity + tagSize
	maxSerial = 1<<48 - 1
)

// MaxText is the longest text of a token, in bytes.
var MaxText = base64.RawURLEncoding.EncodedLen(maxSize)

// ErrToken says that a text is no token of ours: forged, cut, changed, or sealed by a key that is gone.
var ErrToken = fault.New(fault.Invalid, "token", "this address is not valid")

// Key seals tokens. Secret has 16 or 32 bytes.
type Key struct {
	ID     uint8 // 0 to 15
	Secret []byte
}

// Ring has the keys: the first seals, all open. It is safe for concurrent use.
type Ring struct {
	first   uint8
	ciphers [16]cipher.AEAD
	secrets [16][]byte // of proofs
	buffers sync.Pool
}

type buffer struct{ plain, sealed [maxSize]byte }

// NewRing returns a ring of keys. Errors: Invalid about the key that is wrong.
func NewRing(keys ...Key) (*Ring, error) {
	if len(keys) == 0 {
		return nil, fault.Invalidf("keys", "is empty")
	}
	r := &Ring{first: keys[0].ID, buffers: sync.Pool{New: func() any { return new(buffer) }}}
	for i, k := range keys {
		field := fmt.Sprintf("keys[%d]", i)
		if int(k.ID) >= len(r.ciphers) || r.ciphers[k.ID] != nil {
			return nil, fault.Invalidf(field+".id", "must be between 0 and 15, each once")
		}
		block, err := aes.NewCipher(k.Secret)
		if err != nil {
			return nil, fault.Invalidf(field+".secret", "must have 16 or 32 bytes")
		}
		if r.ciphers[k.ID], err = cipher.NewGCM(block); err != nil {
			return nil, fmt.Errorf("token: %w", err)
		}
		r.secrets[k.ID] = bytes.Clone(k.Secret)
	}
	return r, nil
}

// Append appends the text of a token: letters, digits, - and _.
func (r *Ring) Append(dst []byte, t *Token) []byte {
	b, _ := r.buffers.Get().(*buffer)
	defer r.buffers.Put(b)
	head := b.sealed[:headSize]
	head[0] = version<<4 | r.first
	putNonce(head[1:], t)
	sealed := r.ciphers[r.first].Seal(head, head[1:], t.body(b.plain[:0]), head[:1])
	return base64.RawURLEncoding.AppendEncode(dst, sealed)
}

// Parse reads a text that Append made. Error: ErrToken.
func (r *Ring) Parse(text []byte) (t Token, err error) {
	if len(text) > MaxText {
		return t, ErrToken
	}
	b, _ := r.buffers.Get().(*buffer)
	defer r.buffers.Put(b)
	n, err := base64.RawURLEncoding.Strict().Decode(b.sealed[:], text)
	if err != nil || n < headSize+bodySize+tagSize || b.sealed[0]>>4 != version {
		return t, ErrToken
	}
	if base64.RawURLEncoding.EncodedLen(n) != len(text) { // it has line ends, which the decoder skips, and which do not belong in a header
		return t, ErrToken
	}
	aead := r.ciphers[b.sealed[0]&15]
	if aead == nil {
		return t, ErrToken
	}
	head := b.sealed[:headSize]
	plain, err := aead.Open(b.plain[:0], head[1:], b.sealed[headSize:n], head[:1])
	if err != nil {
		return t, ErrToken
	}
	t.number(head[1:])
	t.read(plain)
	return t, nil
}

func putNonce(b []byte, t *Token) {
	binary.BigEndian.PutUint16(b, t.Node)
	binary.BigEndian.PutUint32(b[2:], t.Epoch)
	binary.BigEndian.PutUint16(b[6:], uint16(t.Serial>>32&0xffff))
	binary.BigEndian.PutUint32(b[8:], uint32(t.Serial&0xffffffff))
}

func (t *Token) number(b []byte) {
	t.Node = binary.BigEndian.Uint16(b)
	t.Epoch = binary.BigEndian.Uint32(b[2:])
	t.Serial = uint64(binary.BigEndian.Uint16(b[6:]))<<32 | uint64(binary.BigEndian.Uint32(b[8:]))
}

func (t *Token) body(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(t.Line))
	b = binary.BigEndian.AppendUint32(b, uint32(t.Creative))
	b = binary.BigEndian.AppendUint32(b, uint32(t.Placement))
	b = binary.BigEndian.AppendUint64(b, uint64(t.Price))
	b = binary.BigEndian.AppendUint64(b, t.User)
	b = binary.BigEndian.AppendUint32(b, t.Issued)
	b = binary.BigEndian.AppendUint16(b, t.Lifetime)
	b = binary.BigEndian.AppendUint32(b, t.Agent)
	b = binary.BigEndian.AppendUint32(b, t.Network)
	b = binary.BigEndian.AppendUint32(b, uint32(t.Day))
	b = append(b, byte(t.Flags))
	return append(b, t.City[:min(len(t.City), MaxCity)]...)
}

func (t *Token) read(b []byte) {
	t.Line = ads.LineID(binary.BigEndian.Uint32(b))
	t.Creative = ads.CreativeID(binary.BigEndian.Uint32(b[4:]))
	t.Placement = ads.PlacementID(binary.BigEndian.Uint32(b[8:]))
	t.Price = ads.Nano(binary.BigEndian.Uint64(b[12:]))
	t.User = binary.BigEndian.Uint64(b[20:])
	t.Issued = binary.BigEndian.Uint32(b[28:])
	t.Lifetime = binary.BigEndian.Uint16(b[32:])
	t.Agent = binary.BigEndian.Uint32(b[34:])
	t.Network = binary.BigEndian.Uint32(b[38:])
	t.Day = int32(binary.BigEndian.Uint32(b[42:]))
	t.Flags = Flags(b[46])
	t.City = string(b[bodySize:])
}
