package seatmap_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// written is the text of a map behind its name, as FormatGrid writes it; what it writes is the same map again.
func written(t *testing.T, text string) string {
	t.Helper()
	m := parsed(t, text)
	out, err := seatmap.FormatGrid(m)
	require.NoError(t, err, text)
	require.Equal(t, m, parsed(t, out), out)
	return strings.TrimPrefix(out, "name: x\n\n")
}

func TestFormatGrid_Rows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, options, rows, wantOptions, want string }{
		{"as it was drawn", "", "ss/ss", " rows=A numbers=ltr start=1", "ss/ss"},
		{"an aisle", "", "ss_ss", " rows=A numbers=ltr start=1", "ss_ss"},
		{"a wide aisle", "", "ss___ss", " rows=A numbers=ltr start=1", "ss___ss"},
		{"other signs for an aisle", "", "s.s s", " rows=A numbers=ltr start=1", "s_s_s"},
		{"an aisle without room", "", "ss|ss", " rows=A numbers=ltr start=1", "ss|ss"},
		{"an aisle drawn twice", "", "ss|_ss", " rows=A numbers=ltr start=1", "ss_ss"},
		{"an aisle behind the last", "", "ss|", " rows=A numbers=ltr start=1", "ss|"},
		{"indentation", "", "  ss/ssss", " rows=A numbers=ltr start=1", "..ss/ssss"},
		{"a cross aisle", "", "ss/--/ss", " rows=A numbers=ltr start=1", "ss/--/ss"},
		{"two cross aisles", "", "ss/----/-/ss", " rows=A numbers=ltr start=1", "ss/--/--/ss"},
		{"from the right", "numbers=rtl", "sss", " rows=A numbers=rtl start=1", "sss"},
		{"odd and even", "numbers=odd-left", "ss_ss", " rows=A numbers=odd-left start=1", "ss_ss"},
		{"even and odd", "numbers=odd-right", "ss_ss", " rows=A numbers=odd-right start=1", "ss_ss"},
		{"a block of even numbers", "start=2 step=2", "sss", " rows=A numbers=ltr start=2 step=2", "sss"},
		{"a row of its own", "", "sss/sss start=5/sss", " rows=A numbers=ltr start=1", "sss/sss numbers=ltr start=5/sss"},
		{"labels of rows", "rows=H", "s/s/s", " rows=H numbers=ltr start=1", "s/s/s"},
		{"numbers of rows", "rows=7", "s/s", " rows=7 numbers=ltr start=1", "s/s"},
		{"a letter that is not left out", "rows=H skip=none", "s/s", " rows=H numbers=ltr start=1", "s/s row=I"},
		{"from the back", "from=back", "s/s/s", " rows=A numbers=ltr start=1 from=back", "s/s/s"},
		{"a row that is skipped", "", "s/s row=D/s", " rows=A numbers=ltr start=1", "s/s row=D/s"},
		{"a name for a row", "", "s row=Loge/s row=A", " rows=Loge numbers=ltr start=1", "s/s row=A"},
	} {
		head, rows := "name: x\ncategory s \"Silver\"\nsection a \"A\" ", strings.NewReplacer("/", "\n  ")
		got := written(t, head+c.options+"\n  "+rows.Replace(c.rows)+"\n")
		want := "category s \"Silver\"\n\nsection a \"A\"" + c.wantOptions + "\n  " + rows.Replace(c.want) + "\n"
		assert.Equal(t, want, strings.ReplaceAll(got, " at=-0,0", ""), c.name)
	}
}

func TestFormatGrid_ClassesAndPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{
			"letters of their keys", "category x Silver\ncategory y Gold\narea a A category=x capacity=1\n",
			"category s \"Silver\"\ncategory g \"Gold\"\n\narea a \"A\" category=s capacity=1\n",
		},
		{
			"letters that are taken", "category 1 Silver\ncategory 2 Standing\ncategory 3 S key=s\narea a A category=3 capacity=1\n",
			"category s \"Silver\"\ncategory t \"Standing\"\ncategory a \"S\"\n\narea a \"A\" category=a capacity=1\n",
		},
		{
			"colours, keys and points", "focus: 1.5,-2\ncategory s \"Silver\" #0a0B0c key=ag focus=3,4\narea a A category=s capacity=7 at=-1,2 size=.5,3\n",
			"category a \"Silver\" #0a0B0c key=ag focus=3,4\n\narea a \"A\" category=a capacity=7 at=-1,2 size=0.5,3\n",
		},
		{
			"kinds of seats", "category s Silver\nseat 1 s recliner\nseat 2 s wheelchair\nseat 3 s companion\nseat 4 s house\nseat 5 s standard\nsection a A\n  s12345\n",
			"category s \"Silver\"\nseat R s recliner\nseat W s wheelchair\nseat C s companion\nseat H s house\n\nsection a \"A\" rows=A numbers=ltr start=1\n  sRWCHs\n",
		},
		{
			"kinds of two categories", "category s Silver\ncategory g Gold\nseat 1 s house\nseat 2 g house\nsection a A\n  12\n",
			"category s \"Silver\"\ncategory g \"Gold\"\nseat H s house\nseat a g house\n\nsection a \"A\" rows=A numbers=ltr start=1\n  Ha\n",
		},
		{
			"sections", "category s Silver\nsection a A\n  ss\nsection b B beside=a\n  ss\nsection c C\n  ss\n",
			"category s \"Silver\"\n\nsection a \"A\" rows=A numbers=ltr start=1\n  ss\n\nsection b \"B\" rows=A numbers=ltr start=1 at=4,0\n  ss\n\nsection c \"C\" rows=A numbers=ltr start=1 at=0,3\n  ss\n",
		},
		{
			"names with quotes", "category s \"A \\\"b\\\" \\\\ c\"\narea a \"#1 = 2\" category=s capacity=1\n",
			"category a \"A \\\"b\\\" \\\\ c\"\n\narea a \"#1 = 2\" category=a capacity=1\n",
		},
	} {
		got := strings.TrimPrefix(strings.ReplaceAll(written(t, "name: x\n"+c.text), " at=-0,0", ""), "name: x\nfocus: 1.5,-2\n\n")
		assert.Equal(t, c.want, got, c.name)
	}
}

