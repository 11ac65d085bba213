package seatmap_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// screen is the grid of the documentation.
const screen = `name: Screen 1

category s "Silver" #7d8ca3
category g "Gold"   #c9a227
seat W s wheelchair
seat C s companion

# the stage is here
section stalls "Stalls" rows=A numbers=rtl
    WC_ssssssss_CW
  ssss_ssssssss_ssss
  ssss_ssssssss_ssss
  ------------------
  gggg_gggggggg_gggg
  gggg_gggggggg_gggg  row=K

area floor "Standing" category=s capacity=400
`

func parsed(t *testing.T, text string) *seatmap.Map {
	t.Helper()
	m, err := seatmap.ParseGrid(text)
	require.NoError(t, err)
	return m
}

// rowLabels lists the rows of a section with the labels of their seats.
func rowLabels(s seatmap.Section) []string {
	list := make([]string, 0, len(s.Rows))
	for _, r := range s.Rows {
		words := []string{r.Label + ":"}
		for _, seat := range r.Seats {
			words = append(words, seat.Label)
			if seat.AisleAfter {
				words = append(words, "|")
			}
		}
		list = append(list, strings.Join(words, " "))
	}
	return list
}

func TestParseGrid_TheExample(t *testing.T) {
	t.Parallel()
	m := parsed(t, screen)
	assert.Equal(t, "Screen 1", m.Name)
	assert.Equal(t, []seatmap.Category{{Key: "silver", Name: "Silver", Colour: "#7d8ca3"}, {Key: "gold", Name: "Gold", Colour: "#c9a227"}}, m.Categories)
	assert.Equal(t, []seatmap.Area{{Key: "floor", Name: "Standing", Category: "silver", Capacity: 400}}, m.Areas)
	require.Len(t, m.Sections, 1)
	assert.Equal(t, []string{
		"A: 12 11 | 10 9 8 7 6 5 4 3 | 2 1",
		"B: 16 15 14 13 | 12 11 10 9 8 7 6 5 | 4 3 2 1",
		"C: 16 15 14 13 | 12 11 10 9 8 7 6 5 | 4 3 2 1",
		"D: 16 15 14 13 | 12 11 10 9 8 7 6 5 | 4 3 2 1",
		"K: 16 15 14 13 | 12 11 10 9 8 7 6 5 | 4 3 2 1",
	}, rowLabels(m.Sections[0]))

	front := m.Sections[0].Rows[0].Seats
	assert.Equal(t, seatmap.Seat{Label: "12", X: 2, Y: 0, Category: "silver", Kind: seatmap.Wheelchair}, front[0])
	assert.Equal(t, seatmap.Seat{Label: "11", X: 3, Y: 0, Category: "silver", Kind: seatmap.Companion, AisleAfter: true}, front[1])
	assert.InDelta(t, 5, front[2].X, 0, "the aisle takes a column")
	assert.InDelta(t, 4, m.Sections[0].Rows[3].Seats[0].Y, 0, "the cross aisle takes a row")
	assert.Equal(t, "gold", m.Sections[0].Rows[3].Seats[0].Category)
}

func TestParseGrid_TheDocumentedExamplesParse(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/seatmaps.md")
	require.NoError(t, err)
	grids := regexp.MustCompile("(?s)```text\n(name: .*?)```").FindAllStringSubmatch(string(page), -1)
	require.NotEmpty(t, grids)
	for _, g := range grids {
		_, err := seatmap.ParseGrid(g[1])
		assert.NoError(t, err, g[1])
	}
	maps := regexp.MustCompile("(?s)```json\n(\\{\n  \"name\": .*?)```").FindAllStringSubmatch(string(page), -1)
	require.NotEmpty(t, maps)
	for _, m := range maps {
		_, err := seatmap.ParseJSON([]byte(m[1]))
		assert.NoError(t, err, m[1])
	}
}

