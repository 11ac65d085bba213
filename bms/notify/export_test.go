package notify

import "maps"

// EnglishIDs returns the ids of all texts.
func EnglishIDs() []string {
	var ids []string
	for id := range maps.Keys(englishTexts) {
		ids = append(ids, id)
	}
	return ids
}
