package seatmap_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// head is the beginning of a grid that has what rows need.
const head = "name: x\ncategory s Silver\ncategory g Gold\nseat W s wheelchair\n"

// gridFault parses a grid that must be refused and returns the first problem.
func gridFault(t *testing.T, text string) *fault.Error {
	t.Helper()
	_, err := seatmap.ParseGrid(text)
	require.Error(t, err, text)
	require.Equal(t, fault.Invalid, fault.CodeOf(err), text)
	return fault.Of(err)
}

// Files come from many editors: what they put in that nobody sees is no mistake.
func TestParseGrid_WhatEditorsLeaveBehind(t *testing.T) {
	t.Parallel()
	plain := parsed(t, head+"section a A\n  sss_ss\n  gggggg\n")
	for name, text := range map[string]string{
		"byte order mark":       "\ufeff" + head + "section a A\n  sss_ss\n  gggggg\n",
		"lines of Windows":      strings.ReplaceAll(head+"section a A\n  sss_ss\n  gggggg\n", "\n", "\r\n"),
		"spaces at the end":     strings.ReplaceAll(head+"section a A\n  sss_ss\n  gggggg\n", "\n", "   \n"),
		"no last line end":      head + "section a A\n  sss_ss\n  gggggg",
		"empty lines":           head + "\n\nsection a A\n\n  sss_ss\n\n\n  gggggg\n\n",
		"comments":              "# hall\n" + head + "section a A\n# front\n  sss_ss\n  # back\n  gggggg\n#",
		"deeper indentation":    head + "section a A\n          sss_ss\n          gggggg\n",
		"an indentation of one": head + "section a A\n sss_ss\n gggggg\n",
		"spaces between words":  head + "section    a   A   \n  sss_ss\n  gggggg\n",
		"quotes that need none": head + "section \"a\" \"A\"\n  sss_ss\n  gggggg\n",
	} {
		assert.Equal(t, plain, parsed(t, text), name)
	}
}

// Every problem of a grid is told by its place in the text, that of the name, too.
func TestParseGrid_NameAndAislesAreToldByTheirLine(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 81)
	f := gridFault(t, strings.Replace(head, "name: x", "# first\nname: "+long, 1)+"section a A\n  s\n")
	assert.Equal(t, "line 2 column 1", f.Field)
	assert.Contains(t, f.Message, "1 to 80 characters")

	f = gridFault(t, head+"section a A\n  ss\n  --  row=K\n  ss\n")
	assert.Equal(t, "line 7 column 7", f.Field, "the label would be lost")
	assert.Contains(t, f.Message, "a cross aisle takes no options")
	for _, size := range []string{"0,5", "5,0", "-3,4"} {
		f = gridFault(t, head+"area a A category=s capacity=5 at=1,1 size="+size+"\n")
		assert.Contains(t, f.Message, "a width and a depth of more than 0")
		assert.Contains(t, f.Field, "line 5 column ")
	}
}

func TestParseGrid_RowLabelsGoOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ options, rows, want string }{
		{"", "s s s", "A B C"},
		{"rows=G", "s s s s", "G H J K"},
		{"rows=M", "s s s", "M N P"},
		{"rows=N skip=none", "s s", "N O"},
		{"rows=X", "s s s s s", "X Y Z AA BB"},
		{"rows=HH", "s s", "HH JJ"},
		{"rows=a", "s s", "a b"},
		{"rows=z", "s s", "z aa"},
		{"rows=1", "s s s", "1 2 3"},
		{"rows=009", "s s s", "009 010 011"},
		{"rows=R9", "s s", "R9 R10"},
		{"rows=R99", "s s", "R99 R100"},
		{"rows=A skip=BCD", "s s", "A E"},
		{"rows=A skip=bcd", "s s", "A E"},
		{"rows=A from=back", "s s s", "C B A"},
		{"rows=1 from=back", "s -- s s", "3 2 1"},
		{"rows=A from=back", "s s:row=M s", "N M A"},
		{"", "s s:row=K s s:row=5 s", "A K L 5 6"},
		{"", "s:row=Loge s:row=A s", "Loge A B"},
		{"", "s:row=Ä s:row=B s", "Ä B C"},
		{"", "s -- -- s", "A B"},
	} {
		rows := strings.NewReplacer(" ", "\n  ", ":", "  ").Replace(c.rows)
		m := parsed(t, head+"section a A "+c.options+"\n  "+rows+"\n")
		labels := make([]string, 0, 5)
		for _, r := range m.Sections[0].Rows {
			labels = append(labels, r.Label)
		}
		assert.Equal(t, c.want, strings.Join(labels, " "), "%s %q", c.options, c.rows)
	}
	for _, c := range []struct{ options, rows string }{
		{"rows=Loge", "s s"}, {"rows=Ä", "s s"}, {"rows=9999999", "s s"}, {"", "s:row=Parkett s"}, {"rows=A skip=ABCDEFGHIJKLMNOPQRSTUVWXYZ", "s s"},
	} {
		rows := strings.NewReplacer(" ", "\n  ", ":", "  ").Replace(c.rows)
		f := gridFault(t, head+"section a A "+c.options+"\n  "+rows+"\n")
		assert.Equal(t, "line 7 column 3", f.Field)
		assert.Contains(t, f.Message, "add row= with one")
	}
}

