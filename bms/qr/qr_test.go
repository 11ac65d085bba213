package qr_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rscqr "rsc.io/qr"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/qr"
)

// read returns the text of the QR code in a picture, as another reader sees it. What is tested is the symbol, so the
// reader is told that there is nothing else in the picture: its search misses some in a photograph.
func read(t testing.TB, picture image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	require.NoError(t, err)
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	require.NoError(t, err)
	return result.GetText()
}

// svg is what this test understands of an SVG.
type svg struct {
	ViewBox string `xml:"viewBox,attr"`
	Role    string `xml:"role,attr"`
	Label   string `xml:"aria-label,attr"`
	Hidden  string `xml:"aria-hidden,attr"`
	Class   string `xml:"class,attr"`
	Paths   []struct {
		Fill   string `xml:"fill,attr"`
		Stroke string `xml:"stroke,attr"`
		D      string `xml:"d,attr"`
	} `xml:"path"`
}

func parse(t testing.TB, picture []byte) svg {
	t.Helper()
	var s svg
	require.NoError(t, xml.Unmarshal(picture, &s))
	require.Len(t, s.Paths, 2)
	return s
}

// paint draws the stroked path with eight pixels a module.
func (s svg) paint(t testing.TB) image.Image {
	t.Helper()
	const scale = 8
	var side int
	_, err := fmt.Sscanf(s.ViewBox, "0 0 %d", &side)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("M0 0h%dv%dH0z", side, side), s.Paths[0].D)
	picture := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	for i := range picture.Pix {
		picture.Pix[i] = 255
	}
	x, y := 0, 0
	for path := strings.NewReader(s.Paths[1].D); ; {
		command, err := path.ReadByte()
		if errors.Is(err, io.EOF) {
			return picture
		}
		var n int
		switch command {
		case 'M':
			_, err = fmt.Fscanf(path, "%d %d.5", &x, &y)
		case 'm':
			_, err = fmt.Fscanf(path, "%d 0", &n)
			x += n
		case 'h':
			_, err = fmt.Fscanf(path, "%d", &n)
			for i := range n * scale {
				for j := range scale {
					picture.SetGray(x*scale+i, y*scale+j, color.Gray{})
				}
			}
			x += n
		default:
			t.Fatalf("the command %q of the path", command)
		}
		require.NoError(t, err)
	}
}

// ticket returns the code of some ticket, always the same for the same n.
func ticket(t testing.TB, n int) string {
	t.Helper()
	signer, err := booking.NewSigner(1, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, uint64(n)))
	some := func() string {
		const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
		id := []byte("06dm3tkg80................")
		for i := 10; i < len(id); i++ {
			id[i] = alphabet[random.IntN(len(alphabet))]
		}
		return string(id)
	}
	code, err := signer.Sign(booking.TicketClaims{ShowID: "shw_" + some(), TicketID: booking.TicketID("tkt_" + some()), Seat: int32(n)})
	require.NoError(t, err)
	return code
}

// texts are what may be drawn, short and long.
func texts(t testing.TB) map[string]string {
	t.Helper()
	return map[string]string{
		"ticket": ticket(t, 1), "one": "1", "digits": strings.Repeat("0123456789", 30), "address": "https://example.com/b/K7PW-XF3X?x=1",
		"unicode": "Zoë, 李小龍", "longest": strings.Repeat("x", 2331),
	}
}

func TestPNG_IsReadByAnotherReader(t *testing.T) {
	t.Parallel()
	for name, text := range texts(t) {
		data, err := qr.PNG(text, 600)
		require.NoError(t, err, name)
		picture, err := png.Decode(bytes.NewReader(data))
		require.NoError(t, err, name)
		assert.Equal(t, text, read(t, picture), name)
		width := picture.Bounds().Dx()
		assert.Equal(t, width, picture.Bounds().Dy(), name)
		assert.LessOrEqual(t, width, 600, name)
		assert.Greater(t, width, 500, name)
	}
}

func TestSVG_IsReadByAnotherReader(t *testing.T) {
	t.Parallel()
	for name, text := range texts(t) {
		picture, err := qr.SVG(text, qr.Options{})
		require.NoError(t, err, name)
		assert.Equal(t, text, read(t, parse(t, picture).paint(t)), name)
	}
}

func TestSVG_ATicketIsASmallSymbol(t *testing.T) {
	t.Parallel()
	picture, err := qr.SVG(texts(t)["ticket"], qr.Options{})
	require.NoError(t, err)
	assert.Equal(t, "0 0 53 53", parse(t, picture).ViewBox, "version 7, 45 modules, and the quiet zone")
	assert.Less(t, len(picture), 8000)
}

