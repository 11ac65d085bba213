package openrtb

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// writer appends JSON. Fields that say nothing are left out, and commas put where they belong.
type writer struct{ b []byte }

// AppendResponse writes an answer behind dst and returns it. It allocates nothing but what dst lacks.
func AppendResponse(dst []byte, r Response) []byte {
	w := writer{dst}
	w.open('{')
	w.text("id", r.ID)
	w.text("bidid", r.BidID)
	bids := 0
	for i := range r.Seats {
		bids += len(r.Seats[i].Bids)
	}
	if bids == 0 {
		w.key("nbr")
		w.b = strconv.AppendInt(w.b, int64(r.NBR), 10)
		w.close('}')
		return w.b
	}
	w.text("cur", r.Cur)
	w.key("seatbid")
	w.open('[')
	for i := range r.Seats {
		w.seat(&r.Seats[i])
	}
	w.close(']')
	w.close('}')
	return w.b
}

func (w *writer) seat(s *Seat) {
	if len(s.Bids) == 0 {
		return // the schema wants one at least
	}
	w.element()
	w.open('{')
	w.text("seat", s.Seat)
	w.key("bid")
	w.open('[')
	for i := range s.Bids {
		w.element()
		w.bid(&s.Bids[i])
	}
	w.close(']')
	w.close('}')
}

func (w *writer) bid(b *Bid) {
	w.open('{')
	w.text("id", b.ID)
	w.text("impid", b.ImpID)
	w.key("price")
	w.b = appendPrice(w.b, b.Price)
	w.text("adm", b.AdM)
	w.text("nurl", b.NURL)
	w.text("burl", b.BURL)
	w.text("lurl", b.LURL)
	w.texts("adomain", b.ADomain)
	w.text("cid", b.CID)
	w.text("crid", b.CrID)
	w.texts("cat", b.Cat)
	w.numbers("attr", b.Attr)
	w.number("w", b.W)
	w.number("h", b.H)
	w.seconds("dur", b.Dur)
	w.number("mtype", int(b.MType))
	w.seconds("exp", b.Exp)
	w.text("dealid", b.DealID)
	w.close('}')
}

func (w *writer) open(c byte) { w.b = append(w.b, c) }

// close ends an object or a list.
func (w *writer) close(c byte) { w.b = append(w.b, c) }

// element puts a comma before what follows, unless it is the first.
func (w *writer) element() {
	if last := w.b[len(w.b)-1]; last != '{' && last != '[' {
		w.b = append(w.b, ',')
	}
}

func (w *writer) key(name string) {
	w.element()
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

func (w *writer) text(name, s string) {
	if s != "" {
		w.key(name)
		w.b = appendText(w.b, s)
	}
}

func (w *writer) number(name string, n int) {
	if n != 0 {
		w.key(name)
		w.b = strconv.AppendInt(w.b, int64(n), 10)
	}
}

func (w *writer) seconds(name string, d time.Duration) { w.number(name, int(d/time.Second)) }

func (w *writer) price(name string, v int64) {
	if v != 0 {
		w.key(name)
		w.b = appendPrice(w.b, v)
	}
}

// yes writes 1 when it is so.
func (w *writer) yes(name string, v bool) {
	if v {
		w.number(name, 1)
	}
}

func (w *writer) flag(name string, f Flag) {
	switch f {
	case Yes:
		w.key(name)
		w.b = append(w.b, '1')
	case No:
		w.key(name)
		w.b = append(w.b, '0')
	case Unsaid:
	}
}

func (w *writer) texts(name string, list []string) {
	if len(list) == 0 {
		return
	}
	w.key(name)
	w.open('[')
	for _, s := range list {
		w.element()
		w.b = appendText(w.b, s)
	}
	w.close(']')
}

func (w *writer) numbers(name string, list []int) {
	if len(list) == 0 {
		return
	}
	w.key(name)
	w.open('[')
	for _, n := range list {
		w.element()
		w.b = strconv.AppendInt(w.b, int64(n), 10)
	}
	w.close(']')
}

// appendPrice writes 1e-9 of a unit as a decimal number without needless zeros. Negative prices are none: they are 0.
func appendPrice(b []byte, v int64) []byte {
	const unit = 1_000_000_000
	v = max(v, 0)
	b = strconv.AppendInt(b, v/unit, 10)
	rest := v % unit
	if rest == 0 {
		return b
	}
	b = append(b, '.')
	for digit := int64(unit / 10); rest > 0; digit /= 10 {
		b = append(b, byte('0'+rest/digit))
		rest %= digit
	}
	return b
}

// appendText writes a text as JSON (RFC 8259, section 7). What is no UTF-8 becomes U+FFFD.
func appendText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0 // what is before it is written
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(append(b, s[from:i]...), "\ufffd"...)
				from = i + 1
			}
			i += size
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			b = append(b, s[from:i]...)
			from = i + 1
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\n':
				b = append(b, '\\', 'n')
			default:
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
		}
		i++
	}
	return append(append(b, s[from:]...), '"')
}

func appendInt(b []byte, n int) []byte { return strconv.AppendInt(b, int64(n), 10) }

func appendFloat(b []byte, f float64) []byte { return strconv.AppendFloat(b, f, 'f', -1, 64) }

func bit(v bool) int {
	if v {
		return 1
	}
	return 0
}
