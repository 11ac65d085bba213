package ratings_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/benchmarks/recommend/internal/ratings"
)

func TestRead_AllFormatsSayTheSame(t *testing.T) {
	t.Parallel()
	want := []ratings.Rating{
		{User: 0, Item: 0, Stars: 3, At: time.Unix(881250949, 0).UTC()},
		{User: 0, Item: 1, Stars: 5, At: time.Unix(881250950, 0).UTC()},
		{User: 1, Item: 0, Stars: 4, At: time.Unix(881250951, 0).UTC()},
	}
	for name, text := range map[string]string{
		"u.data":      "196\t242\t3\t881250949\n186\t242\t4\t881250951\n196\t302\t5\t881250950\n",
		"ratings.dat": "196::242::3::881250949\r\n186::242::4::881250951\r\n196::302::5::881250950\r\n",
		"csv":         "196,242,3,881250949\n186,242,4,881250951\n196,302,5,881250950\n",
		"csv, names":  "userId,movieId,rating,timestamp\n196,242,3.0,881250949\n\"186\",242,4,881250951\n196,302,5,881250950",
		"again":       "196\t242\t1\t881250940\n186\t242\t4\t881250951\n196\t302\t5\t881250950\n196\t242\t3\t881250949\n",
	} {
		set, err := ratings.Read(strings.NewReader(text))
		require.NoError(t, err, name)
		assert.Equal(t, want, set.Ratings, name)
		assert.Equal(t, []int{2, 2}, []int{set.Users, set.Items}, name)
		assert.InDelta(t, 5, set.Best, 0, name)
	}
}

func TestRead_SaysWhichLineIsWrong(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         "there are no ratings",
		"a\tb\t1\nc\td\n":          "line 2: want user, item and stars",
		"a,b,1\nc,d,many\n":        "line 2: stars",
		"a::b::1::9\nc::d::1::x\n": "line 2: time",
		"a\tb\tNaN\nc\td\tNaN":     "line 2: stars",
	} {
		_, err := ratings.Read(strings.NewReader(text))
		assert.ErrorContains(t, err, want, text)
	}
}

func TestSplit_DividesEachPersonsRatings(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for u := range 20 {
		for i := range 40 {
			text.WriteString(strings.Join([]string{string(rune('a' + u)), string(rune('A' + i)), "1\n"}, "\t"))
		}
	}
	set, err := ratings.Read(strings.NewReader(text.String()))
	require.NoError(t, err)
	train, test := set.Split(.75, 7)
	for u := range 20 {
		assert.Len(t, train.ByUser()[u], 30)
		assert.Len(t, test.ByUser()[u], 10)
	}
	assert.ElementsMatch(t, set.Ratings, append(append([]ratings.Rating{}, train.Ratings...), test.Ratings...))
	same, _ := set.Split(.75, 7)
	assert.Equal(t, train, same)
	other, _ := set.Split(.75, 8)
	assert.NotEqual(t, train, other)
}

func FuzzRead(f *testing.F) {
	f.Add("196\t242\t3\t881250949\n")
	f.Add("1::2::3::4\n")
	f.Add("user,item,stars\n1,2,3\n\"a\nb\",2,1,99")
	f.Fuzz(func(t *testing.T, text string) {
		set, err := ratings.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		seen := map[[2]int]bool{}
		for _, r := range set.Ratings {
			require.Less(t, r.User, set.Users)
			require.Less(t, r.Item, set.Items)
			require.False(t, seen[[2]int{r.User, r.Item}], "each pair once")
			seen[[2]int{r.User, r.Item}] = true
		}
	})
}