// oneSection parses rows as the only section of a map, with the given options.
func oneSection(t *testing.T, options string, rows ...string) seatmap.Section {
	t.Helper()
	text := "name: x\ncategory s Silver\nseat H s house\nsection main Main " + options + "\n  " + strings.Join(rows, "\n  ")
	return parsed(t, text).Sections[0]
}

func TestParseGrid_Numbering(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		options string
		rows    []string
		want    []string
	}{
		{"", []string{"sss", "sss"}, []string{"A: 1 2 3", "B: 1 2 3"}},
		{"start=101", []string{"sss"}, []string{"A: 101 102 103"}},
		{"numbers=rtl start=2 step=2", []string{"sss"}, []string{"A: 6 4 2"}},
		{"numbers=odd-left", []string{"sss_sss"}, []string{"A: 5 3 1 | 2 4 6"}},
		{"numbers=odd-right", []string{"sss_sss"}, []string{"A: 6 4 2 | 1 3 5"}},
		{"numbers=odd-left", []string{"sssss", ".sss."}, []string{"A: 5 3 1 2 4", "B: 3 1 2"}},
		{"numbers=odd-left", []string{"ss_sss", "sss_ss"}, []string{"A: 3 1 | 2 4 6", "B: 5 3 1 | 2 4"}},
		{"", []string{"sss  numbers=rtl", "sss start=5 step=5", "sss"}, []string{"A: 3 2 1", "B: 5 10 15", "C: 1 2 3"}},
		{"numbers=rtl step=2", []string{"sss  numbers=odd-left"}, []string{"A: 3 1 2"}},
		{"rows=H", []string{"s", "s"}, []string{"H: 1", "J: 1"}},
		{"rows=H skip=none", []string{"s", "s"}, []string{"H: 1", "I: 1"}},
		{"rows=A skip=bc", []string{"s", "s"}, []string{"A: 1", "D: 1"}},
		{"rows=Z", []string{"s", "s", "s"}, []string{"Z: 1", "AA: 1", "BB: 1"}},
		{"rows=9", []string{"s", "s"}, []string{"9: 1", "10: 1"}},
		{"rows=A from=back", []string{"s", "s", "--", "s"}, []string{"C: 1", "B: 1", "A: 1"}},
		{"rows=A from=front", []string{"s", "s"}, []string{"A: 1", "B: 1"}},
		{"", []string{"s row=R1", "s", "s row=Z", "s"}, []string{"R1: 1", "R2: 1", "Z: 1", "AA: 1"}},
		{"", []string{"s row=Loge"}, []string{"Loge: 1"}},
	} {
		assert.Equal(t, c.want, rowLabels(oneSection(t, c.options, c.rows...)), "%s %q", c.options, c.rows)
	}
}

func TestParseGrid_Gaps(t *testing.T) {
	t.Parallel()
	xs := func(rows ...string) string {
		list := make([]string, 0, len(rows))
		for _, r := range oneSection(t, "", rows...).Rows {
			var words []string
			for _, s := range r.Seats {
				words = append(words, fmt.Sprintf("%v,%v", s.X, s.Y))
				if s.AisleAfter {
					words = append(words, "|")
				}
			}
			list = append(list, strings.Join(words, " "))
		}
		return strings.Join(list, " / ")
	}
	assert.Equal(t, "0,0 | 2,0", xs("s_s"))
	assert.Equal(t, "0,0 | 2,0", xs("s.s"))
	assert.Equal(t, "0,0 | 2,0", xs("s s"))
	assert.Equal(t, "0,0 | 1,0", xs("s|s"))
	assert.Equal(t, "0,0 | 2,0", xs("s|_s"))
	assert.Equal(t, "0,0 1,0 |", xs("ss|"))
	assert.Equal(t, "1,0 2,0", xs("_ss_"))
	assert.Equal(t, "1,0 / 0,1 1,1", xs(" s", "ss"), "indentation that rows do not share counts")
	assert.Equal(t, "0,0 / 0,2", xs("s", "-", "s"))
	assert.Equal(t, "0,1", xs("--", "s"))
}

