package consent

// bits reads numbers from base64url text, six bits a letter, without decoding it first: privacy strings may end in the middle of a byte. Once it
// ran past the end or met another letter it is bad, and reads zeros.
type bits struct {
	text string
	at   int // in bits
	bad  bool
}

// read returns the next n bits, at most 64, the highest first.
func (b *bits) read(n int) uint64 {
	var v uint64
	for n > 0 && !b.bad {
		letter := b.at / 6
		if letter >= len(b.text) {
			b.bad = true
			break
		}
		six, ok := sextet(b.text[letter])
		b.bad = !ok
		left := 6 - b.at%6
		take := min(left, n)
		v = v<<take | uint64(six>>(left-take))&(1<<take-1)
		b.at += take
		n -= take
	}
	if b.bad {
		return 0
	}
	return v
}

// bit returns whether the next bit is set.
func (b *bits) bit() bool { return b.read(1) == 1 }

// skip passes over n bits, which need to be there.
func (b *bits) skip(n int) {
	b.at += n
	if b.at > len(b.text)*6 {
		b.bad = true
	}
}

// fibonacci returns the next number in Fibonacci coding: a bit for each of 1, 2, 3, 5, …, the smallest first, that adds up to it, ended by a
// second 1 in a row. Numbers that need more than 24 bits are bad: they are no section.
//
// Source: GPP, Consent String Specification, "Fibonacci Encoding".
func (b *bits) fibonacci() int {
	sum, last := 0, false
	for i, low, high := 0, 1, 2; i < 24; i, low, high = i+1, high, low+high {
		next := b.bit()
		switch {
		case b.bad:
			return 0
		case next && last:
			return sum
		case next:
			sum += low
		}
		last = next
	}
	b.bad = true
	return 0
}

// whole reports whether every letter is of the alphabet, also those that nobody reads.
func (b *bits) whole() bool {
	for i := range len(b.text) {
		if _, ok := sextet(b.text[i]); !ok {
			return false
		}
	}
	return !b.bad
}

// sextet returns what a letter of base64url stands for (RFC 4648, section 5).
func sextet(c byte) (byte, bool) {
	switch {
	case 'A' <= c && c <= 'Z':
		return c - 'A', true
	case 'a' <= c && c <= 'z':
		return c - 'a' + 26, true
	case '0' <= c && c <= '9':
		return c - '0' + 52, true
	case c == '-':
		return 62, true
	case c == '_':
		return 63, true
	}
	return 0, false
}
