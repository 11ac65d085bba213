package sqldbtest

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

var typeTests = map[string]func(*testing.T, sqldb.DB){
	"Types_Time":            testTime,
	"Types_TimeZero":        testTimeZero,
	"Types_TimeCompared":    testTimeCompared,
	"Types_Numbers":         testNumbers,
	"Types_Bool":            testBool,
	"Types_Text":            testText,
	"Types_Bytes":           testBytes,
	"Types_JSON":            testJSON,
	"Types_JSONNull":        testJSONNull,
	"Types_JSONRaw":         testJSONRaw,
	"Types_JSONUnfit":       testJSONUnfit,
	"Types_Named":           testNamed,
	"Types_NullIntoValue":   testNullIntoValue,
	"Types_ArgumentMissing": testArgumentMissing,
}

// keep writes the value into one column and reads it back into dest.
func keep(t *testing.T, db sqldb.DB, column string, value, dest any) {
	t.Helper()
	exec(t, db, "insert into value (id, "+column+") values (1, $1) on conflict (id) do update set "+column+" = excluded."+column, value)
	one(t, db, []any{dest}, "select "+column+" from value where id = 1")
}

func testTime(t *testing.T, db sqldb.DB) {
	zone := time.FixedZone("half past", 5*3600+1800)
	for _, at := range []time.Time{
		time.Date(2026, 3, 29, 1, 59, 59, 999_999_000, time.UTC),
		time.Date(2026, 10, 25, 2, 30, 0, 1_999, zone),
		time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		time.Unix(0, 0),
	} {
		var got time.Time
		keep(t, db, "at", at, &got)
		assert.Equal(t, at.UTC().Truncate(time.Microsecond), got)
		keep(t, db, "at", &at, &got)
		assert.Equal(t, at.UTC().Truncate(time.Microsecond), got)
	}
}

func testTimeZero(t *testing.T, db sqldb.DB) {
	for _, none := range []any{time.Time{}, (*time.Time)(nil), &time.Time{}, nil} {
		got := time.Now()
		keep(t, db, "at", none, &got)
		assert.True(t, got.IsZero())
		var null bool
		one(t, db, []any{&null}, "select at is null from value where id = 1")
		assert.True(t, null)
	}
}

func testTimeCompared(t *testing.T, db sqldb.DB) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6_000, time.UTC)
	exec(t, db, "insert into value (id, at) values (1, $1), (2, $2), (3, $3)",
		at, at.Add(time.Microsecond).In(time.FixedZone("", -3600)), at.Add(-time.Microsecond))
	var before, first int
	one(t, db, []any{&before}, "select count(*) from value where at <= $1", at.Add(999*time.Nanosecond))
	assert.Equal(t, 2, before)
	one(t, db, []any{&first}, "select id from value order by at")
	assert.Equal(t, 3, first)
}

func testNumbers(t *testing.T, db sqldb.DB) {
	for _, want := range []int64{0, -1, math.MaxInt64, math.MinInt64} {
		var got int64
		keep(t, db, "number", want, &got)
		assert.Equal(t, want, got)
	}
	for _, want := range []float64{0, -1.5, 2, math.Pi, math.MaxFloat64, math.SmallestNonzeroFloat64} {
		var got float64
		keep(t, db, "ratio", want, &got)
		assert.Equal(t, want, got)
	}
	var small int
	var tiny int8
	var wide uint32
	keep(t, db, "small", 12, &small)
	assert.Equal(t, 12, small)
	keep(t, db, "small", int8(-7), &tiny)
	assert.Equal(t, int8(-7), tiny)
	keep(t, db, "number", uint32(math.MaxUint32), &wide)
	assert.Equal(t, uint32(math.MaxUint32), wide)
}

func testBool(t *testing.T, db sqldb.DB) {
	for _, want := range []bool{true, false} {
		got := !want
		keep(t, db, "yes", want, &got)
		assert.Equal(t, want, got)
		var n int
		one(t, db, []any{&n}, "select count(*) from value where yes = $1", want)
		assert.Equal(t, 1, n)
	}
}