func TestParseGrid_SectionsLieBehindOrBesideEachOther(t *testing.T) {
	t.Parallel()
	m := parsed(t, `name: House
focus: 4,2.5
category s "Silver" key=s1 focus=1,1
section left "Left"
  sss
  sss
section right "Right" beside=left
  ss
section back "Back"
  ssss
section box "Box" at=-4,0.5
  .s
  ss
`)
	first := func(i int) seatmap.Point {
		s := m.Sections[i].Rows[0].Seats[0]
		return seatmap.Point{X: s.X, Y: s.Y}
	}
	assert.Equal(t, seatmap.Point{}, first(0))
	assert.Equal(t, seatmap.Point{X: 5}, first(1))
	assert.Equal(t, seatmap.Point{Y: 4}, first(2))
	assert.Equal(t, seatmap.Point{X: -3, Y: 0.5}, first(3))
	assert.Equal(t, &seatmap.Point{X: 4, Y: 2.5}, m.Focus)
	assert.Equal(t, seatmap.Category{Key: "s1", Name: "Silver", Focus: &seatmap.Point{X: 1, Y: 1}}, m.Categories[0])
}

func TestParseGrid_WordsAndQuotes(t *testing.T) {
	t.Parallel()
	m := parsed(t, "name: The \"Old\" House\r\ncategory 7 \"A \\\"b\\\" \\\\ #1\"\r\ncategory x 日本\r\narea pit \"The Pit\" capacity=5 category=7 at=1,2 size=3,4\r\n")
	assert.Equal(t, `The "Old" House`, m.Name)
	assert.Equal(t, `A "b" \ #1`, m.Categories[0].Name)
	assert.Equal(t, "a-b-1", m.Categories[0].Key)
	assert.Equal(t, "x", m.Categories[1].Key, "a name without ASCII letters leaves the letter")
	assert.Equal(t, []seatmap.Point{{X: 1, Y: 2}, {X: 4, Y: 2}, {X: 4, Y: 6}, {X: 1, Y: 6}}, m.Areas[0].Shape)
}

