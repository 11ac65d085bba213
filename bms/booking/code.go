package booking

import (
	"crypto/ed25519"
	"encoding/base32"
	"maps"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// CodeLen is the length of every ticket code. It is no accident: 178
// alphanumeric characters are what a QR symbol of version 7 holds at
// error-correction level M (ISO/IEC 18004, table 7).
const CodeLen = 178

// Why a ticket code does not admit.
var (
	// ErrNoCode says that a text is not a ticket code at all.
	ErrNoCode = fault.New(fault.Invalid, "no_ticket_code", "this is not a ticket code")
	// ErrUnknownKey says that the gate lacks the key: it is to be updated.
	ErrUnknownKey = fault.New(fault.Unauthenticated, "unknown_key", "this gate does not have the key of this ticket, please update it")
	// ErrForged says that the signature is wrong.
	ErrForged = fault.New(fault.Unauthenticated, "forged_ticket", "this ticket is not genuine")
	// ErrOtherShow says that the ticket is for another show.
	ErrOtherShow = fault.New(fault.Conflict, "other_show", "this ticket is for another show")
	// ErrTooEarly says that the ticket is not valid yet.
	ErrTooEarly = fault.New(fault.Conflict, "too_early", "this ticket is not valid yet")
	// ErrOver says that the ticket is not valid any more.
	ErrOver = fault.New(fault.Expired, "ticket_over", "this ticket is not valid any more")
)

// TicketClaims is what a ticket code says.
type TicketClaims struct {
	ShowID   string // "shw_" and 26 letters or digits
	TicketID TicketID
	Seat     int32 // NoSeat for an area
	// ValidFrom and ValidUntil bound when the ticket admits, in whole minutes,
	// UTC. Zero means no bound.
	ValidFrom, ValidUntil time.Time
}

// Admits returns nil when a ticket with these claims opens a gate of the show
// now: ErrOtherShow, ErrTooEarly or ErrOver otherwise. Whether it has been
// cancelled or used is for the gate's lists to say.
func (c TicketClaims) Admits(showID string, now time.Time) error {
	switch {
	case c.ShowID != showID:
		return ErrOtherShow
	case !c.ValidFrom.IsZero() && now.Before(c.ValidFrom):
		return ErrTooEarly
	case !c.ValidUntil.IsZero() && !now.Before(c.ValidUntil):
		return ErrOver
	}
	return nil
}

// KeyID names a signing key, so that keys can change: gates get the new public
// key first, then signing moves to it, and the old one stays with the gates
// until the last show sold under it is over.
type KeyID uint16

// Signer makes ticket codes. It is safe for concurrent use.
type Signer struct {
	id  KeyID
	key ed25519.PrivateKey
}

// NewSigner returns a Signer with the given key, which must be 64 bytes as
// ed25519.NewKeyFromSeed returns it. Error: an Invalid fault about key.
func NewSigner(id KeyID, key ed25519.PrivateKey) (*Signer, error) {
	if len(key) != ed25519.PrivateKeySize {
		return nil, fault.Invalidf("key", "must be an Ed25519 private key of %d bytes, not %d", ed25519.PrivateKeySize, len(key))
	}
	return &Signer{id: id, key: key}, nil
}

// Verifier returns a Verifier that knows this signer's key alone.
func (s *Signer) Verifier() *Verifier {
	return &Verifier{keys: map[KeyID]ed25519.PublicKey{s.id: s.key.Public().(ed25519.PublicKey)}}
}

// Sign returns the code of a ticket: CodeLen capital letters and digits, which
// suit the alphanumeric mode of QR. The same claims give the same code.
// ValidFrom is cut to the minute and ValidUntil extended to the next. Errors:
// an Invalid fault that names the claim.
func (s *Signer) Sign(c TicketClaims) (string, error) {
	p, err := c.pack(s.id)
	if err != nil {
		return "", err
	}
	raw := append(p[:], ed25519.Sign(s.key, signed(p[:]))...)
	return codeEncoding.EncodeToString(raw), nil
}

// Verifier checks ticket codes without a network. It is immutable and safe for
// concurrent use.
type Verifier struct {
	keys map[KeyID]ed25519.PublicKey
}

// NewVerifier returns a Verifier that knows the given public keys. Error: an
// Invalid fault about keys when one is not 32 bytes.
func NewVerifier(keys map[KeyID]ed25519.PublicKey) (*Verifier, error) {
	for id, key := range keys {
		if len(key) != ed25519.PublicKeySize {
			return nil, fault.Invalidf("keys", "must be Ed25519 public keys of %d bytes, but key %d has %d", ed25519.PublicKeySize, id, len(key))
		}
	}
	return &Verifier{keys: maps.Clone(keys)}, nil
}

// Verify returns what a genuine code says. Spaces around the code and small
// letters are forgiven. Errors: ErrNoCode, ErrUnknownKey, ErrForged.
func (v *Verifier) Verify(code string) (TicketClaims, error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	if len(code) != CodeLen {
		return TicketClaims{}, ErrNoCode
	}
	raw, err := codeEncoding.DecodeString(code)
	// Decoding ignores line breaks and the two spare bits; encoding again
	// shows whether this is the one way to write it.
	if err != nil || codeEncoding.EncodeToString(raw) != code || raw[0] != codeVersion {
		return TicketClaims{}, ErrNoCode
	}
	claims, keyID := unpack(raw[:payloadLen])
	key, known := v.keys[keyID]
	if !known {
		return TicketClaims{}, ErrUnknownKey
	}
	if !ed25519.Verify(key, signed(raw[:payloadLen]), raw[payloadLen:]) {
		return TicketClaims{}, ErrForged
	}
	return claims, nil
}

// codeEncoding is Crockford's base 32 in capitals: all of it is in QR's
// alphanumeric set, and unlike base 45 it has no spaces or signs to be lost.
var codeEncoding = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// signed returns the bytes that are signed. Their prefix keeps a signature from
// meaning anything outside ticket codes, should the key ever be used elsewhere.
func signed(payload []byte) []byte {
	return append([]byte("marquee ticket code\x00"), payload...)
}