// A field of the wrong type is told by its path, with what it must be; a field of another name, with the names that there are.
func TestParseJSON_EveryFieldIsChecked(t *testing.T) {
	t.Parallel()
	whole := `{"name":"x","categories":[{"key":"s","name":"S","colour":"#000000","focus":{"x":1,"y":2}}],
"sections":[{"key":"a","name":"A","rows":[{"label":"A","seats":[{"label":"1","x":0,"y":0,"category":"s","kind":"house","aisle_after":true}]}]}],
"areas":[{"key":"f","name":"F","category":"s","capacity":5,"shape":[{"x":0,"y":5},{"x":1,"y":5},{"x":1,"y":6}]}],
"drawings":[{"text":"Bar","colour":"#ffffff","shape":[{"x":9,"y":9}]}],"focus":{"x":3,"y":4}}`
	_, err := seatmap.ParseJSON([]byte(whole))
	require.NoError(t, err)
	for _, c := range []struct{ old, field, must string }{
		{`"name":"x"`, "name", "a string"},
		{`"key":"s"`, "categories.key", "a string"},
		{`"colour":"#000000"`, "categories.colour", "a string"},
		{`"x":1,"y":2`, "categories.focus.x", "a number"},
		{`"key":"a"`, "sections.key", "a string"},
		{`"label":"A"`, "sections.rows.label", "a string"},
		{`"label":"1"`, "sections.rows.seats.label", "a string"},
		{`"category":"s","kind"`, "sections.rows.seats.category", "a string"},
		{`"kind":"house"`, "sections.rows.seats.kind", "a "},
		{`"aisle_after":true`, "sections.rows.seats.aisle_after", "true or false"},
		{`"capacity":5`, "areas.capacity", "a whole number"},
		{`"x":0,"y":5`, "areas.shape.x", "a number"},
		{`"text":"Bar"`, "drawings.text", "a string"},
		{`"x":9,"y":9`, "drawings.shape.x", "a number"},
		{`"x":3,"y":4`, "focus.x", "a number"},
	} {
		name, _, _ := strings.Cut(c.old, ":")
		_, rest, _ := strings.Cut(c.old, ",")
		for _, wrong := range []string{`[]`, `{}`} {
			text := strings.Replace(whole, c.old, strings.TrimSuffix(name+":"+wrong+","+rest, ","), 1)
			_, err := seatmap.ParseJSON([]byte(text))
			require.Error(t, err, text)
			assert.Equal(t, c.field, fault.Of(err).Field, "%v", err)
			assert.Contains(t, fault.Of(err).Message, "must be "+c.must)
			assert.Regexp(t, `^line \d+ column \d+: `, fault.Of(err).Message)
		}
		misspelt := strings.Replace(whole, c.old, strings.Replace(c.old, `"`+strings.Trim(name, `"`)+`"`, `"`+strings.Trim(name, `"`)+`_"`, 1), 1)
		_, err := seatmap.ParseJSON([]byte(misspelt))
		require.Error(t, err, misspelt)
		assert.Contains(t, fault.Of(err).Message, fmt.Sprintf("there is no field %q here; the fields are ", strings.Trim(name, `"`)+"_"))
		assert.True(t, strings.HasSuffix(fault.Of(err).Field, strings.Trim(name, `"`)+"_"), "%v", err)
	}
	for _, list := range []string{"categories", "sections", "areas", "drawings"} {
		var tree map[string]any
		require.NoError(t, json.Unmarshal([]byte(whole), &tree))
		tree[list] = map[string]any{}
		data, err := json.Marshal(tree)
		require.NoError(t, err)
		_, err = seatmap.ParseJSON(data)
		require.Error(t, err)
		assert.Equal(t, list, fault.Of(err).Field)
		assert.Contains(t, fault.Of(err).Message, "must be a list, not an object")
	}
}

// Seats of different sections stand as apart as those of one row.
func TestCompile_SectionsDoNotOverlap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x, y  float64
		clash bool
	}{
		{0, 9, true}, {0.49, 9, true}, {0.5, 9, false}, {1.25, 9, true}, {1.5, 9.5, false}, {0.3, 9.3, true}, {0.4, 9.4, false}, {-0.5, 9, false}, {2.5, 8.99, false},
	} {
		m := small()
		m.Sections[0].Rows[0].Seats = m.Sections[0].Rows[0].Seats[:1]
		m.Sections[0].Rows[0].Seats[0].X, m.Sections[0].Rows[0].Seats[0].Y = c.x, c.y
		_, err := seatmap.Compile(m)
		if !c.clash {
			assert.NoError(t, err, "%v,%v", c.x, c.y)
			continue
		}
		require.Error(t, err, "%v,%v", c.x, c.y)
		assert.Equal(t, "sections[1].rows[0].seats[0].x", strings.Replace(fault.Of(err).Field, "seats[1]", "seats[0]", 1), "the second of the two is told")
		assert.Contains(t, err.Error(), "from Stalls row A seat 1, so the two overlap")
	}
}