func TestParseGrid_RefusesNamingLineAndColumn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, field, message string }{
		{"no name", "name: Screen 1", "", "line 17 column 1", "the map has no name"},
		{"two names", "# the stage", "name: x\n#", "line 8 column 1", "has a name already"},
		{"unknown directive", "area floor", "aera floor", "line 17 column 1", `no directive "aera"`},
		{"unknown letter", "ssss_ssssssss_ssss", "ssss_ssxsssxs_ssss", "line 11 column 10", `'x' is no seat`},
		{"tab", "  ssss_ss", "\tssss_ss", "line 11 column 1", "use spaces"},
		{"row before a section", "# the stage", "  ssss\n#", "line 8 column 1", "needs a section above"},
		{"options without seats", "  ------------------", "  row=X", "line 13 column 3", "draws no seats"},
		{"row without seats", "  ------------------", "  .._", "line 13 column 3", "the row has no seats"},
		{"unknown row option", "row=K", "raw=K", "line 15 column 23", `a row has no option "raw"; its options are numbers, start, step, row`},
		{"row option twice", "row=K", "row=K row=L", "line 15 column 29", "has the option row twice"},
		{"text behind a row", "row=K", "row=K yes", "line 15 column 29", `does not take "yes"`},
		{"the label of another row", "row=K", "row=A", "line 15 column 3", "Stalls row A: row 1"},
		{"a bad row label", "row=K", "row=K-1", "line 15 column 3", "letters, digits"},
		{"category without name", `category g "Gold"   #c9a227`, "category g", "line 4 column 11", "category needs a name"},
		{"category without letter", `category g "Gold"   #c9a227`, "category", "line 4 column 9", "category needs a letter"},
		{"category of two letters", "category g", "category gg", "line 4 column 10", "one letter or digit"},
		{"letter used twice", "category g", "category s", "line 4 column 10", "the letter s has a meaning already"},
		{"bad colour", "#c9a227", "#gold", "line 4 column 1", "category gold: the colour"},
		{"same category key", `"Gold"  `, `"Silver"`, "line 4 column 1", "used twice"},
		{"quote not closed", `"Gold"`, `"Gold`, "line 4 column 12", "the quote is not closed"},
		{"quote not closed after a backslash", `"Gold"   #c9a227`, `"Gold\`, "line 4 column 12", "the quote is not closed"},
		{"seat without kind", "seat C s companion", "seat C s", "line 6 column 9", "seat needs a kind"},
		{"seat of an unknown kind", "companion", "sofa", "line 6 column 10", `no kind "sofa"`},
		{"seat of an unknown category", "seat C s", "seat C z", "line 6 column 8", `no category above has the letter "z"`},
		{"section without name", `section stalls "Stalls" rows=A numbers=rtl`, "section stalls rows=A", "line 9 column 22", "section needs a name"},
		{"bad section key", "section stalls", "section Stalls", "line 9 column 1", `section key "Stalls"`},
		{"bad numbering", "numbers=rtl", "numbers=zigzag", "line 9 column 32", `no numbering "zigzag"`},
		{"bad start", "numbers=rtl", "start=none", "line 9 column 32", "start=none must be a whole number between 1 and 999999"},
		{"step of odd and even", "numbers=rtl", "numbers=odd-left step=2", "line 9 column 55", "have no step"},
		{"bad from", "numbers=rtl", "from=side", "line 9 column 32", "from=front or from=back"},
		{"beside nothing", "numbers=rtl", "beside=circle", "line 9 column 32", "must name a section above"},
		{"bad place", "numbers=rtl", "at=9;6", "line 9 column 32", "must be a column and a row, such as 9,6.5"},
		{"place that is no number", "numbers=rtl", "at=NaN,1", "line 9 column 32", "must be a column and a row"},
		{"unknown section option", "numbers=rtl", "curve=3", "line 9 column 32", `section has no option "curve"; its options are numbers, start, step, at, rows, skip, from, beside`},
		{"area without capacity", " capacity=400", "", "line 17 column 1", "the capacity must be at least 1"},
		{"area of bad capacity", "capacity=400", "capacity=many", "line 17 column 34", "capacity=many must be a whole number"},
		{"area without category", "category=s ", "", "line 17 column 35", "area needs category="},
		{"area of an unknown category", "category=s", "category=Z", "line 17 column 23", `no category above has the letter "Z"`},
		{"half a box", "capacity=400", "capacity=400 at=1,1", "line 17 column 53", "both at= and size="},
		{"rows that follow nothing", "rows=A", "rows=Box", "line 11 column 3", "no label follows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(screen, c.old, c.new, 1)
			require.NotEqual(t, screen, text)
			_, err := seatmap.ParseGrid(text)
			require.Error(t, err)
			require.Equal(t, fault.Invalid, fault.CodeOf(err))
			assert.Equal(t, c.field, fault.Of(err).Field, err)
			assert.Contains(t, fault.Of(err).Message, c.message)
		})
	}
}

func TestParseGrid_RefusesOverlappingSectionsNamingTheSeat(t *testing.T) {
	t.Parallel()
	_, err := seatmap.ParseGrid("name: x\ncategory s Silver\nsection a A\n  ss\nsection b B at=0,0\n  .s\n")
	require.Error(t, err)
	assert.Equal(t, "line 6 column 4", fault.Of(err).Field)
	assert.Contains(t, err.Error(), "B row A seat 1: less than 0.5 units from A row A seat 2")
}

func TestParseGrid_RefusesEmptyAndStrangeText(t *testing.T) {
	t.Parallel()
	for text, message := range map[string]string{
		"":                                     "the map has no name",
		"name: x":                              "at least one category",
		"name: x\ncategory s Silver":           "the map is empty",
		"\xff\xfe":                             "not UTF-8",
		"name: x\ncategory s S\nsection a A\n": "A has no rows",
		"name: x\ncategory s S\nsection a A\n  --\n":          "A has no rows",
		"name:\ncategory s S\narea a A category=s capacity=1": "1 to 80 characters",
		strings.Repeat("#", seatmap.MaxInput+1):               "more than",
	} {
		_, err := seatmap.ParseGrid(text)
		require.Error(t, err, message)
		assert.True(t, fault.Is(err, fault.Invalid))
		assert.Contains(t, err.Error(), message)
	}
}

func TestParseGrid_TellsEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("#c9a227", "gold gold", "seat W s", "seat W q", "rows=A", "rows=A rows=B").Replace(screen)
	var bad *seatmap.MapError
	_, err := seatmap.ParseGrid(text)
	require.ErrorAs(t, err, &bad)
	assert.Equal(t, strings.Join([]string{
		`line 4 column 21: category does not take "gold" here`,
		`line 4 column 26: category does not take "gold" here`,
		`line 5 column 8: no category above has the letter "q"`,
		`line 9 column 32: section has the option rows twice`,
	}, "\n"), err.Error())
}

func TestParseGrid_SixtyThousandSeats(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("name: Big\ncategory s Silver\n")
	for s := range 60 {
		fmt.Fprintf(&text, "section s%d S%d rows=1 at=%d,%d\n", s, s, s%10*60, s/10*30)
		for range 20 {
			text.WriteString("  " + strings.Repeat("s", 50) + "\n")
		}
	}
	m := parsed(t, text.String())
	p := compiled(t, m)
	assert.Len(t, p.Seats, 60_000)
	again, err := seatmap.FormatGrid(m)
	require.NoError(t, err)
	assert.Equal(t, m, parsed(t, again))
}

func TestFormatGrid_WritesWhatItReads(t *testing.T) {
	t.Parallel()
	text, err := seatmap.FormatGrid(parsed(t, screen))
	require.NoError(t, err)
	assert.Equal(t, `name: Screen 1

category s "Silver" #7d8ca3
category g "Gold" #c9a227
seat W s wheelchair
seat C s companion

section stalls "Stalls" rows=A numbers=rtl start=1
  ..WC_ssssssss_CW
  ssss_ssssssss_ssss
  ssss_ssssssss_ssss
  --
  gggg_gggggggg_gggg
  gggg_gggggggg_gggg row=K

area floor "Standing" category=s capacity=400
`, strings.Replace(text, " at=-0,0", "", 1))
	assert.Equal(t, parsed(t, screen), parsed(t, text))
}

// drawMap draws a map that a grid can have.
func drawMap(t *rapid.T) *seatmap.Map {
	m := &seatmap.Map{Name: rapid.SampledFrom([]string{"x", `The "Old" \ House`, "日本"}).Draw(t, "name")}
	for i := range rapid.IntRange(1, 4).Draw(t, "categories") {
		m.Categories = append(m.Categories, seatmap.Category{
			Key:    fmt.Sprint(rapid.SampledFrom([]string{"silver", "s-", "x", "9"}).Draw(t, "key"), i),
			Name:   rapid.SampledFrom([]string{"Silver", `"`, "日本", "x 9"}).Draw(t, "category"),
			Colour: rapid.SampledFrom([]string{"", "#c9a227"}).Draw(t, "colour"),
		})
	}
	for i := range rapid.IntRange(1, 4).Draw(t, "sections") {
		m.Sections = append(m.Sections, drawSection(t, m, i))
	}
	if rapid.Bool().Draw(t, "area") {
		m.Areas = []seatmap.Area{{Key: "floor", Name: "Floor", Category: m.Categories[0].Key, Capacity: 9}}
	}
	if rapid.Bool().Draw(t, "focus") {
		m.Focus = &seatmap.Point{X: 1.5, Y: -2}
	}
	return m
}