func TestParseGrid_DrawingsOfRows(t *testing.T) {
	t.Parallel()
	for drawing, want := range map[string]string{
		"ssss":           "1 2 3 4",
		"ss|ss":          "1 2 | 3 4",
		"ss||ss":         "1 2 | 3 4",
		"ss_|_ss":        "1 2 | 3 4",
		"|ss|":           "1 2 |",
		"__ss__":         "1 2",
		"s s  s   s":     "1 | 2 | 3 | 4",
		"s.s_s s":        "1 | 2 | 3 | 4",
		"sWg":            "1 2 3",
		"ss start=7":     "7 8",
		"ss step=3":      "1 4",
		"s  numbers=rtl": "1",
	} {
		m := parsed(t, head+"section a A\n  "+drawing+"\n")
		_, labels, _ := strings.Cut(rowLabels(m.Sections[0])[0], ": ")
		assert.Equal(t, want, labels, "%q", drawing)
	}
	for drawing, column := range map[string]int{"ssxss": 5, "ss#": 5, "日ss": 3, "ss日s日": 5, "s-s": 4, "s\u00a0s": 4, "é": 3, "s,s": 4} {
		f := gridFault(t, head+"section a A\n  "+drawing+"\n")
		assert.Equal(t, fmt.Sprintf("line 6 column %d", column), f.Field, "%q counts characters", drawing)
		assert.Contains(t, f.Message, "is no seat")
	}
}

func TestParseGrid_WhereSectionsLie(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]seatmap.Point{
		"":           {X: 0, Y: 4}, // behind both, two rows apart
		"beside=b":   {X: 9, Y: 0},
		"at=0,50":    {X: 0, Y: 50},
		"at=-7.5,50": {X: -7.5, Y: 50},
		"at=20,.25":  {X: 20, Y: 0.25},
		"at=1e2,-3":  {X: 100, Y: -3},
	} {
		m := parsed(t, head+"section a A\n  ss\n  ss\nsection b B beside=a\n  sss\nsection c C "+options+"\n  s\n")
		first := m.Sections[2].Rows[0].Seats[0]
		assert.Equal(t, want, seatmap.Point{X: first.X, Y: first.Y}, options)
	}
	f := gridFault(t, head+"section a A\n  ss\nsection b B beside=a\n  ss\nsection c C beside=a\n  s\n")
	assert.Equal(t, "line 10 column 3", f.Field)
	assert.Contains(t, f.Message, "overlap")
	for _, options := range []string{"beside=c", "beside=d", "beside=a at=9,9", "beside="} {
		f := gridFault(t, head+"section a A\n  ss\nsection c C "+options+"\n  s\n")
		assert.Equal(t, "line 7 column 13", f.Field, options)
	}
}