func testText(t *testing.T, db sqldb.DB) {
	for _, want := range []string{"", " ", "0123", "Zoë’s “ciné-club” – ज़ोया, 三枚, 🎟️", "a'b\"c\\d\n%_?$1", "1e3"} {
		var got string
		keep(t, db, "name", want, &got)
		assert.Equal(t, want, got)
	}
}

func testBytes(t *testing.T, db sqldb.DB) {
	for _, want := range [][]byte{{0}, {0xff, 0, 0xfe}, []byte("text")} {
		var got []byte
		keep(t, db, "body", want, &got)
		assert.Equal(t, want, got)
	}
	var got []byte
	keep(t, db, "body", []byte{}, &got)
	assert.Empty(t, got)
	got = []byte{1}
	keep(t, db, "body", nil, &got)
	assert.Nil(t, got)
}

// document is what the JSON tests keep.
type document struct {
	Name  string            `json:"name"`
	Seats []int             `json:"seats"`
	More  map[string]string `json:"more,omitempty"`
}

func testJSON(t *testing.T, db sqldb.DB) {
	want := document{Name: "Zoë \"\\ 🎟️", Seats: []int{1, 2}, More: map[string]string{"a": "b"}}
	var got document
	keep(t, db, "doc", sqldb.JSON(want), sqldb.IntoJSON(&got))
	assert.Equal(t, want, got)
	keep(t, db, "name", sqldb.JSON(want), sqldb.IntoJSON(&got))
	assert.Equal(t, want, got, "a text column does as well")
	var number int
	keep(t, db, "doc", sqldb.JSON(42), sqldb.IntoJSON(&number))
	assert.Equal(t, 42, number)
	var ratio float64
	keep(t, db, "doc", sqldb.JSON(4.5), sqldb.IntoJSON(&ratio))
	assert.InDelta(t, 4.5, ratio, 0)
}

func testJSONNull(t *testing.T, db sqldb.DB) {
	got := document{Name: "as it was"}
	keep(t, db, "doc", nil, sqldb.IntoJSON(&got))
	assert.Equal(t, "as it was", got.Name)
	raw := json.RawMessage("{}")
	keep(t, db, "doc", nil, &raw)
	assert.Nil(t, raw)
}

func testJSONRaw(t *testing.T, db sqldb.DB) {
	var got json.RawMessage
	keep(t, db, "doc", json.RawMessage(`{"a": [1, "x"]}`), &got)
	assert.JSONEq(t, `{"a": [1, "x"]}`, string(got))
	keep(t, db, "doc", json.RawMessage(nil), &got)
	assert.Nil(t, got)
}

func testJSONUnfit(t *testing.T, db sqldb.DB) {
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{"a", 1}})
		tx.Queue(sqldb.Stmt{SQL: "insert into value (id, doc) values ($1, $2)", Args: []any{1, sqldb.JSON(func() {})}})
		return nil
	})
	require.ErrorContains(t, err, "argument $2")
	assert.Zero(t, accounts(t, db))
}

// named types are what most of the product's columns are scanned into.
type (
	status string
	minor  int64
)

func testNamed(t *testing.T, db sqldb.DB) {
	var s status
	keep(t, db, "name", status("sold"), &s)
	assert.Equal(t, status("sold"), s)
	var m minor
	keep(t, db, "number", minor(-5), &m)
	assert.Equal(t, minor(-5), m)
}

func testNullIntoValue(t *testing.T, db sqldb.DB) {
	exec(t, db, "insert into value (id) values (1)")
	for column, dest := range map[string]any{"name": new(string), "number": new(int64), "yes": new(bool)} {
		err := db.View(t.Context(), func(tx sqldb.Tx) error {
			return tx.One(t.Context(), []any{dest}, "select "+column+" from value")
		})
		assert.True(t, sqldb.IsKind(err, sqldb.Other), "%s: %v", column, err)
	}
}

func testArgumentMissing(t *testing.T, db sqldb.DB) {
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{"a"}})
		return nil
	})
	assert.True(t, sqldb.IsKind(err, sqldb.Other), "got %v", err)
	assert.Zero(t, accounts(t, db))
}
