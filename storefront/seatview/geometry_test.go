package seatview_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/storefront/seatview"
)

var update = flag.Bool("update", false, "write the golden files")

func number(n int) string { return strconv.Itoa(n) }

// near is how far from its place, in map units, a seat may be drawn.
const near = 0.5

// assertGivesBack checks that a geometry has the seats of its plan, each near its place.
func assertGivesBack(t require.TestingT, plan *seatmap.Plan, hall *seatview.Hall) {
	require.Len(t, hall.Seats, len(plan.Seats))
	require.Len(t, hall.Sections, len(plan.Sections))
	for i, want := range plan.Seats {
		got := hall.Seats[i]
		require.Equal(t, want.Name, got.Name)
		require.Equal(t, want.Label, got.Label)
		require.Equal(t, plan.Rows[want.Row].Label, got.Row)
		require.Equal(t, int(want.Category), got.Category)
		require.Equal(t, want.Kind, got.Kind)
		require.LessOrEqual(t, math.Hypot(got.X-want.X, got.Y-want.Y), near, want.Name)
	}
}

func TestDecode_GivesEverySeatBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plan, err := seatmap.Compile(anyHall(t))
		if err != nil {
			t.Skip(err) // two seats of a row that was put down carelessly are too close
		}
		hall, err := seatview.Decode(seatview.Encode(plan).JSON)
		require.NoError(t, err)
		assertGivesBack(t, plan, hall)
	})
}

func TestDecode_GivesHallsBack(t *testing.T) {
	t.Parallel()
	for _, m := range []*seatmap.Map{
		cabaret(), seatmap.Cinema(seatmap.HallOptions{}), seatmap.Theatre(seatmap.HallOptions{Standing: 300}), seatmap.Stadium(seatmap.HallOptions{Seats: 50_000}),
	} {
		plan := compiled(t, m)
		hall, err := seatview.Decode(seatview.Encode(plan).JSON)
		require.NoError(t, err)
		assertGivesBack(t, plan, hall)
		assert.Equal(t, m.Name, hall.Name)
		require.Len(t, hall.Areas, len(m.Areas))
		for i, area := range m.Areas {
			assert.Equal(t, area.Capacity, hall.Areas[i].Capacity)
			assert.Equal(t, area.Category, hall.Categories[hall.Areas[i].Category].Key)
			require.Len(t, hall.Areas[i].Shape, len(area.Shape))
			for j, corner := range area.Shape {
				assert.InDelta(t, corner.X, hall.Areas[i].Shape[j].X, .01)
			}
		}
	}
}

func TestEncode_IsSmall(t *testing.T) {
	t.Parallel()
	g := seatview.Encode(compiled(t, seatmap.Stadium(seatmap.HallOptions{Seats: 50_000})))
	assert.LessOrEqual(t, len(g.Brotli), 10<<10, "the budget of the seat map page")
	assert.Less(t, len(g.Brotli), len(g.Gzip))
	t.Logf("50,000 seats: %d bytes; br %d, zstd %d, gzip %d", len(g.JSON), len(g.Brotli), len(g.Zstd), len(g.Gzip))
}

// goldens are halls whose geometry and seats are kept as files, for the element's decoder as well.
func goldens() map[string]*seatmap.Map {
	return map[string]*seatmap.Map{
		"cabaret": cabaret(), "cinema": seatmap.Cinema(seatmap.HallOptions{Seats: 120}), "theatre": seatmap.Theatre(seatmap.HallOptions{Seats: 400, Standing: 50}),
		"arena": seatmap.Arena(seatmap.HallOptions{Seats: 1_000}),
	}
}

// list writes seats a line each: name, category, kind, and position with two decimals.
func list(hall *seatview.Hall) string {
	var b strings.Builder
	for _, s := range hall.Seats {
		fmt.Fprintf(&b, "%s %s %s %.2f %.2f\n", s.Name, hall.Categories[s.Category].Key, s.Kind, s.X, s.Y)
	}
	return b.String()
}

func TestEncode_Golden(t *testing.T) {
	t.Parallel()
	for name, m := range goldens() {
		g := seatview.Encode(compiled(t, m))
		hall, err := seatview.Decode(g.JSON)
		require.NoError(t, err)
		for file, text := range map[string]string{name + ".json": string(g.JSON), name + ".txt": list(hall)} {
			path := filepath.Join("testdata", file)
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.True(t, string(want) == text, "%s: is another; look at the difference, then go test -update", file)
		}
	}
}

