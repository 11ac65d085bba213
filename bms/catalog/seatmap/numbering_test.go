package seatmap_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func TestNumbering_Labels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		n           seatmap.Numbering
		left, right int
		want        []string
	}{
		{"zero value", seatmap.Numbering{}, 2, 2, []string{"1", "2", "3", "4"}},
		{"from the left", seatmap.Numbering{Order: seatmap.LeftToRight, Start: 101}, 1, 2, []string{"101", "102", "103"}},
		{"from the right", seatmap.Numbering{Order: seatmap.RightToLeft}, 2, 1, []string{"3", "2", "1"}},
		{"odd left", seatmap.Numbering{Order: seatmap.OddLeft}, 3, 3, []string{"5", "3", "1", "2", "4", "6"}},
		{"odd right", seatmap.Numbering{Order: seatmap.OddRight}, 3, 3, []string{"6", "4", "2", "1", "3", "5"}},
		{"odd left, more on the left", seatmap.Numbering{Order: seatmap.OddLeft}, 4, 1, []string{"7", "5", "3", "1", "2"}},
		{"odd left from 101", seatmap.Numbering{Order: seatmap.OddLeft, Start: 101}, 2, 2, []string{"103", "101", "102", "104"}},
		{"odd left from 2", seatmap.Numbering{Order: seatmap.OddLeft, Start: 2}, 2, 2, []string{"5", "3", "2", "4"}},
		{"odd right, one side only", seatmap.Numbering{Order: seatmap.OddRight}, 0, 3, []string{"1", "3", "5"}},
		{"an odd block", seatmap.Numbering{Order: seatmap.RightToLeft, Step: 2}, 4, 0, []string{"7", "5", "3", "1"}},
		{"an even block", seatmap.Numbering{Start: 2, Step: 2}, 0, 3, []string{"2", "4", "6"}},
		{"no seats", seatmap.Numbering{}, 0, 0, nil},
	} {
		assert.Equal(t, c.want, c.n.Labels(c.left, c.right), c.name)
		assert.NoError(t, c.n.Validate(), c.name)
	}
}

func TestNumbering_NeverRepeatsALabel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := seatmap.Numbering{
			Order: rapid.SampledFrom([]seatmap.Order{"", "ltr", "rtl", "odd-left", "odd-right"}).Draw(t, "order"),
			Start: rapid.IntRange(0, 200).Draw(t, "start"),
		}
		if n.Order != seatmap.OddLeft && n.Order != seatmap.OddRight {
			n.Step = rapid.IntRange(0, 3).Draw(t, "step")
		}
		require.NoError(t, n.Validate())
		left, right := rapid.IntRange(0, 40).Draw(t, "left"), rapid.IntRange(0, 40).Draw(t, "right")
		labels := n.Labels(left, right)
		require.Len(t, labels, left+right)
		seen := map[string]bool{}
		for _, l := range labels {
			v, err := strconv.Atoi(l)
			require.NoError(t, err)
			require.GreaterOrEqual(t, v, max(n.Start, 1))
			require.False(t, seen[l], "%s in %v", l, labels)
			seen[l] = true
		}
	})
}

func TestNumbering_Validate(t *testing.T) {
	t.Parallel()
	for field, n := range map[string]seatmap.Numbering{
		"numbers": {Order: "zigzag"},
		"start":   {Start: -1},
		"step":    {Step: 101},
	} {
		err := n.Validate()
		require.Error(t, err)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err))
		assert.Equal(t, field, fault.Of(err).Field)
	}
	require.Error(t, seatmap.Numbering{Start: 1_000_000}.Validate())
	require.Error(t, seatmap.Numbering{Step: -1}.Validate())
	require.Error(t, seatmap.Numbering{Order: seatmap.OddLeft, Step: 2}.Validate())
}

func TestRowNaming_Labels(t *testing.T) {
	t.Parallel()
	naming := seatmap.RowNaming{Skip: seatmap.SkipIO}
	assert.Equal(t, []string{
		"A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z",
		"AA", "BB", "CC", "DD", "EE", "FF", "GG", "HH", "JJ",
	}, naming.Labels(33))
	assert.Equal(t, []string{"H", "I", "J"}, seatmap.RowNaming{First: "H"}.Labels(3))
	assert.Equal(t, []string{"I", "J", "K"}, seatmap.RowNaming{First: "I", Skip: seatmap.SkipIO}.Labels(3), "a first row that is named is kept")
	assert.Equal(t, []string{"9", "10", "11"}, seatmap.RowNaming{First: "9"}.Labels(3))
	assert.Equal(t, []string{"R09", "R10"}, seatmap.RowNaming{First: "R09"}.Labels(2))
	assert.Equal(t, []string{"y", "z", "aa"}, seatmap.RowNaming{First: "y"}.Labels(3))
	assert.Equal(t, []string{"Box"}, seatmap.RowNaming{First: "Box"}.Labels(1))
	assert.Nil(t, seatmap.RowNaming{First: "Box"}.Labels(2))
}

func TestRowNaming_NextEnds(t *testing.T) {
	t.Parallel()
	for _, last := range []string{"", "Box", "ZZZZZZZZZZZZZZZZ", "9999999", "99999999999999999999", "A1é", "A.", "É"} {
		_, ok := seatmap.RowNaming{}.Next(last)
		assert.False(t, ok, last)
	}
	_, ok := seatmap.RowNaming{Skip: "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}.Next("A")
	assert.False(t, ok, "no letter is left")
}

func TestOrder_Valid(t *testing.T) {
	t.Parallel()
	assert.True(t, seatmap.OddRight.Valid())
	assert.False(t, seatmap.Order("").Valid())
}
