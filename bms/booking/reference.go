package booking

import (
	"fmt"
	"io"
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Reference is a booking's short name for people, such as "K7PWXF3X": 8
// characters of an alphabet without vowels, so that no word appears, and
// without look-alikes (B 8, G 6, I L 1, O 0, S 5, Z 2 never meet). The last
// is a check character that catches every single wrong character and every
// swap of two.
//
// There are 23 to the power of 7, 3.4 billion; a store keeps them unique and
// draws again when one is taken.
type Reference string

const (
	referenceLen = 8
	// referenceAlphabet has 23 characters. That 23 is prime is what makes the
	// check character catch every swap.
	referenceAlphabet = "2346789CDFHJKMNPQRTVWXY"
)

// NewReference returns a reference of random bytes, each equally likely. Error:
// that of reading random, which for crypto/rand.Reader does not happen.
func NewReference(random io.Reader) (Reference, error) {
	const fair = 256 - 256%len(referenceAlphabet) // above it the first characters would come more often
	var out [referenceLen]byte
	var buf [2 * referenceLen]byte
	for n := 0; n < referenceLen-1; {
		if _, err := io.ReadFull(random, buf[:]); err != nil {
			return "", fmt.Errorf("draw a booking reference: %w", err)
		}
		for _, b := range buf {
			if int(b) < fair && n < referenceLen-1 {
				out[n] = referenceAlphabet[int(b)%len(referenceAlphabet)]
				n++
			}
		}
	}
	out[referenceLen-1] = checkCharacter(out[:referenceLen-1])
	return Reference(out[:]), nil
}

// ParseReference reads a reference as people type it: in any case, with spaces
// and dashes anywhere. Anything else is an Invalid fault about the field
// "reference". It does not tell whether there is such a booking.
func ParseReference(s string) (Reference, error) {
	text := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s))
	if len(text) != referenceLen {
		return "", fault.Invalidf("reference", "must have %d letters and digits, such as K7PW-XF3X", referenceLen)
	}
	for _, r := range text {
		if !strings.ContainsRune(referenceAlphabet, r) {
			return "", fault.Invalidf("reference", "has the character %q, which no reference has", r)
		}
	}
	if checkCharacter([]byte(text[:referenceLen-1])) != text[referenceLen-1] {
		return "", fault.Invalidf("reference", "is mistyped, please compare each character")
	}
	return Reference(text), nil
}

// Display returns the reference in two groups of four, as it is printed.
func (r Reference) Display() string {
	if len(r) != referenceLen {
		return string(r)
	}
	return string(r[:referenceLen/2]) + "-" + string(r[referenceLen/2:])
}

// checkCharacter returns the character that makes the sum of position times
// value a multiple of 23. Position and difference of two values are never 0
// modulo that prime, nor is the product of two such differences, which is what
// a wrong character or a swap would change the sum by.
func checkCharacter(body []byte) byte {
	const p = len(referenceAlphabet)
	sum := 0
	for i, c := range body {
		sum += (i + 2) * strings.IndexByte(referenceAlphabet, c)
	}
	return referenceAlphabet[(p-sum%p)%p] // the check character's own weight is 1
}