func drawSection(t *rapid.T, m *seatmap.Map, i int) seatmap.Section {
	s := seatmap.Section{Key: fmt.Sprint("sec", i), Name: "Section"}
	naming := seatmap.RowNaming{First: rapid.SampledFrom([]string{"A", "H", "1", "R9", "y"}).Draw(t, "rows"), Skip: rapid.SampledFrom([]string{"", "IO"}).Draw(t, "skip")}
	labels := naming.Labels(rapid.IntRange(1, 6).Draw(t, "rows"))
	if rapid.Bool().Draw(t, "from back") {
		for a, b := 0, len(labels)-1; a < b; a, b = a+1, b-1 {
			labels[a], labels[b] = labels[b], labels[a]
		}
	}
	y := float64(i * 100)
	for _, label := range labels {
		s.Rows = append(s.Rows, seatmap.Row{Label: label, Seats: drawRow(t, m, float64(i)*7.5, y)})
		y += float64(rapid.IntRange(1, 3).Draw(t, "depth"))
	}
	return s
}

func drawRow(t *rapid.T, m *seatmap.Map, x, y float64) []seatmap.Seat {
	numbering := seatmap.Numbering{
		Order: rapid.SampledFrom([]seatmap.Order{seatmap.LeftToRight, seatmap.RightToLeft}).Draw(t, "order"),
		Start: rapid.IntRange(1, 120).Draw(t, "start"), Step: rapid.IntRange(1, 3).Draw(t, "step"),
	}
	labels := numbering.Labels(0, rapid.IntRange(1, 9).Draw(t, "seats"))
	x += float64(rapid.IntRange(0, 3).Draw(t, "indent"))
	seats := make([]seatmap.Seat, len(labels))
	for i := range seats {
		gap := rapid.IntRange(0, 2).Draw(t, "gap")
		seats[i] = seatmap.Seat{
			Label: labels[i], X: x, Y: y, AisleAfter: i < len(seats)-1 && (gap > 0 || rapid.Bool().Draw(t, "parted")),
			Category: rapid.SampledFrom(m.Categories).Draw(t, "category").Key,
			Kind:     rapid.SampledFrom([]seatmap.Kind{"", seatmap.Recliner, seatmap.Wheelchair, seatmap.Companion, seatmap.House}).Draw(t, "kind"),
		}
		x += float64(1 + gap)
	}
	return seats
}

