package recommend

import "time"

// Change is one entry of the journal: exactly one field beside At is set.
type Change struct {
	At        time.Time
	Item      *Item
	User      *User
	Feedback  *Feedback
	Withdrawn *Withdrawn
	Forgotten UserID
}
