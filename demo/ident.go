package demo

import (
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"strings"
)

// seed sets everything that is left to chance: identifiers and which film runs when.
const seed = "marquee demo 1"

// digest is the hash of the words under the seed.
func digest(words ...string) [sha256.Size]byte {
	return sha256.Sum256([]byte(seed + "\x00" + strings.Join(words, "\x00")))
}

// chance returns a number that depends on the words alone.
func chance(words ...string) uint64 {
	sum := digest(words...)
	return binary.BigEndian.Uint64(sum[:])
}

// ident returns an identifier of the form of id.New whose random part is made
// from the words, so that it is the same in every programme.
func ident[T ~string](prefix string, words ...string) T {
	sum := digest(append([]string{prefix}, words...)...)
	u := sum[:16]
	var stamp [8]byte
	binary.BigEndian.PutUint64(stamp[:], uint64(published().UnixMilli())<<16)
	copy(u, stamp[:6])
	u[6] = u[6]&0x0f | 0x70 // version 7
	u[8] = u[8]&0x3f | 0x80 // variant of RFC 9562
	const length = 26
	digits := new(big.Int).SetBytes(u).Text(32)
	return T(prefix + "_" + strings.Repeat("0", length-len(digits)) + strings.Map(crockford, digits))
}

// crockford changes a digit of big.Int's base 32 into Crockford's.
func crockford(digit rune) rune {
	if digit <= '9' {
		return digit
	}
	return rune("abcdefghjkmnpqrstvwxyz"[digit-'a'])
}