func TestDecode_RefusesWhatIsNoGeometry(t *testing.T) {
	t.Parallel()
	const head = `{"format":1,"kinds":["standard"],"categories":[{"key":"a"}],`
	for text, field := range map[string]string{
		`[]`:                          "geometry",
		`{}`:                          "format",
		`{"format":2}`:                "format",
		`{"format":1,"seats":-1}`:     "seats",
		`{"format":1,"seats":100001}`: "seats",
		head + `"seats":2,"sections":[{"rows":[["A",[[1,0,0]]]]}]}`:           "seats",
		head + `"seats":1,"sections":[{"rows":[["A",[[2,0,0]]]]}]}`:           "sections[0].rows[0].runs",
		head + `"seats":1,"sections":[{"rows":[["A",[[0,0,0]]]]}]}`:           "sections[0].rows[0].runs",
		head + `"seats":1,"sections":[{"rows":[["A",[[1,0]]]]}]}`:             "sections[0].rows[0].runs",
		head + `"seats":1,"sections":[{"rows":[["A",[]]]}]}`:                  "sections[0].rows[0].runs",
		head + `"seats":1,"sections":[{"rows":[["A"]]}]}`:                     "sections[0].rows[0].row",
		head + `"seats":1,"sections":[{"rows":[["A",[[1,0,0]],["x","y"]]]}]}`: "sections[0].rows[0].numbers",
		head + `"seats":1,"sections":[{"rows":[["A",[[1,0,0]],[1,1,1]]]}]}`:   "sections[0].rows[0].numbers",
		head + `"seats":1,"sections":[{"rows":[["A",[[1,0,0]],0,[1]]]}]}`:     "sections[0].rows[0].categories",
		head + `"seats":1,"sections":[{"rows":[["A",[[1,0,0]],0,["a"]]]}]}`:   "sections[0].rows[0].categories",
		head + `"seats":1,"sections":[{"rows":[["A",[[1,0,0]],0,0,[-1]]]}]}`:  "sections[0].rows[0].kinds",
		head + `"seats":1,"sections":[{"rows":[["A",[[1,0,0]],0,0,{}]]}]}`:    "sections[0].rows[0].kinds",
		head + `"seats":0,"areas":[{"category":1}]}`:                          "areas[0]",
		head + `"seats":0,"areas":[{"category":0,"shape":[1]}]}`:              "areas[0]",
	} {
		_, err := seatview.Decode([]byte(text))
		require.True(t, fault.Is(err, fault.Invalid), "%s: %v", text, err)
		assert.Equal(t, field, fault.Of(err).Field, text)
	}
}

func FuzzDecode(f *testing.F) {
	for _, m := range goldens() {
		f.Add(seatview.Encode(compiled(f, m)).JSON)
	}
	f.Add([]byte(`{"format":1,"seats":3,"kinds":["standard"],"categories":[{"key":"a"}],"sections":[{"key":"s","rows":[["A",[[3,0,0,1000]],[1,1,2,9,0]]]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		hall, err := seatview.Decode(data)
		if err != nil {
			require.True(t, fault.Is(err, fault.Invalid))
			return
		}
		require.LessOrEqual(t, len(hall.Seats), seatmap.MaxPlaces)
		for _, s := range hall.Seats {
			require.Less(t, s.Category, len(hall.Categories))
		}
	})
}

// ask requests a geometry.
func ask(g *seatview.Geometry, headers map[string]string) *fasthttp.Response {
	var rc fasthttp.RequestCtx
	for name, value := range headers {
		rc.Request.Header.Set(name, value)
	}
	g.Serve(&rc)
	return &rc.Response
}

func TestServe_IsKeptForEverAndComesCompressed(t *testing.T) {
	t.Parallel()
	g := seatview.Encode(compiled(t, cabaret()))
	for encoding, unpack := range map[string]func(*fasthttp.Response) ([]byte, error){
		"br": (*fasthttp.Response).BodyUnbrotli, "gzip": (*fasthttp.Response).BodyGunzip, "zstd": (*fasthttp.Response).BodyUnzstd,
	} {
		answer := ask(g, map[string]string{"Accept-Encoding": encoding})
		assert.Equal(t, encoding, string(answer.Header.ContentEncoding()))
		assert.Equal(t, "public, max-age=31536000, immutable", string(answer.Header.Peek("Cache-Control")))
		assert.Equal(t, "application/json", string(answer.Header.ContentType()))
		body, err := unpack(answer)
		require.NoError(t, err)
		assert.Equal(t, string(g.JSON), string(body))
	}
	plain := ask(g, nil)
	assert.Empty(t, plain.Header.ContentEncoding())
	assert.Equal(t, string(g.JSON), string(plain.Body()))
	assert.Equal(t, "br", string(ask(g, map[string]string{"Accept-Encoding": "gzip, deflate, br, zstd"}).Header.ContentEncoding()))
}

func TestServe_SaysThatTheBrowserHasIt(t *testing.T) {
	t.Parallel()
	g := seatview.Encode(compiled(t, cabaret()))
	answer := ask(g, map[string]string{"If-None-Match": `"` + g.Digest + `"`})
	assert.Equal(t, fasthttp.StatusNotModified, answer.StatusCode())
	assert.Empty(t, answer.Body())
	assert.Equal(t, fasthttp.StatusOK, ask(g, map[string]string{"If-None-Match": `"another"`}).StatusCode())
}

func TestCache_MakesAHallOnce(t *testing.T) {
	t.Parallel()
	plan, halls := compiled(t, cabaret()), seatview.NewCache(0)
	got := make([]*seatview.Geometry, 8)
	var wait sync.WaitGroup
	for i := range got {
		wait.Go(func() { got[i] = halls.Of(plan) })
	}
	wait.Wait()
	for _, g := range got {
		assert.Same(t, got[0], g)
	}
	assert.Equal(t, seatview.Encode(plan), got[0])
}

func TestCache_KeepsTheLastOnes(t *testing.T) {
	t.Parallel()
	one, two, halls := compiled(t, cabaret()), compiled(t, seatmap.Cinema(seatmap.HallOptions{})), seatview.NewCache(1)
	first := halls.Of(one)
	halls.Of(two)
	again := halls.Of(one)
	assert.NotSame(t, first, again)
	assert.Equal(t, first, again)
}
