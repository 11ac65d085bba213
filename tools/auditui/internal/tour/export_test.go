package tour

// Seams for tests.
var (
	Unseen = unseen
	Cut    = Journey.in
)

// Outings are the journeys of a choice, each as its language, its name and its last page.
func (g *Guide) Outings(c Choice) [][3]string {
	var list [][3]string
	for _, o := range g.outings(c) {
		list = append(list, [3]string{o.lang, o.journey.Name, o.pages[len(o.pages)-1].Name})
	}
	return list
}
