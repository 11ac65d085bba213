package recommend

import "time"

// Model is what an engine has learnt, as it is kept for its next start.
type Model struct {
	Version string    // tells models apart
	At      time.Time // when it was learnt
	Bytes   []byte    // for the engine alone to read
}
