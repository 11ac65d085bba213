package adserver

import (
	"errors"
	"net/netip"
	"time"

	"github.com/marquee-tickets/marquee/adserver/device"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/token"
	"github.com/marquee-tickets/marquee/internal/geo"
)

// Sensors tell what a request does not say of itself. All are required; geo.New("") is a database that knows nothing.
type Sensors struct {
	Devices *device.Parser
	Places  *geo.DB
	Fraud   *fraud.Filter
}

func (s Sensors) validate() error {
	if s.Devices == nil || s.Places == nil || s.Fraud == nil {
		return errors.New("adserver: Config.Sensors lacks Devices, Places or Fraud")
	}
	return nil
}

// Visit is what is known of who sends a beacon.
type Visit struct {
	IP    netip.Addr
	Agent []byte
	Ahead fraud.Ahead
	Staff bool // somebody who is signed in to the portal
}

// judge says why a beacon is not billed; fraud.OK when it is.
func (e *Engine) judge(kind fraud.Kind, t *token.Token, visit *Visit, now time.Time) fraud.Reason {
	issued := time.Unix(int64(t.Issued), 0)
	lifetime := time.Duration(t.Lifetime) * time.Second
	if kind == fraud.Click {
		lifetime = e.cfg.ClickFor
	}
	if now.Sub(issued) > lifetime {
		return fraud.ExpiredToken
	}
	ev := fraud.Event{
		Kind: kind, IP: visit.IP, Agent: visit.Agent, Device: e.cfg.Sensors.Devices.Parse(visit.Agent), Ahead: visit.Ahead, User: t.User,
		Decided: fraud.Marks{Network: t.Network, Agent: t.Agent}, Issued: issued, Now: now, Forced: t.Flags&token.Unbilled != 0, Staff: visit.Staff,
	}
	if kind == fraud.Click && e.used.of(t.Epoch).Has(token.Viewed, t.Serial) {
		if ev.Viewed = e.lately.seen(t, now); ev.Viewed.IsZero() {
			ev.Viewed = issued // long enough ago that it is not remembered
		}
	}
	return e.cfg.Sensors.Fraud.Classify(&ev)
}
