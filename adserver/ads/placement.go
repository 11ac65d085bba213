package ads

import (
	"slices"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// PlacementKind is where on a page, or in a video, an ad is seen.
type PlacementKind string

// The kinds of placement.
const (
	HomeBanner       PlacementKind = "home_banner"
	CategoryBanner   PlacementKind = "category_banner"
	MidScroll        PlacementKind = "mid_scroll"
	Search           PlacementKind = "search"
	Sidebar          PlacementKind = "sidebar"
	Footer           PlacementKind = "footer"
	SponsoredListing PlacementKind = "sponsored_listing"
	PreRoll          PlacementKind = "pre_roll"
	MidRoll          PlacementKind = "mid_roll"
	PostRoll         PlacementKind = "post_roll"
	Overlay          PlacementKind = "overlay" // over a running video, non-linear
)

// PlacementKinds are all kinds, in the order of a list to choose from.
func PlacementKinds() []PlacementKind {
	return []PlacementKind{
		HomeBanner, CategoryBanner, MidScroll, Search, Sidebar, Footer, SponsoredListing, PreRoll, MidRoll, PostRoll, Overlay,
	}
}

// Valid reports whether k is one of the kinds.
func (k PlacementKind) Valid() bool { return slices.Contains(PlacementKinds(), k) }

// Formats returns which kinds of creative can be seen at such a placement.
func (k PlacementKind) Formats() []Format {
	switch k {
	case HomeBanner, CategoryBanner, MidScroll, Search, Sidebar, Footer:
		return []Format{Image, HTML, Native}
	case SponsoredListing:
		return []Format{Native}
	case PreRoll, MidRoll, PostRoll:
		return []Format{Video}
	case Overlay:
		return []Format{Image, HTML}
	}
	return nil
}

// Size is a width and height in CSS pixels.
type Size struct{ Width, Height int }

// Placement is a place for ads on a publisher's pages.
type Placement struct {
	ID        PlacementID
	Publisher PublisherID
	Slug      string // what requests name it by, unique to its publisher
	Name      string
	Kind      PlacementKind
	Sizes     []Size // of images and HTML, the first preferred; empty for native and video
	Floor     Nano   // the least an impression costs in an auction, per mille
	Most      int    // how many ads one request may have here: 1 to 10
	Paused    bool
}

// Fits reports whether a creative can be seen here.
func (p Placement) Fits(c Creative) bool {
	if !slices.Contains(p.Kind.Formats(), c.Format) {
		return false
	}
	return c.Format == Native || c.Format == Video || slices.Contains(p.Sizes, c.Size)
}

// Validate returns an Invalid fault about the first field that is wrong.
func (p Placement) Validate() error { return first(p.Problems()...) }

// Problems returns an Invalid fault about each field that is wrong, empty when none is.
func (p Placement) Problems() []error {
	return wrong(
		text("name", p.Name, maxName),
		slug("slug", p.Slug),
		p.takes(),
		amount("floor", p.Floor),
		unless(p.Most >= 1 && p.Most <= 10, "most", "must be between 1 and 10"),
	)
}

// takes checks what fits the placement.
func (p Placement) takes() error {
	switch {
	case !p.Kind.Valid():
		return fault.Invalidf("kind", "must be one of the kinds of placement, not %.32q", p.Kind)
	case slices.Contains(p.Kind.Formats(), Image) && len(p.Sizes) == 0:
		return fault.Invalidf("sizes", "must name at least one size")
	}
	return each("sizes", p.Sizes, 20, size)
}

func size(s Size) error {
	if s.Width < 1 || s.Width > 4096 || s.Height < 1 || s.Height > 4096 {
		return fault.Invalidf("", "must be between 1 and 4096 pixels wide and high")
	}
	return nil
}
