package outbox_test

import (
	"context"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/outbox/outboxtest"
)

func ExampleRelay() {
	now := func() time.Time { return time.Date(2025, 11, 21, 18, 0, 0, 0, time.UTC) }
	store := outboxtest.NewStore(now)
	mail := &outboxtest.Sink{Label: "mail", Wants: []string{"booking."}}
	relay := outbox.NewRelay(store, []outbox.Sink{mail}, outbox.Config{Now: now})

	message, err := outbox.New("booking.confirmed", "bkg_1", map[string]string{"reference": "K7QX-2MRA"}, now())
	if err != nil {
		fmt.Println(err)
		return
	}
	store.Add(message)
	if err := relay.Drain(context.Background()); err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range mail.Received() {
		fmt.Println(m.Topic, string(m.Body))
	}
	// Output: booking.confirmed {"reference":"K7QX-2MRA"}
}
