package sqldb_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

func TestError_SaysKindAndConstraint(t *testing.T) {
	t.Parallel()
	cause := errors.New("driver's words")
	plain := &sqldb.Error{Kind: sqldb.Retry, Err: cause}
	assert.EqualError(t, plain, "retry: driver's words")
	named := &sqldb.Error{Kind: sqldb.Unique, Constraint: "seat.show, seat.label", Err: cause}
	assert.EqualError(t, named, "unique violation of seat.show, seat.label: driver's words")
	require.ErrorIs(t, named, cause)
}

func TestIsKind_FindsWrappedError(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("hold: %w", &sqldb.Error{Kind: sqldb.Check, Err: errors.New("x")})
	assert.True(t, sqldb.IsKind(err, sqldb.Check))
	assert.False(t, sqldb.IsKind(err, sqldb.Unique))
	assert.False(t, sqldb.IsKind(errors.New("another"), sqldb.Check))
	assert.False(t, sqldb.IsKind(nil, sqldb.Check))
}

func TestBind_LeavesPlainArgumentsAlone(t *testing.T) {
	t.Parallel()
	args := []any{1, "two", nil, 3.5, []byte("b"), true}
	bound, err := sqldb.Bind(args)
	require.NoError(t, err)
	assert.Equal(t, args, bound)
	assert.Same(t, &args[0], &bound[0], "nothing is copied")
}

func TestBind_DoesNotChangeItsInput(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 4, 3, 2, 1, 9_999, time.FixedZone("", 3600))
	args := []any{1, at, time.Time{}, sqldb.JSON([]int{1}), json.RawMessage(`{}`)}
	bound, err := sqldb.Bind(args)
	require.NoError(t, err)
	assert.Equal(t, []any{1, time.Date(2026, 5, 4, 2, 2, 1, 9_000, time.UTC), nil, "[1]", "{}"}, bound)
	assert.Equal(t, at, args[1])
}

func TestBind_NamesTheArgument(t *testing.T) {
	t.Parallel()
	_, err := sqldb.Bind([]any{1, sqldb.JSON(make(chan int))})
	require.ErrorContains(t, err, "argument $2")
}

func TestIntoJSON(t *testing.T) {
	t.Parallel()
	type scanner interface{ Scan(src any) error }
	for _, c := range []struct {
		src  any
		want any
		fail string
	}{
		{src: nil, want: "before"},
		{src: "", want: "before"},
		{src: []byte{}, want: "before"},
		{src: `"after"`, want: "after"},
		{src: []byte(`[1, 2]`), want: []any{1.0, 2.0}},
		{src: int64(7), want: 7.0},
		{src: 7.5, want: 7.5},
		{src: "{", want: "before", fail: "unexpected end of JSON input"},
		{src: time.Time{}, want: "before", fail: "cannot read time.Time as JSON"},
	} {
		var got any = "before"
		dest, ok := sqldb.IntoJSON(&got).(scanner)
		require.True(t, ok)
		err := dest.Scan(c.src)
		if c.fail != "" {
			require.ErrorContains(t, err, c.fail)
		} else {
			require.NoError(t, err)
		}
		assert.Equal(t, c.want, got, "%v", c.src)
	}
}

// scanInto scans src the way an engine does into a *T.
func scanInto[T any](t require.TestingT, dest *T, src any) error {
	dests := sqldb.AppendDests(nil, []any{dest})
	require.Len(t, dests, 1)
	return dests[0].(interface{ Scan(src any) error }).Scan(src) //nolint:forcetypeassert // a panic fails the test
}

func TestAppendDests_Time(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 4, 3, 2, 1, 9_999, time.FixedZone("", 3600))
	want := time.Date(2026, 5, 4, 2, 2, 1, 9_000, time.UTC)
	for _, src := range []any{at, want.UnixMicro()} {
		var got time.Time
		require.NoError(t, scanInto(t, &got, src))
		assert.Equal(t, want, got)
	}
	got := at
	require.NoError(t, scanInto(t, &got, nil))
	assert.True(t, got.IsZero())
	require.ErrorContains(t, scanInto(t, &got, "2026"), "cannot read string as a time")
}

func TestAppendDests_TimeOfEveryMicrosecond(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		micro := rapid.Int64Range(-62135596800000000+1, 253402300799999999).Draw(t, "microseconds from year 1 to 9999")
		var got time.Time
		require.NoError(t, scanInto(t, &got, micro))
		assert.Equal(t, micro, got.UnixMicro())
		bound, err := sqldb.Bind([]any{got.Add(time.Duration(rapid.IntRange(0, 999).Draw(t, "ns")))})
		require.NoError(t, err)
		assert.Equal(t, []any{got}, bound)
	})
}

func TestAppendDests_RawJSONIsACopy(t *testing.T) {
	t.Parallel()
	src := []byte(`{"a":1}`)
	var got json.RawMessage
	require.NoError(t, scanInto(t, &got, src))
	src[1] = 'x'
	assert.JSONEq(t, `{"a":1}`, string(got))
	require.NoError(t, scanInto(t, &got, nil))
	assert.Nil(t, got)
	require.Error(t, scanInto(t, &got, true))
}

func TestAppendDests_LeavesOthersAlone(t *testing.T) {
	t.Parallel()
	var s string
	var n int
	assert.Equal(t, []any{"kept", &s, &n}, sqldb.AppendDests([]any{"kept"}, []any{&s, &n}))
}
