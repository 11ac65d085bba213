package brand_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/brand"
)

func TestBlocks_HeadingsParagraphsAndLists(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []brand.Block{
		{Heading: "Who we are"},
		{Lines: []string{"Lichthof GmbH", "Berlin"}},
		{Lines: []string{"A <b>second</b> paragraph"}},
		{Items: []string{"one", "two"}},
		{Heading: "More"},
		{Items: []string{"three"}},
		{Lines: []string{"after"}},
	}, brand.Blocks("# Who we are\nLichthof GmbH\n  Berlin\n\nA <b>second</b> paragraph\n- one\n- two\n## More\n- three\nafter\n"))
	assert.Empty(t, brand.Blocks(""))
	assert.Empty(t, brand.Blocks("\n \n#\n##  \n"))
}

// FuzzBlocks: nothing is lost but what divides, and nothing is made up.
func FuzzBlocks(f *testing.F) {
	f.Add("# A\nb\n\n- c\n- d")
	f.Add("#\n-\n- \n--")
	f.Fuzz(func(t *testing.T, text string) {
		var all []string
		for _, b := range brand.Blocks(text) {
			kinds := 0
			for _, has := range []bool{b.Heading != "", b.Lines != nil, b.Items != nil} {
				if has {
					kinds++
				}
			}
			require.Equal(t, 1, kinds, "%+v", b)
			all = append(append(append(all, b.Heading), b.Lines...), b.Items...)
		}
		got := strings.Join(strings.Fields(strings.Join(all, " ")), "")
		for _, line := range all {
			require.Contains(t, text, line)
		}
		without := func(s string) string { return strings.NewReplacer("#", "", "-", "").Replace(s) }
		require.Equal(t, without(strings.Join(strings.Fields(text), "")), without(got))
	})
}