func TestParseGrid_KeysOfCategories(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		`p Premium`:                               "premium",
		`p "Front Row"`:                           "front-row",
		`p "  A+B / C  "`:                         "",
		`p "Ärger & Ähre"`:                        "rger-hre",
		"P \u65e5\u672c":                          "p",
		`5 "12€"`:                                 "12",
		`p "Gold" key=au`:                         "au",
		`p "Gold" #c9a227 key=au_79`:              "au_79",
		`p ` + strings.Repeat("x", 60):            strings.Repeat("x", 40),
		`p "` + strings.Repeat("abc ", 15) + `x"`: strings.Repeat("abc-", 9) + "abc",
	} {
		m, err := seatmap.ParseGrid("name: x\ncategory " + words + "\narea a A category=" + words[:1] + " capacity=1\n")
		if want == "" {
			require.ErrorContains(t, err, "must not begin or end with a space")
			continue
		}
		require.NoError(t, err, words)
		assert.Equal(t, want, m.Categories[0].Key, words)
	}
}

// A bad grid tells of its first twenty problems, and how many more there are.
func TestParseGrid_ManyProblems(t *testing.T) {
	t.Parallel()
	_, err := seatmap.ParseGrid(head + "section a A\n" + strings.Repeat("  sxs\n", 25))
	var bad *seatmap.MapError
	require.ErrorAs(t, err, &bad)
	assert.Len(t, bad.Problems, seatmap.MaxProblems)
	assert.Equal(t, 5, bad.More)
	assert.Contains(t, err.Error(), "and 5 more")
	moved := bad.In("drawing")
	assert.Equal(t, "drawing.line 6 column 4", moved.Problems[0].Field)
	assert.Equal(t, "line 6 column 4", bad.Problems[0].Field, "the original is untouched")
	assert.Equal(t, fault.Invalid, fault.CodeOf(moved))
}

// However a text is spoilt, by a character left out, doubled or changed, it is a map or a refusal that tells a line.
func TestParseGrid_SpoiltTextsAreToldByLine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := []rune(screen)
		for range rapid.IntRange(1, 3).Draw(t, "times") {
			i := rapid.IntRange(0, len(text)-1).Draw(t, "at")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				text = append(text[:i:i], text[i+1:]...)
			case 1:
				text = append(text[:i:i], append([]rune{text[i]}, text[i:]...)...)
			default:
				text = append(text[:i:i], append([]rune{rapid.SampledFrom([]rune("sgWC_.|-=\"\\#\n 日x,9")).Draw(t, "by")}, text[i+1:]...)...)
			}
		}
		m, err := seatmap.ParseGrid(string(text))
		if err == nil {
			_, err = seatmap.Compile(m)
			require.NoError(t, err, "what parses compiles")
			return
		}
		var bad *seatmap.MapError
		require.ErrorAs(t, err, &bad)
		for _, p := range bad.Problems {
			require.Regexp(t, `^line \d+ column \d+$`, p.Field, "%v\n%s", p, string(text))
		}
	})
}

// A box that is written the other way round is none that a grid can say.
func TestFormatGrid_BoxesFromTheFrontLeft(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		shape []seatmap.Point
		ok    bool
	}{
		"as it should be":   {[]seatmap.Point{{X: 1, Y: 1}, {X: 5, Y: 1}, {X: 5, Y: 4}, {X: 1, Y: 4}}, true},
		"from the back":     {[]seatmap.Point{{X: 5, Y: 4}, {X: 1, Y: 4}, {X: 1, Y: 1}, {X: 5, Y: 1}}, false},
		"counter-clockwise": {[]seatmap.Point{{X: 1, Y: 1}, {X: 1, Y: 4}, {X: 5, Y: 4}, {X: 5, Y: 1}}, false},
		"without depth":     {[]seatmap.Point{{X: 1, Y: 1}, {X: 5, Y: 1}, {X: 5, Y: 1}, {X: 1, Y: 1}}, false},
		"a triangle":        {[]seatmap.Point{{X: 1, Y: 1}, {X: 5, Y: 1}, {X: 5, Y: 4}}, false},
	} {
		m := small()
		m.Areas[0].Shape = c.shape
		text, err := seatmap.FormatGrid(m)
		if !c.ok {
			require.Error(t, err, name)
			assert.Equal(t, "areas[0].shape", fault.Of(err).Field, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, c.shape, parsed(t, text).Areas[0].Shape)
	}
}
