package consent_test

import (
	"slices"
	"strings"
)

// writer makes privacy strings.
type writer struct{ bits []bool }

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func (w *writer) put(v uint64, n int) *writer {
	for i := n - 1; i >= 0; i-- {
		w.bits = append(w.bits, v>>i&1 == 1)
	}
	return w
}

func (w *writer) zeros(n int) *writer {
	w.bits = append(w.bits, make([]bool, n)...)
	return w
}

// fibonacci writes a number from 1 in Fibonacci coding.
func (w *writer) fibonacci(n int) *writer {
	numbers := []int{1, 2}
	for numbers[len(numbers)-1] <= n {
		numbers = append(numbers, numbers[len(numbers)-1]+numbers[len(numbers)-2])
	}
	var code []bool
	for _, number := range slices.Backward(numbers) {
		used := number <= n
		if used {
			n -= number
		}
		if used || len(code) > 0 {
			code = append(code, used)
		}
	}
	slices.Reverse(code)
	w.bits = append(append(w.bits, code...), true)
	return w
}

// String is the bits as letters, zeros where they fill none.
func (w *writer) String() string {
	var text strings.Builder
	for six := range slices.Chunk(w.bits, 6) {
		v := 0
		for i, on := range six {
			if on {
				v |= 32 >> i
			}
		}
		text.WriteByte(alphabet[v])
	}
	return text.String()
}

// tcf describes a TC string. Purposes are named by number.
type tcf struct {
	purposes, features []int
	vendors            []int
	ranges             bool     // vendors are written as ranges, not as bits
	restricted         [][3]int // purpose, type, vendor
	own                []int    // purposes in the segment of the publisher; nil for no such segment
}

func mask(n int, set []int) uint64 {
	var v uint64
	for _, i := range set {
		v |= 1 << (n - i)
	}
	return v
}

// head writes what comes before the vendors.
func (s tcf) head() *writer {
	w := new(writer)
	w.put(2, 6).put(17000000000, 36).put(17000000001, 36).put(31, 12).put(1, 12).put(1, 6).put(0, 12)
	return w.put(48, 12).put(4, 6).put(0, 2).put(mask(12, s.features), 12).put(mask(24, s.purposes), 24).put(0, 24).put(0, 1).put(0, 12)
}

// tcfCore is a core with vendors of the caller's making, nobody's legitimate interest, and no restrictions.
func tcfCore(vendors func(*writer)) string {
	w := tcf{}.head()
	vendors(w)
	return w.put(0, 16).put(0, 1).put(0, 12).zeros(6).String()
}

func (s tcf) String() string {
	w := s.head()
	s.putVendors(w)
	w.put(0, 16).put(0, 1)
	w.put(uint64(len(s.restricted)), 12)
	for _, r := range s.restricted {
		w.put(uint64(r[0]), 6).put(uint64(r[1]), 2).put(1, 12).put(0, 1).put(uint64(r[2]), 16)
	}
	w.put(0, (8-len(w.bits)%8)%8)
	if s.own == nil {
		return w.String()
	}
	return w.String() + "." + new(writer).put(3, 3).put(mask(24, s.own), 24).put(0, 24).put(0, 6).put(0, 3).String()
}

func (s tcf) putVendors(w *writer) {
	highest := 0
	if len(s.vendors) > 0 {
		highest = slices.Max(s.vendors)
	}
	w.put(uint64(highest), 16)
	if s.ranges {
		w.put(1, 1).put(uint64(len(s.vendors)), 12)
		for _, id := range s.vendors {
			w.put(0, 1).put(uint64(id), 16)
		}
		return
	}
	w.put(0, 1)
	for id := 1; id <= highest; id++ {
		if slices.Contains(s.vendors, id) {
			w.put(1, 1)
		} else {
			w.put(0, 1)
		}
	}
}

// gpp joins sections under a header that names them one by one.
func gpp(ids []int, sections ...string) string {
	w := new(writer).put(3, 6).put(1, 6).put(uint64(len(ids)), 12)
	last := 0
	for _, id := range ids {
		w.put(0, 1).fibonacci(id - last)
		last = id
	}
	return strings.Join(append([]string{w.String()}, sections...), "~")
}

// american makes a core of an American section: its version and answers of two bits.
func american(version int, answers ...int) string {
	w := new(writer).put(uint64(version), 6)
	for _, a := range answers {
		w.put(uint64(a), 2)
	}
	return w.String()
}