func TestSVG_SaysWhatItIs(t *testing.T) {
	t.Parallel()
	named, err := qr.SVG("1", qr.Options{Title: `Row "C" <1>`, Class: "qr & co"})
	require.NoError(t, err)
	s := parse(t, named)
	assert.Equal(t, []string{"img", `Row "C" <1>`, "", "qr & co"}, []string{s.Role, s.Label, s.Hidden, s.Class})

	hidden, err := qr.SVG("1", qr.Options{})
	require.NoError(t, err)
	s = parse(t, hidden)
	assert.Equal(t, []string{"", "", "true", ""}, []string{s.Role, s.Label, s.Hidden, s.Class})
	assert.Equal(t, []string{"#fff", "#000"}, []string{s.Paths[0].Fill, s.Paths[1].Stroke})
}

func TestPictures_RefuseWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"empty": "", "too long": strings.Repeat("x", 2332)} {
		_, err := qr.SVG(text, qr.Options{})
		require.Equal(t, fault.Invalid, fault.CodeOf(err), name)
		assert.Equal(t, "text", fault.Of(err).Field, name)
		_, err = qr.PNG(text, 600)
		assert.Equal(t, "text", fault.Of(err).Field, name)
	}
	_, err := qr.SVG(texts(t)["longest"], qr.Options{})
	require.NoError(t, err)
	for _, side := range []int{-1, 0, 57, 8193} {
		_, err := qr.PNG("1", side)
		require.Error(t, err)
		assert.Equal(t, "side", fault.Of(err).Field)
	}
	_, err = qr.PNG("1", 58)
	assert.NoError(t, err)
}

func BenchmarkSVG(b *testing.B) {
	text := texts(b)["ticket"]
	for b.Loop() {
		if _, err := qr.SVG(text, qr.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPNG(b *testing.B) {
	text := texts(b)["ticket"]
	for b.Loop() {
		if _, err := qr.PNG(text, 400); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleSVG() {
	picture, err := qr.SVG("HELLO", qr.Options{Title: "Greeting"})
	fmt.Printf("%.150s … %v\n", picture, err)
	// Output:
	// <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29" shape-rendering="crispEdges" role="img" aria-label="Greeting"><path fill="#fff" d="M0 0h29 … <nil>
}

func TestPictures_DrawACodeThatReads(t *testing.T) {
	t.Parallel()
	code := strings.Repeat("A7", booking.CodeLen/2)
	kind, raw, err := qr.Pictures{}.Picture(code)
	require.NoError(t, err)
	assert.Equal(t, "image/png", kind)
	picture, err := png.Decode(bytes.NewReader(raw))
	require.NoError(t, err)
	assert.Equal(t, code, read(t, picture))
	assert.Less(t, len(raw), 4<<10, "a mail has one for every ticket")
}

func TestPNG_EveryTicketIsRead(t *testing.T) {
	t.Parallel()
	for n := range 300 {
		text := ticket(t, n)
		_, data, err := qr.Pictures{}.Picture(text)
		require.NoError(t, err)
		picture, err := png.Decode(bytes.NewReader(data))
		require.NoError(t, err)
		require.Equal(t, text, read(t, picture), n)
	}
}

// A reader that searches a photograph for the symbol is led astray by what looks like its corners. The choice of mask is
// held by counting: the same tickets under the mask that the library would take.
func TestPNG_SearchedForMissesFewerThanWithTheFirstMask(t *testing.T) {
	t.Parallel()
	found := func(picture image.Image) bool {
		bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
		require.NoError(t, err)
		_, err = qrcode.NewQRCodeReader().Decode(bitmap, nil)
		return err == nil
	}
	ours, first := 0, 0
	for n := range 1000 {
		text := ticket(t, n)
		data, err := qr.PNG(text, 212)
		require.NoError(t, err)
		picture, err := png.Decode(bytes.NewReader(data))
		require.NoError(t, err)
		if !found(picture) {
			ours++
		}
		code, err := rscqr.Encode(text, rscqr.M)
		require.NoError(t, err)
		painted := image.NewGray(picture.Bounds()) // the library's own image leaves the scale out
		for i := range painted.Pix {
			if x, y := i%painted.Stride/4-4, i/painted.Stride/4-4; !code.Black(x, y) {
				painted.Pix[i] = 255
			}
		}
		if !found(painted) {
			first++
		}
	}
	assert.Less(t, 2*ours, first, "%d and %d of 1,000", ours, first)
}
