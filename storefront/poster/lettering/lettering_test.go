package lettering_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/storefront/poster/ink"
	"github.com/marquee-tickets/marquee/storefront/poster/lettering"
)

func open(t require.TestingT) *lettering.Set {
	set, err := lettering.Open()
	require.NoError(t, err)
	return set
}

// scripts are letters of what the fonts have.
var scripts = []string{
	"abcdefghijklmnopqrstuvwxyzäößñçøłşğı ABCXYZ .,:!?’“”–0123456789", "абвгдежзийклмнопрстуфхцчшщъыьэюя АБВ", "αβγδεζηθικλμνξοπρσςτυφχψωάέ ΑΒΓ",
	"कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसहािीुूेैोौं़् ", "கஙசஞடணதநபமயரலவழளறனாிீுூெேைொோௌ் ", "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئ ، ؟",
}

func TestFit_EveryTitleStaysInItsRoom(t *testing.T) {
	t.Parallel()
	set := open(t)
	rapid.Check(t, func(t *rapid.T) {
		script := []rune(rapid.SampledFrom(scripts).Draw(t, "script"))
		title := string(rapid.SliceOfN(rapid.SampledFrom(script), 1, 200).Draw(t, "title"))
		room := lettering.Room{
			W: rapid.Float32Range(200, 600).Draw(t, "w"), H: rapid.Float32Range(60, 300).Draw(t, "h"), Most: 150, Lines: rapid.IntRange(1, 5).Draw(t, "lines"),
			Stack: rapid.Bool().Draw(t, "stack"),
		}
		style := lettering.Style{Face: lettering.Face(rapid.IntRange(0, 4).Draw(t, "face")), Upper: rapid.Bool().Draw(t, "upper"), Tracking: rapid.SampledFrom([]float32{0, .08}).Draw(t, "tracking")}
		w := set.Writer()
		defer set.Return(w)
		block, ok := w.Fit(title, style, room)
		if !ok {
			assert.Empty(t, strings.TrimSpace(title), "only what is nothing is not set")
			return
		}
		assert.LessOrEqual(t, block.W, room.W*1.001)
		assert.LessOrEqual(t, block.H, room.H*1.001)
		var p ink.Path
		block.Draw(&p, 0, 0, room.W, lettering.Centre)
		top, bottom, _ := p.Reach()
		assert.GreaterOrEqual(t, top, float32(-1), "no letter is above the room")
		assert.LessOrEqual(t, bottom, room.H+1, "nor below it")
	})
}

func TestFit_LongTitlesGetMoreLinesAndSmallerLetters(t *testing.T) {
	t.Parallel()
	w := open(t).Writer()
	room := lettering.Room{W: 520, H: 200, Most: 120, Lines: 5}
	one, ok := w.Fit("Charade", lettering.Style{}, room)
	require.True(t, ok)
	assert.Equal(t, 1, one.Lines)
	three, ok := w.Fit("The Importance of Being Earnest in the Country", lettering.Style{}, room)
	require.True(t, ok)
	assert.Greater(t, three.Lines, 1)
	assert.Less(t, three.Size, one.Size)
}

func TestFit_WordsThatAreTooLongAreBroken(t *testing.T) {
	t.Parallel()
	w := open(t).Writer()
	room := lettering.Room{W: 520, H: 200, Most: 120, Lines: 3, Least: 40}
	long, ok := w.Fit(strings.Repeat("Donaudampfschifffahrt", 4), lettering.Style{}, room)
	require.True(t, ok)
	assert.Greater(t, long.Lines, 1)
	short, ok := w.Fit("Donaudampf", lettering.Style{}, room)
	require.True(t, ok)
	assert.Equal(t, 1, short.Lines, "what fits is not broken")
}

func TestFit_StackedLinesAreAsWideAsTheRoom(t *testing.T) {
	t.Parallel()
	w := open(t).Writer()
	block, ok := w.Fit("Sherlock Holmes and the Rest", lettering.Style{Upper: true}, lettering.Room{W: 520, H: 400, Most: 200, Lines: 2, Stack: true})
	require.True(t, ok)
	assert.Equal(t, 2, block.Lines)
	assert.InDelta(t, 520, block.W, 1)
}

