package pages

import (
	"strings"
	"unicode/utf8"
)

// Of a document's title, tabs, bookmarks and search engines show some 70 characters. The site's name makes way where it would leave
// less than half of them to what the page is about.
const (
	mostTitle  = 70
	leastTitle = mostTitle / 2
)

// documentTitle is the title of a page with the site's name, shortened to what is shown of it.
func documentTitle(title, site string) string {
	site = " · " + site
	room := mostTitle - utf8.RuneCountInString(site)
	if utf8.RuneCountInString(title) <= room {
		return title + site
	}
	if room < leastTitle {
		return shortened(title, mostTitle)
	}
	return shortened(title, room) + site
}

// shortened is text of at most so many characters, cut between words where there are any.
func shortened(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	cut := string([]rune(text)[:most-1])
	if end := strings.LastIndexByte(cut, ' '); end > len(cut)/2 {
		cut = cut[:end]
	}
	return strings.TrimRight(cut, " ,:;.–—·-") + "…"
}
