package experiment

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
)

// Write writes the report for people, as text in lines. Errors are those of w.
func (r Report) Write(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s (sure to %s, whenever one looks)\n", r.Experiment, percent(1-r.Alpha))
	if r.Unfit != "" {
		fmt.Fprintf(&b, "NOT FIT TO JUDGE BY: %s\n", r.Unfit)
	}
	for i, a := range r.Arms {
		fmt.Fprintf(&b, "\n%s, %s of the visitors", a.Arm, percent(a.Share))
		if i == 0 {
			b.WriteString(", the control")
		}
		fmt.Fprintf(&b, "\n  %s visitors saw %s lists\n", thousands(a.Units), thousands(a.Exposures))
		a.Click.write(&b, "clicked", i == 0)
		a.Book.write(&b, "booked", i == 0)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (m Measure) write(b *bytes.Buffer, did string, control bool) {
	fmt.Fprintf(b, "  %-8s %s (%s to %s)", did, percent(m.Rate.Point), percent(m.Rate.Low), percent(m.Rate.High))
	if !control {
		lift := signed(m.Lift.Point)
		if math.IsInf(m.Lift.Point, 1) {
			lift = "nobody to compare with"
		}
		fmt.Fprintf(b, ", %s (%s to %s): %s", lift, signed(m.Lift.Low), signed(m.Lift.High), m.Verdict)
	}
	b.WriteString("\n")
	if m.Missing != "" {
		fmt.Fprintf(b, "           missing: %s\n", m.Missing)
	}
}

// percent writes a share: "12 %", and "1.25 %" where that says more.
func percent(share float64) string {
	digits := 0
	if a := math.Abs(share); a < .0995 && a > 0 {
		digits = 2
	} else if a < .995 && a > 0 {
		digits = 1
	}
	text := strconv.FormatFloat(share*100, 'f', digits, 64)
	if digits > 0 {
		text = trimZeros(text)
	}
	return text + " %"
}

func trimZeros(text string) string {
	for text[len(text)-1] == '0' {
		text = text[:len(text)-1]
	}
	if text[len(text)-1] == '.' {
		text = text[:len(text)-1]
	}
	return text
}

// signed writes a relative difference.
func signed(lift float64) string {
	switch {
	case math.IsInf(lift, 1):
		return "any more"
	case lift > 0:
		return "+" + percent(lift)
	case lift < 0:
		return "−" + percent(-lift)
	}
	return "0 %"
}

// thousands writes a count: "12,034".
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// round leaves two digits of a count: more would promise too much.
func round(n int) int {
	unit := 1
	for n/unit >= 100 {
		unit *= 10
	}
	return (n + unit/2) / unit * unit
}
