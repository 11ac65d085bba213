package brand

import (
	"slices"
	"strings"
)

// Block is a part of a text: a heading, a paragraph or a list.
type Block struct {
	Heading string
	Lines   []string // of a paragraph
	Items   []string // of a list
}

// Blocks divides the text of a legal page. A line that begins with "#" is a heading, lines that begin with "- " are a list, and
// an empty line ends a paragraph. Nothing else means anything: what looks like HTML or like a link is text.
func Blocks(text string) []Block {
	var blocks []Block
	open := false // the last block goes on
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		item, isItem := strings.CutPrefix(line, "- ")
		heading := strings.TrimSpace(strings.TrimLeft(line, "#"))
		var last *Block
		if open {
			last = &blocks[len(blocks)-1]
		}
		switch {
		case line == "" || heading == "":
			open = false
			continue
		case line[0] == '#':
			blocks = append(blocks, Block{Heading: heading})
			open = false
			continue
		case isItem && last != nil && last.Items != nil:
			last.Items = append(last.Items, item)
		case isItem:
			blocks = append(blocks, Block{Items: []string{item}})
		case last != nil && last.Lines != nil:
			last.Lines = append(last.Lines, line)
		default:
			blocks = append(blocks, Block{Lines: []string{line}})
		}
		open = true
	}
	return blocks
}

// documents are the legal texts that there are, by the names in their addresses, in the order in which they are named.
var documents = []string{"imprint", "privacy", "terms"}

// Documents returns the names of the legal texts that the site has, in a fixed order. May be empty.
func (s *Site) Documents() []string {
	var list []string
	for _, name := range documents {
		if strings.TrimSpace(s.Brand.Legal[name]) != "" {
			list = append(list, name)
		}
	}
	return list
}

// Document returns the text of a legal page, false when the site has none of this name.
func (s *Site) Document(name string) ([]Block, bool) {
	if !slices.Contains(s.Documents(), name) {
		return nil, false
	}
	return Blocks(s.Brand.Legal[name]), true
}
