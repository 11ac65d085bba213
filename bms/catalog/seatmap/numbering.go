package seatmap

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Order says in which direction the seats of a row are numbered. Left and right
// are as seen from the seats.
type Order string

// The orders, for a row of six seats.
const (
	LeftToRight Order = "ltr"       // 1 2 3 4 5 6
	RightToLeft Order = "rtl"       // 6 5 4 3 2 1
	OddLeft     Order = "odd-left"  // 5 3 1 2 4 6: from the centre out, odd numbers on the left
	OddRight    Order = "odd-right" // 6 4 2 1 3 5: from the centre out, odd numbers on the right
)

// Valid reports whether o is one of the orders.
func (o Order) Valid() bool {
	switch o {
	case LeftToRight, RightToLeft, OddLeft, OddRight:
		return true
	}
	return false
}

// Numbering is how the seats of a row get their labels. The zero value numbers
// them 1, 2, 3 from the left.
type Numbering struct {
	Order Order // empty means LeftToRight

	// Start is the lowest number; 0 means 1. With OddLeft and OddRight each side starts with
	// the lowest number of its own that is not below Start.
	Start int

	// Step is the difference between neighbours; 0 means 1. Blocks that have odd
	// or even numbers alone use 2. OddLeft and OddRight have no step.
	Step int
}

const maxNumber = 999_999

// Validate returns an Invalid fault that names the field at fault, or nil.
func (n Numbering) Validate() error {
	switch {
	case n.Order != "" && !n.Order.Valid():
		return fault.Invalidf("numbers", "there is no order %q; the orders are ltr, rtl, odd-left and odd-right", clip(string(n.Order)))
	case n.Start < 0 || n.Start > maxNumber:
		return fault.Invalidf("start", "must be between 1 and %d, not %d", maxNumber, n.Start)
	case n.Step < 0 || n.Step > 100:
		return fault.Invalidf("step", "must be between 1 and 100, not %d", n.Step)
	case n.Step > 1 && n.split():
		return fault.Invalidf("step", "odd and even numbers split at the centre have no step")
	}
	return nil
}

func (n Numbering) split() bool { return n.Order == OddLeft || n.Order == OddRight }

// Labels returns the labels, from left to right, of a row with so many seats left
// and right of the centre. Only OddLeft and OddRight care where the centre is.
func (n Numbering) Labels(left, right int) []string {
	start, step := max(n.Start, 1), max(n.Step, 1)
	odd, even := start|1, start+start&1 // the lowest odd and even number not below start
	switch n.Order {
	case RightToLeft:
		return descend(nil, start, step, left+right)
	case OddLeft:
		return ascend(descend(nil, odd, 2, left), even, 2, right)
	case OddRight:
		return ascend(descend(nil, even, 2, left), odd, 2, right)
	case LeftToRight:
	}
	return ascend(nil, start, step, left+right)
}

func ascend(list []string, start, step, count int) []string {
	for i := range count {
		list = append(list, strconv.Itoa(start+i*step))
	}
	return list
}

func descend(list []string, start, step, count int) []string {
	for i := count - 1; i >= 0; i-- {
		list = append(list, strconv.Itoa(start+i*step))
	}
	return list
}

// SkipIO leaves out the letters that are mistaken for digits, as most halls do.
const SkipIO = "IO"

// RowNaming is how rows follow each other: A, B, C … Z, AA, BB …; 1, 2, 3; or a
// prefix with a number, R1, R2.
type RowNaming struct {
	First string // label of the first row; empty means "A"
	Skip  string // capital letters that no row has, such as SkipIO
}

// Labels returns the labels of n rows, nil when the first label has no
// successors (see Next) and n is above 1.
func (r RowNaming) Labels(n int) []string {
	label, ok := r.First, true
	if label == "" {
		label = "A"
	}
	list := make([]string, 0, n)
	for len(list) < n {
		if !ok {
			return nil
		}
		list = append(list, label)
		label, ok = r.Next(label)
	}
	return list
}

// Next returns the label after the given one, and whether there is one: labels
// that end in a digit count on, a letter or the same letter several times goes on with
// the next letter, and Z with AA.
func (r RowNaming) Next(label string) (string, bool) {
	digits := len(label) - len(strings.TrimRight(label, "0123456789"))
	if digits > 0 {
		return countOn(label[:len(label)-digits], label[len(label)-digits:])
	}
	if !sameLetter(label) {
		return "", false
	}
	letter, count := label[0], len(label)
	for range 26 {
		letter++
		if letter == 'Z'+1 || letter == 'z'+1 {
			letter, count = letter-26, count+1
		}
		if !strings.ContainsRune(r.Skip, unicode.ToUpper(rune(letter))) {
			return strings.Repeat(string(rune(letter)), count), count <= MaxLabel
		}
	}
	return "", false
}

// countOn adds one to the number, keeping leading zeros: R09 is followed by R10.
func countOn(prefix, number string) (string, bool) {
	n, err := strconv.Atoi(number)
	if err != nil || n > maxNumber {
		return "", false
	}
	next := strconv.Itoa(n + 1)
	if pad := len(number) - len(next); pad > 0 {
		next = strings.Repeat("0", pad) + next
	}
	return prefix + next, len(prefix)+len(next) <= MaxLabel
}

func sameLetter(label string) bool {
	if label == "" {
		return false
	}
	c := label[0]
	return (c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z') && strings.Count(label, label[:1]) == len(label)
}
