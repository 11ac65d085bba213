// Package qr draws QR codes (ISO/IEC 18004) at error-correction level M, which
// stays readable with about 15 % of the symbol soiled, with the quiet zone of
// four modules that the standard asks for.
//
//	picture, err := qr.SVG(code, qr.Options{Title: "Ticket 1 of 2"})
//
// Text of capital letters, digits and space $ % * + - . / : gives the smallest
// symbols. It is an adapter over rsc.io/qr and apart from bms, so that only
// programs that draw pictures compile it in.
package qr

import (
	"html"
	"strconv"

	"rsc.io/qr/coding"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// quiet is the width of the empty border on each side, in modules. Source:
// ISO/IEC 18004, section 5.3.8 (quiet zone).
const quiet = 4

// maxPixels bounds the side of a PNG: a poster at 300 dots per inch.
const maxPixels = 8192

// Options says how an SVG looks. The zero value is black on white, without a
// name.
type Options struct {
	// Title names the picture to people who do not see it. Empty hides it from
	// screen readers: say what it is beside it, then.
	Title string
	// Class is the value of the class attribute; empty for none.
	Class string
}

// SVG returns text as an SVG element with a viewBox and no size, to be sized by
// the page or mail around it. It needs no style sheet and may stand in HTML as
// it is. Errors: an Invalid fault about text when that is empty or too long.
func SVG(text string, o Options) ([]byte, error) {
	code, err := encode(text)
	if err != nil {
		return nil, err
	}
	side := strconv.Itoa(code.Size + 2*quiet)
	out := make([]byte, 0, 512+2*code.Size*code.Size)
	out = append(out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 `+side+` `+side+`" shape-rendering="crispEdges"`+o.attributes()+`>`...)
	out = append(out, `<path fill="#fff" d="M0 0h`+side+`v`+side+`H0z"/><path stroke="#000" d="`...)
	for y := range code.Size {
		out = appendRow(out, code, y)
	}
	return append(out, `"/></svg>`...), nil
}

// attributes returns what o adds to the svg element.
func (o Options) attributes() string {
	s := ` aria-hidden="true"`
	if o.Title != "" {
		s = ` role="img" aria-label="` + html.EscapeString(o.Title) + `"`
	}
	if o.Class != "" {
		s += ` class="` + html.EscapeString(o.Class) + `"`
	}
	return s
}

// appendRow adds the dark runs of a row to a path that is stroked one module
// wide: a move to the middle of the row, then runs and gaps.
func appendRow(dst []byte, code *coding.Code, y int) []byte {
	at := -1 // where the pen is; -1 before the first run of the row
	for x := 0; x < code.Size; x++ {
		if !code.Black(x, y) {
			continue
		}
		if at < 0 {
			dst = appendInt(append(dst, 'M'), x+quiet)
			dst = append(appendInt(append(dst, ' '), y+quiet), ".5"...)
		} else {
			dst = append(appendInt(append(dst, 'm'), x-at), " 0"...)
		}
		from := x
		for code.Black(x, y) { // beyond the edge it is white
			x++
		}
		dst = appendInt(append(dst, 'h'), x-from)
		at = x
	}
	return dst
}

// appendInt appends n in decimal.
func appendInt(dst []byte, n int) []byte { return strconv.AppendInt(dst, int64(n), 10) }

// PNG returns text as a square black and white PNG, as large as whole pixels
// for each module allow but no wider than side. Errors: an Invalid fault about
// text, or about side when that gives a module less than two pixels or is over
// 8192.
func PNG(text string, side int) ([]byte, error) {
	code, err := encode(text)
	if err != nil {
		return nil, err
	}
	modules := code.Size + 2*quiet
	// No camera reads one pixel a module.
	if least := 2 * modules; side < least || side > maxPixels {
		return nil, fault.Invalidf("side", "must be %d to %d pixels for this text, not %d", least, maxPixels, side)
	}
	return encodePNG(code, side/modules)
}

// encode returns the smallest symbol that holds text.
func encode(text string) (*coding.Code, error) {
	if text == "" {
		return nil, fault.Invalidf("text", "must not be empty")
	}
	code, err := newSymbol(text)
	if err != nil {
		return nil, fault.Invalidf("text", "is too long for a QR code: %d bytes", len(text))
	}
	return code, nil
}

// Pictures draws ticket codes for mails: square PNGs about as wide as a thumb on
// a phone. It is what bms.Config.Pictures wants.
type Pictures struct{}

// picturePixels is the greatest width of a picture: six pixels a module of a ticket code, which is three for
// each point at which mails show it, as phones have. It makes some 2.5 KB.
const picturePixels = 318

// Picture returns the PNG of a code. Errors: as PNG.
func (Pictures) Picture(code string) (contentType string, image []byte, err error) {
	image, err = PNG(code, picturePixels)
	return "image/png", image, err
}
