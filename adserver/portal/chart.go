package portal

import (
	"fmt"
	"math"
	"strconv"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// amount is what a report is about in money: what is spent, or what is earned.
func (v report) amount(f figures) ads.Nano {
	if v.Selling {
		return f.Share
	}
	return f.Gross
}

// back is what was given back of the amount.
func (v report) back(f figures) ads.Nano {
	if v.Selling {
		return f.BackShare
	}
	return f.Back
}

// The chart's room, in units of its own.
const (
	chartWidth  = 720
	chartHeight = 200
	chartLeft   = 84
	chartBottom = 26
	chartTop    = 20
)

// bar is a day of a chart.
type bar struct {
	X, Y, Width, Height string
	Title               string
	Label               string // under it; empty for most
	LabelX              string
}

// tick is a line behind the bars.
type tick struct{ Y, TextY, Text string }

// chart are the views of each day. The table beside it says the same.
type chart struct {
	Bars  []bar
	Ticks []tick
	Title string
}

func (v report) chart() chart {
	most := int64(0)
	for _, d := range v.Days {
		most = max(most, d.Views)
	}
	top := roundUp(most)
	c := chart{Title: "Views on each day from " + v.Days[0].Label + " to " + v.Days[len(v.Days)-1].Label + ", at most " + count(most)}
	room := float64(chartHeight - chartTop - chartBottom)
	for _, part := range []int64{0, top / 2, top} {
		y := float64(chartTop) + room*(1-float64(part)/float64(top))
		c.Ticks = append(c.Ticks, tick{Y: places(y), TextY: places(y + 3), Text: count(part)})
	}
	step := float64(chartWidth-chartLeft) / float64(len(v.Days))
	every := max(1, int(math.Ceil(float64(len(v.Days))/7)))
	for i, d := range v.Days {
		height := room * float64(d.Views) / float64(top)
		b := bar{
			X: places(chartLeft + step*float64(i) + step*0.1), Width: places(step * 0.8), Y: places(chartTop + room - height), Height: places(height),
			Title: fmt.Sprintf("%s: %s views", d.Label, count(d.Views)), LabelX: places(chartLeft + step*(float64(i)+0.5)),
		}
		if i%every == 0 {
			b.Label = d.Label[5:] // month and day
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}

// roundUp is the least of 2, 4, 10, 20, 40, 100 … that is not less than n: the scale's end, which can be halved.
func roundUp(n int64) int64 {
	for unit := int64(1); unit <= math.MaxInt64/100; unit *= 10 {
		for _, m := range []int64{2, 4, 10} {
			if unit*m >= n {
				return unit * m
			}
		}
	}
	return n
}

func places(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
