package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// MaxSlug is the most characters of a slug.
const MaxSlug = 80

// ValidSlug reports whether s is a slug: 1 to MaxSlug lower-case ASCII letters and
// digits, in words divided by single hyphens.
func ValidSlug(s string) bool {
	if s == "" || len(s) > MaxSlug || s[0] == '-' || s[len(s)-1] == '-' || strings.Contains(s, "--") {
		return false
	}
	for _, b := range []byte(s) {
		if (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' {
			return false
		}
	}
	return true
}

func checkSlug(field, s string) error {
	if !ValidSlug(s) {
		return fault.Invalidf(field, "%.100q must be 1 to %d lower-case letters and digits with single hyphens between words", s, MaxSlug)
	}
	return nil
}

// Slugify makes a slug of a title, always the same for the same title. Latin
// letters lose their accents, Greek and Cyrillic ones are written in Latin
// letters, "&" and "+" become "and" and "plus", and anything else divides words.
// A title in another script, of which nothing would remain, becomes "x-" and
// eight characters of its hash. A slug is cut at a word where that leaves at
// least half of it.
func Slugify(title string) string {
	var out strings.Builder
	for _, r := range title {
		out.WriteString(slugRune(r))
	}
	return cutSlug(title, strings.Join(strings.Fields(out.String()), "-"))
}

// slugRune returns what stands for r in a slug, a space where words divide.
func slugRune(r rune) string {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return string(r)
	case r == '\'' || r == '’' || r == '‘' || unicode.IsMark(r):
		return "" // "it's" is one word; a mark belongs to the letter before it
	case r == '&':
		return " and "
	case r == '+':
		return " plus "
	}
	if lower := unicode.ToLower(r); lower != r {
		return slugRune(lower)
	}
	if latin, known := inLatin(r); known {
		return latin
	}
	return " "
}

// cutSlug ends a slug that has become too long at a word, and stands in for one
// that has become empty.
func cutSlug(title, slug string) string {
	if slug == "" {
		sum := sha256.Sum256([]byte(title))
		return "x-" + hex.EncodeToString(sum[:4])
	}
	if len(slug) <= MaxSlug {
		return slug
	}
	slug = slug[:MaxSlug+1] // one more, so that a word which just fits is kept
	if cut := strings.LastIndexByte(slug, '-'); cut >= MaxSlug/2 {
		return slug[:cut]
	}
	return strings.TrimRight(slug[:MaxSlug], "-")
}

// inLatin writes a lower-case letter in ASCII. Latin letters follow the
// Latin-ASCII transform of Unicode CLDR, with umlauts as German writes them (DIN
// 5007-2); Greek follows ISO 843 and Cyrillic BGN/PCGN, both without marks.
func inLatin(r rune) (string, bool) {
	for _, l := range [...]struct{ ascii, letters string }{
		{"a", "àáâãåāăąǎạảấầẩẫậắằẳẵặαάа"},
		{"ae", "äæ"},
		{"b", "б"},
		{"c", "çćĉċč"},
		{"d", "ďđðδд"},
		{"e", "èéêëēĕėęěẹẻẽếềểễệεέеэє"},
		{"f", "φф"},
		{"g", "ĝğġģǧγгґ"},
		{"h", "ĥħ"},
		{"i", "ìíîïĩīĭįıǐỉịηήιίϊΐиії"},
		{"j", "ĵ"},
		{"k", "ķκк"},
		{"l", "ĺļľŀłλл"},
		{"m", "μм"},
		{"n", "ñńņňŉŋνн"},
		{"o", "òóôõøōŏőǒơọỏốồổỗộớờởỡợοόωώо"},
		{"oe", "öœ"},
		{"p", "πп"},
		{"r", "ŕŗřρр"},
		{"s", "śŝşšșσςс"},
		{"ss", "ß"},
		{"t", "ţťŧțτт"},
		{"th", "þθ"},
		{"u", "ùúûũūŭůűųǔưụủứừửữựу"},
		{"ue", "ü"},
		{"v", "вβ"},
		{"w", "ŵẁẃẅ"},
		{"x", "ξ"},
		{"y", "ýÿŷỳỵỷỹυύϋΰйы"},
		{"z", "źżžζз"},
		{"ch", "χч"},
		{"kh", "х"},
		{"ps", "ψ"},
		{"sh", "ш"},
		{"shch", "щ"},
		{"ts", "ц"},
		{"ya", "я"},
		{"yo", "ё"},
		{"yu", "ю"},
		{"zh", "ж"},
		{"", "ъь"},
	} {
		if strings.ContainsRune(l.letters, r) {
			return l.ascii, true
		}
	}
	return "", false
}
