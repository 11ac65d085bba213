package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"time"
)

//go:embed data/*.json
var files embed.FS

// data is what the files under data/ hold.
type data struct {
	cities []city
	films  []film
	live   []live
}

// city is a city with its venues and what things cost there. Amounts are
// decimal numbers in its currency.
type city struct {
	Slug      string   `json:"slug"`
	Name      string   `json:"name"`
	Country   string   `json:"country"`
	TimeZone  string   `json:"time_zone"`
	Currency  string   `json:"currency"`
	TaxTable  string   `json:"tax_table"`
	TaxOnTop  bool     `json:"tax_on_top"` // prices are without tax
	Step      string   `json:"step"`       // what reduced prices are multiples of
	Fee       string   `json:"fee"`        // per ticket
	FeeLike   bool     `json:"fee_follows_ticket"`
	Weekend   []int    `json:"weekend"`   // days with weekend prices, 0 for Sunday; the last two are days off
	Languages []string `json:"languages"` // of subtitles and intertitles, the usual one first
	Dubs      []string `json:"dubs"`      // languages that films are dubbed into
	Lists     []list   `json:"lists"`
	Venues    []venue  `json:"venues"`
}

// daysOff returns the days on which most people do not work.
func (c *city) daysOff() []int { return c.Weekend[len(c.Weekend)-2:] }

// list is a price list.
type list struct {
	Key      string      `json:"key"`
	TaxClass string      `json:"tax_class"`
	Prices   [][2]string `json:"prices"` // category and full price
	Buyers   []string    `json:"buyers"` // keys of buyerTypes
	Policy   string      `json:"policy"` // key of the cancellation policy; empty means "cinema"
	Offer    string      `json:"offer"`  // key of an automatic offer; may be empty
	Dynamic  bool        `json:"dynamic"`
	NoFee    bool        `json:"no_fee"`
}

// venue is a building.
type venue struct {
	Slug          string  `json:"slug"`
	Partner       string  `json:"partner"` // slug of whose it is; empty means mainPartner
	Name          string  `json:"name"`
	Address       string  `json:"address"`
	Lat           float64 `json:"lat"`
	Lng           float64 `json:"lng"`
	Accessibility string  `json:"accessibility"`
	Halls         []hall  `json:"halls"`
}

// hall is a room and the sort of seat map that it has.
type hall struct {
	Name     string `json:"name"`
	Map      string `json:"map"` // cinema, theatre, arena or areas
	Seats    int    `json:"seats"`
	Standing int    `json:"standing"`
	Areas    []area `json:"areas"`
	Quota    *quota `json:"quota"`
	List     string `json:"list"`
	Format   string `json:"format"`
	Online   bool   `json:"online"`
}

// area is unnumbered room.
type area struct {
	Key      string `json:"key"`
	Name     string `json:"name"`
	Category string `json:"category"`
	Capacity int    `json:"capacity"`
}

// quota is a limit over all areas of a hall.
type quota struct {
	Key      string `json:"key"`
	Name     string `json:"name"`
	Capacity int    `json:"capacity"`
}

// film is a film in the public domain.
type film struct {
	Title         string      `json:"title"`
	OriginalTitle string      `json:"original_title"`
	Year          int         `json:"year"`
	Countries     []string    `json:"countries"`
	Directors     []string    `json:"directors"`
	Minutes       int         `json:"minutes"`
	Silent        bool        `json:"silent"`
	Language      string      `json:"language"`
	Genres        []string    `json:"genres"`
	MinAge        int         `json:"min_age"`
	Family        bool        `json:"family"`
	LargeScreen   bool        `json:"large_screen"` // shown in large format
	Popularity    int         `json:"popularity"`   // weight in the choice of films, 1 to 10
	Cast          [][2]string `json:"cast"`         // name and character
	Synopsis      string      `json:"synopsis"`
	PublicDomain  string      `json:"public_domain"` // where and why
}

// live is an event that is not a film.
type live struct {
	Title         string     `json:"title"`
	OriginalTitle string     `json:"original_title"`
	Kind          string     `json:"kind"`
	Language      string     `json:"language"`
	Subtitles     []string   `json:"subtitles"`
	Year          int        `json:"year"`
	Minutes       int        `json:"minutes"`
	Genres        []string   `json:"genres"`
	MinAge        int        `json:"min_age"`
	Family        bool       `json:"family"`
	People        [][]string `json:"people"` // name, role and, for cast, character
	Synopsis      string     `json:"synopsis"`
	Runs          []run      `json:"runs"`
}

// run is when and where a live event takes place: on some weekdays of every
// so many weeks.
type run struct {
	Hall       string         `json:"hall"` // venue and hall: "spreehalle/arena"
	Weekdays   []time.Weekday `json:"weekdays"`
	Clock      string         `json:"clock"`
	Every      int            `json:"every"` // weeks; 0 means every week
	Phase      int            `json:"phase"` // which of them, from 0
	HighDemand bool           `json:"high_demand"`
	OnSaleDays int            `json:"on_sale_days"` // sales begin so many days before; 0 means at once
}

// load reads the files.
func load() (data, error) {
	var d data
	for name, into := range map[string]any{"places": &d.cities, "films": &d.films, "live": &d.live} {
		raw, err := files.ReadFile("data/" + name + ".json")
		if err != nil {
			return data{}, fmt.Errorf("read demo %s: %w", name, err)
		}
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(into); err != nil {
			return data{}, fmt.Errorf("read demo %s: %w", name, err)
		}
	}
	return d, nil
}