func TestFormatGrid_RoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawMap(t)
		text, err := seatmap.FormatGrid(m)
		require.NoError(t, err)
		again, err := seatmap.ParseGrid(text)
		require.NoError(t, err, text)
		require.Equal(t, m, again, text)
	})
}

func TestFormatGrid_OddAndEven(t *testing.T) {
	t.Parallel()
	for _, options := range []string{"numbers=odd-left", "numbers=odd-right start=101", "numbers=odd-left start=2"} {
		m := parsed(t, "name: x\ncategory s Silver\nsection main Main "+options+"\n  sss_ssss\n  .ss_ss..\n  ....s...\n  s.......\n")
		text, err := seatmap.FormatGrid(m)
		require.NoError(t, err, options)
		assert.Equal(t, m, parsed(t, text), text)
	}
}

func TestFormatGrid_RefusesWhatAGridCannotSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(m *seatmap.Map)
		field string
	}{
		{"a bad map", func(m *seatmap.Map) { m.Name = "" }, "name"},
		{"a bent row", func(m *seatmap.Map) { m.Sections[0].Rows[0].Seats[2].Y = 0.25 }, "sections[0].rows[0].seats[2].y"},
		{"half a column", func(m *seatmap.Map) { m.Sections[0].Rows[0].Seats[3].X = 3.5 }, "sections[0].rows[0].seats[3].x"},
		{"a seat a mile away", func(m *seatmap.Map) { m.Sections[0].Rows[0].Seats[3].X = 900_000 }, "sections[0].rows[0].seats[3].x"},
		{"a row a mile away", func(m *seatmap.Map) {
			for i := range m.Sections[0].Rows[1].Seats {
				m.Sections[0].Rows[1].Seats[i].Y = 900_000
			}
		}, "sections[0].rows[1].seats"},
		{"half a row", func(m *seatmap.Map) {
			for i := range m.Sections[0].Rows[1].Seats {
				m.Sections[0].Rows[1].Seats[i].Y = 1.5
			}
		}, "sections[0].rows[1].seats[0].y"},
		{"seats out of order", func(m *seatmap.Map) {
			s := m.Sections[0].Rows[0].Seats
			s[0].X, s[1].X = s[1].X, s[0].X
		}, "sections[0].rows[0].seats[1].x"},
		{"rows out of order", func(m *seatmap.Map) {
			r := m.Sections[0].Rows
			r[0], r[1] = r[1], r[0]
		}, "sections[0].rows[1].seats"},
		{"a gap between neighbours", func(m *seatmap.Map) { m.Sections[0].Rows[1].Seats[4].X = 5 }, "sections[0].rows[1].seats[4].x"},
		{"labels of no numbering", func(m *seatmap.Map) { m.Sections[0].Rows[1].Seats[4].Label = "99" }, "sections[0].rows[1].seats"},
		{"labels that are no numbers", func(m *seatmap.Map) { m.Sections[0].Rows[1].Seats[4].Label = "5a" }, "sections[0].rows[1].seats"},
		{"a round area", func(m *seatmap.Map) { m.Areas[0].Shape = []seatmap.Point{{X: 0}, {X: 9}, {Y: 9}} }, "areas[0].shape"},
		{"drawings", func(m *seatmap.Map) { m.Drawings = []seatmap.Drawing{{Shape: make([]seatmap.Point, 1)}} }, "drawings"},
		{"too many letters", func(m *seatmap.Map) {
			for i := range 60 {
				m.Categories = append(m.Categories, seatmap.Category{Key: fmt.Sprint("k", i), Name: "x"})
			}
		}, "sections"},
		{"far too many letters", func(m *seatmap.Map) {
			for i := range 70 {
				m.Categories = append(m.Categories, seatmap.Category{Key: fmt.Sprint("k", i), Name: "x"})
			}
		}, "categories"},
	} {
		m := small()
		c.spoil(m)
		_, err := seatmap.FormatGrid(m)
		require.Error(t, err, c.name)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err), c.name)
		assert.Equal(t, c.field, fault.Of(err).Field, "%s: %v", c.name, err)
	}
}

func FuzzParseGrid(f *testing.F) {
	f.Add(screen)
	f.Add("name: x\ncategory s \"S\\\"\" key=a focus=1,2\nsection a A from=back numbers=odd-left\n  s|s_ s start=3 row=Z\n  --\n  .s\n")
	f.Add("name: x\nfocus: 1,1\ncategory 9 日本\nseat a 9 house\narea b B category=9 capacity=3 at=1,1 size=2,2\n")
	f.Add("section a A beside=a at=1,1\n =\n  = =\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := seatmap.ParseGrid(text)
		if err != nil {
			require.Equal(t, fault.Invalid, fault.CodeOf(err))
			require.NotEmpty(t, fault.Of(err).Field)
			return
		}
		p, err := seatmap.Compile(m)
		require.NoError(t, err, "what parses compiles")
		again, err := seatmap.FormatGrid(m)
		if err != nil {
			return
		}
		m, err = seatmap.ParseGrid(again)
		require.NoError(t, err, again)
		require.Len(t, compiled(t, m).Seats, len(p.Seats))
	})
}
