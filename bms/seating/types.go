package seating

import "time"

// HoldID identifies a hold: "hld_" and 26 letters or digits, made with
// id.New[HoldID]("hld", now).
type HoldID string

// Status says what has happened to a seat. It fits in two bits.
type Status uint8

// The statuses of a seat, as they stand in snapshots and frames.
const (
	Free    Status = iota // nobody has it; such a seat has no row in the store
	Held                  // kept for a buyer until a time, paying included
	Sold                  // paid for
	Blocked               // kept from sale by the house
)

// Valid reports whether s is one of the statuses.
func (s Status) Valid() bool { return s <= Blocked }

// Claim is what the store keeps about one seat of one show. The zero Claim is a
// free seat, which has no row.
type Claim struct {
	Status Status
	Hold   HoldID
	Until  time.Time // end of the hold without grace; zero for Sold and for a Blocked seat without end
}

// SeatClaim is a claim on the seat with the given number in the plan.
type SeatClaim struct {
	Seat int32
	Claim
}

// HoldState says where a hold is in its life.
type HoldState string

// The states of a hold. The first four have places; the last two have none.
const (
	StateHeld     HoldState = "held"     // kept for a buyer until ExpiresAt
	StatePaying   HoldState = "paying"   // kept until PayBy while a payment runs
	StateSold     HoldState = "sold"     // paid for
	StateHouse    HoldState = "house"    // kept from sale by the house, until ExpiresAt when that is set
	StateReleased HoldState = "released" // given back before or after the sale
	StateExpired  HoldState = "expired"  // ran out of time
)

// Valid reports whether s is one of the states.
func (s HoldState) Valid() bool {
	switch s {
	case StateHeld, StatePaying, StateSold, StateHouse, StateReleased, StateExpired:
		return true
	}
	return false
}

// Open reports whether a hold in this state has its places.
func (s HoldState) Open() bool {
	switch s {
	case StateHeld, StatePaying, StateSold, StateHouse:
		return true
	case StateReleased, StateExpired:
		return false
	}
	return false
}

// claims returns the status of the seats of a hold in this state.
func (s HoldState) claims() Status {
	switch s {
	case StateHeld, StatePaying:
		return Held
	case StateSold:
		return Sold
	case StateHouse:
		return Blocked
	case StateReleased, StateExpired:
		return Free
	}
	return Free
}

// Hold is a set of places kept, sold or blocked together. All times are UTC in
// whole microseconds.
type Hold struct {
	ID    HoldID
	State HoldState
	Buyer string // opaque key of the visitor; empty means nobody in particular, without a limit per buyer

	Seats []int32  // ascending numbers of plan seats; a closed hold keeps those it had
	Areas []Places // by area key, each at most once; a closed hold keeps those it had

	CreatedAt time.Time
	ExpiresAt time.Time // end of a held or house hold, without grace; zero means no end (house only)
	PayBy     time.Time // end of a paying hold, without grace; kept after a declined payment; zero before the first
	SoldAt    time.Time // when it was sold; zero if never

	// Extended counts what was granted for payment: 0 nothing, 1 the time of the
	// first payment, 2 the time to try again after a decline as well.
	Extended int

	Reason string // why the house keeps the places; empty for buyers
}

// Len is the number of places of the hold.
func (h Hold) Len() int { return len(h.Seats) + sumPlaces(h.Areas) }

// Until returns the end of the hold without grace, zero when it has none.
func (h Hold) Until() time.Time {
	switch h.State {
	case StateHeld, StateHouse:
		return h.ExpiresAt
	case StatePaying:
		return h.PayBy
	case StateSold, StateReleased, StateExpired:
		return time.Time{}
	}
	return time.Time{}
}

// Places is a number of places in an area.
type Places struct {
	Area string `json:"area"` // key of the area in the plan
	N    int    `json:"n"`    // at least 1
}

// Quota is a capacity that several areas share: a place in any of them uses one
// of it. Each area has besides a quota of its own, with the area's key and
// capacity, that is not listed.
type Quota struct {
	Key      string   // differs from every area key
	Capacity int      // places; 0 closes the areas
	Areas    []string // keys of areas in the plan
}

// QuotaCount is what the store has counted for a quota, an area's own included.
// A quota without a row has counted nothing.
type QuotaCount struct {
	Key        string
	Held, Sold int // Held includes paying and house holds, expired ones that were not closed yet too
}

// AreaState is what a page shows of an area.
type AreaState struct {
	Key      string
	Capacity int // of the area itself
	Free     int // the least that its quotas have left, never below 0
}

// Counts are the places of a show by status, areas included. Expired holds count
// as held until they are closed.
type Counts struct {
	Capacity int // places that can be sold at most, shared quotas considered
	Free     int // places that can be sold now, shared quotas considered
	Held     int
	Sold     int
	Blocked  int // kept from sale by the house for now
	House    int // seats of kind house, which are never sold; in none of the others
}

// sumPlaces is the number of places in all the areas.
func sumPlaces(areas []Places) int {
	n := 0
	for _, a := range areas {
		n += a.N
	}
	return n
}