func TestLine_OfWhatNoFontHasNothingIsSet(t *testing.T) {
	t.Parallel()
	w := open(t).Writer()
	for _, text := range []string{"狂った一頁", "Live in 東京", "กรุงเทพ", "서울", "", "  ", "🎉"} {
		_, ok := w.Line(text, lettering.Style{})
		assert.False(t, ok, text)
		_, ok = w.Fit(text, lettering.Style{}, lettering.Room{W: 100, H: 100, Most: 20, Lines: 2})
		assert.False(t, ok, text)
	}
}

func TestLine_SignsThatNoFontHasAreLeftOut(t *testing.T) {
	t.Parallel()
	w := open(t).Writer()
	plain, ok := w.Line("Party 2026", lettering.Style{})
	require.True(t, ok)
	signs, ok := w.Line("Party \U0001f389\ufe0f\u200b 2026\x00", lettering.Style{})
	require.True(t, ok)
	assert.Equal(t, plain, signs)
}

func TestLine_LettersThatJoinAreJoined(t *testing.T) {
	t.Parallel()
	w := open(t).Writer()
	width := func(text string) float32 {
		l, ok := w.Line(text, lettering.Style{Face: lettering.Didone})
		require.True(t, ok, text)
		return l.Width
	}
	assert.Less(t, width("ساعة"), width("س")+width("ا")+width("ع")+width("ة")-.1, "Arabic letters have other forms inside of words")
	assert.Less(t, width("क्ष"), width("क")+width("ष"), "a conjunct of Devanagari")
	assert.Less(t, width("கொ"), width("கெ")+width("கா"), "one consonant between both parts of a Tamil vowel")
	assert.Less(t, width("AVAVA"), width("A")*3+width("V")*2, "kerning")
}

func TestLine_ScriptsThatJoinGetNoTracking(t *testing.T) {
	t.Parallel()
	w := open(t).Writer()
	for text, grows := range map[string]bool{"Hamlet": true, "Гамлет": true, "हैमलेट": false, "هاملت": false, "ஹாம்லெட்": false} {
		tight, ok := w.Line(text, lettering.Style{})
		require.True(t, ok)
		loose, ok := w.Line(text, lettering.Style{Tracking: .2})
		require.True(t, ok)
		assert.Equal(t, grows, loose.Width > tight.Width, text)
	}
}

func TestLine_OneFaceForOneText(t *testing.T) {
	t.Parallel()
	w := open(t).Writer()
	for _, text := range []string{"Cuộc phiêu lưu", "Потёмкин"} {
		didone, ok := w.Line(text, lettering.Style{Face: lettering.Didone})
		require.True(t, ok)
		gothic, ok := w.Line(text, lettering.Style{Face: lettering.Gothic})
		require.True(t, ok)
		assert.Equal(t, gothic, didone, "Didone lacks some of its letters")
	}
	didone, _ := w.Line("Łódź", lettering.Style{Face: lettering.Didone})
	gothic, _ := w.Line("Łódź", lettering.Style{Face: lettering.Gothic})
	assert.NotEqual(t, gothic, didone)
}

func TestLine_CapitalsOfScriptsThatHaveThem(t *testing.T) {
	t.Parallel()
	w := open(t).Writer()
	for _, pair := range [][2]string{{"straße é", "STRAẞE É"}, {"хит", "ХИТ"}, {"हिट", "हिट"}} {
		lower, ok := w.Line(pair[0], lettering.Style{Upper: true})
		require.True(t, ok)
		upper, ok := w.Line(pair[1], lettering.Style{})
		require.True(t, ok)
		assert.Equal(t, upper.Width, lower.Width, pair[0])
	}
}

func TestRTL_GoesByTheFirstLetter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"ألف ليلة": true, "1001 ليلة": true, "Live: عمر": false, "שלום": true, "2026": false, "": false} {
		assert.Equal(t, want, lettering.RTL(text), text)
	}
}

// Pictures are drawn at the same time; under the race detector this shows what they share.
func TestSet_IsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	set := open(t)
	want, ok := set.Writer().Line("Hamlet हैमलेट هاملت", lettering.Style{})
	require.True(t, ok)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 5 {
				w := set.Writer()
				got, _ := w.Line("Hamlet हैमलेट هاملت", lettering.Style{})
				set.Return(w)
				assert.Equal(t, want, got)
			}
		})
	}
	wait.Wait()
}
