package edge

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"

	"github.com/valyala/fasthttp"
)

// encoding is a way to send a body. The lower is preferred where the client takes several.
type encoding int

// Brotli makes pages smallest; zstd and gzip are for clients without it.
const (
	brotli encoding = iota
	zstd
	gzip
	identity
	encodings
)

var encodingNames = [encodings]string{"br", "zstd", "gzip", "identity"}

// Levels of compression. A page is compressed once and sent often, but somebody waits for the first time: these take
// about a millisecond for a page of 40 KB. The best ones take a hundred, and much memory: 130 MB for Brotli, 50 MB for zstd.
const (
	brotliLevel = 5
	zstdLevel   = fasthttp.CompressZstdDefault
	gzipLevel   = 6
)

// compress returns the body in an encoding.
func (e encoding) compress(body []byte) []byte {
	switch e {
	case brotli:
		return fasthttp.AppendBrotliBytesLevel(nil, body, brotliLevel)
	case zstd:
		return fasthttp.AppendZstdBytesLevel(nil, body, zstdLevel)
	case gzip:
		return fasthttp.AppendGzipBytesLevel(nil, body, gzipLevel)
	case identity, encodings:
	}
	return body
}

// accepted chooses the encoding for an Accept-Encoding header (RFC 9110, section 12.5.3): the best of
// ours that the client does not weigh at zero. Weights above zero are not compared, since clients that send them list
// what they can and not what they like. It does not allocate.
func accepted(header []byte) encoding {
	switch string(header) { // what browsers and proxies send, found in a tenth of the time
	case "gzip, deflate, br, zstd", "gzip, deflate, br", "gzip, br", "br":
		return brotli
	case "gzip, deflate", "gzip":
		return gzip
	case "":
		return identity
	}
	var takes, refuses [encodings]bool
	every, none := false, false
	for len(header) > 0 {
		var part []byte
		part, header, _ = bytes.Cut(header, comma)
		name, parameters, _ := bytes.Cut(part, semicolon)
		name = bytes.TrimSpace(name)
		zero := isZeroWeight(parameters)
		if len(name) == 1 && name[0] == '*' {
			every, none = !zero, zero
			continue
		}
		for e := range encodings {
			if equalFold(name, encodingNames[e]) {
				takes[e], refuses[e] = !zero, zero
			}
		}
	}
	for e := range identity {
		if takes[e] || every && !refuses[e] && !none {
			return e
		}
	}
	return identity
}

var (
	comma     = []byte(",")
	semicolon = []byte(";")
)

// isZeroWeight reports whether parameters hold a weight q=0.
func isZeroWeight(parameters []byte) bool {
	for len(parameters) > 0 {
		var p []byte
		p, parameters, _ = bytes.Cut(parameters, semicolon)
		p = bytes.TrimSpace(p)
		if len(p) < 3 || p[0]|0x20 != 'q' || p[1] != '=' {
			continue
		}
		if digits := bytes.Trim(p[2:], "0."); len(digits) == 0 {
			return true
		}
	}
	return false
}

// equalFold compares a header's token with a name of ours in lower case.
func equalFold(token []byte, name string) bool {
	if len(token) != len(name) {
		return false
	}
	for i := range len(name) {
		c := token[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != name[i] {
			return false
		}
	}
	return true
}

// noneMatches reports whether an If-None-Match header holds the entity tag (RFC 9110, section 13.1.2): weak
// comparison, so that a proxy that marked our tag as weak still saves the body.
func noneMatches(header []byte, tag string) bool {
	for len(header) > 0 {
		var part []byte
		part, header, _ = bytes.Cut(header, comma)
		part = bytes.TrimSpace(part)
		if len(part) == 1 && part[0] == '*' {
			return true
		}
		if string(bytes.TrimPrefix(part, weak)) == tag {
			return true
		}
	}
	return false
}

var weak = []byte("W/")

// entityTag is the strong entity tag of a body with the given sum in an encoding: each encoding is a representation
// of its own.
func (e encoding) entityTag(sum [sha256.Size]byte) string {
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + "-" + encodingNames[e] + `"`
}
