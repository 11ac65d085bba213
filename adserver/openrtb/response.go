package openrtb

import "time"

// Response answers a request (section 4.2.1). One without bids says no, and NBR why.
type Response struct {
	ID    string // of the request
	BidID string // ours, for the logs; may be empty
	Cur   string // of all prices; empty means DefaultCurrency
	NBR   NoBid  // written only when there are no bids
	Seats []Seat
}

// Seat is the bids of one buyer (section 4.2.2).
type Seat struct {
	Seat string
	Bids []Bid
}

// Bid is an offer for one impression (section 4.2.3).
type Bid struct {
	ID, ImpID string
	Price     int64 // 1e-9 of the unit for a thousand impressions
	AdM       string
	NURL      string // fetched when the bid wins
	BURL      string // fetched when the impression is billed
	LURL      string // fetched when the bid loses
	ADomain   []string
	CID, CrID string // campaign and creative
	Cat       []string
	Attr      []int
	W, H      int           // pixels; 0 when not said
	Dur       time.Duration // of a film; whole seconds
	MType     MType
	Exp       time.Duration // how long after the auction it may be shown; whole seconds
	DealID    string
}

// MType says what the markup is (section 4.2.3, mtype).
type MType int

// The kinds of markup.
const (
	MTypeUnsaid MType = iota
	MTypeBanner
	MTypeVideo
	MTypeAudio
	MTypeNative
)

// NoBid is why there is no bid (AdCOM 1.0 and OpenRTB 2.6, "No-Bid Reason Codes").
type NoBid int

// Reasons for not bidding.
const (
	NoBidUnknown       NoBid = 0
	NoBidTechnical     NoBid = 1
	NoBidInvalid       NoBid = 2
	NoBidSpider        NoBid = 3
	NoBidFraud         NoBid = 4
	NoBidProxy         NoBid = 5
	NoBidDevice        NoBid = 6
	NoBidBlockedSite   NoBid = 7
	NoBidUnmatchedUser NoBid = 8
	NoBidUserCap       NoBid = 9
	NoBidDomainCap     NoBid = 10
	NoBidAdsTxtMissing NoBid = 11
	NoBidAdsTxt        NoBid = 12
	NoBidNoRoute       NoBid = 13
	NoBidIncomplete    NoBid = 14
	NoBidTooLittleTime NoBid = 15
)

// Loss is why a bid lost or was refused (OpenRTB 2.6 and AdCOM 1.0, "Loss Reason Codes").
type Loss int

// Reasons for losing.
const (
	LossWon          Loss = 0
	LossInternal     Loss = 1
	LossExpired      Loss = 2
	LossInvalid      Loss = 3
	LossDeal         Loss = 4
	LossAuctionID    Loss = 5
	LossADomain      Loss = 6
	LossNoMarkup     Loss = 7
	LossNoCreativeID Loss = 8
	LossNoPrice      Loss = 9
	LossFloor        Loss = 100
	LossDealFloor    Loss = 101
	LossOutbid       Loss = 102
	LossOutbidByDeal Loss = 103
	LossSeat         Loss = 104
	LossSize         Loss = 203
	LossFormat       Loss = 204
	LossAdvertiser   Loss = 205
	LossInsecure     Loss = 207
	LossCategory     Loss = 209
	LossAttribute    Loss = 210
	LossNotForDeal   Loss = 213
)
