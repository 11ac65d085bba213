package qr_test

import (
	"bytes"
	"fmt"
	"image/png"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/qr"
)

// What symbols of level M hold, in digits, in letters of the small alphabet and in bytes (ISO/IEC 18004, table 7).
func TestSVG_SmallestSymbolThatHoldsTheText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ version, digits, letters, bytes int }{
		{1, 34, 20, 14},
		{2, 63, 38, 26},
		{3, 101, 61, 42},
		{7, 293, 178, 122},
		{9, 432, 262, 180},
		{10, 513, 311, 213},
		{26, 2544, 1542, 1059},
		{27, 2701, 1637, 1125},
		{40, 5596, 3391, 2331},
	} {
		for text, most := range map[string]int{"7": c.digits, "A": c.letters, "a": c.bytes} {
			full, err := qr.SVG(strings.Repeat(text, most), qr.Options{})
			require.NoError(t, err, "version %d %s", c.version, text)
			side := 17 + 4*c.version + 8
			assert.Equal(t, fmt.Sprintf("0 0 %d %d", side, side), parse(t, full).ViewBox, "version %d holds %d of %s", c.version, most, text)

			over, err := qr.SVG(strings.Repeat(text, most+1), qr.Options{})
			if c.version == 40 {
				require.Equal(t, fault.Invalid, fault.CodeOf(err))
				assert.Equal(t, "text", fault.Of(err).Field)
				continue
			}
			require.NoError(t, err)
			assert.Equal(t, fmt.Sprintf("0 0 %d %d", side+4, side+4), parse(t, over).ViewBox, "one more of %s", text)
		}
	}
}

// Symbols share their plans: those who draw at once draw what each would alone.
func TestPNG_ManyAtOnceDrawTheirOwn(t *testing.T) {
	t.Parallel()
	var wait sync.WaitGroup
	for n := range 8 {
		wait.Go(func() {
			for i := range 10 {
				text := ticket(t, 1000+n) + strings.Repeat("X", 40*i)
				data, err := qr.PNG(text, 800)
				if !assert.NoError(t, err) {
					return
				}
				picture, err := png.Decode(bytes.NewReader(data))
				if assert.NoError(t, err) {
					assert.Equal(t, text, read(t, picture))
				}
			}
		})
	}
	wait.Wait()
}
