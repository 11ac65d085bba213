// Package frequency knows how often somebody has seen what, and keeps ads within their caps.
//
//	t, err := frequency.New(frequency.Config{MaxUsers: 1_000_000})
//	limits := []frequency.Limit{{Kind: frequency.Line, ID: 7, Caps: []frequency.Cap{{Times: 3, Per: frequency.Day}}}}
//	ticket, ok := t.Reserve(user, limits, now) // of two requests at a time one gets the last place
//	t.Commit(ticket, seen, sequence)           // the ad was seen
//	t.Release(ticket)                          // or it was not, and will not be
//
// # Promises
//
// Windows roll: a cap of n a day holds for every 24 hours, wherever they begin. What has been reserved counts as if it were seen now,
// until it is committed, released, or Config.Hold has passed. So in no window are there more views than the cap says, whatever runs at
// a time, as long as views come within Config.Hold; a view that comes later has happened, and is counted.
//
// Caps of up to 16 times are exact to the second; where a second is cut by an instant, an ad stays away for the rest of it. Beyond 16 views
// in a window they are counted in parts of a twentieth of it, and a part that has begun to leave the window still counts whole: an ad may
// come back up to a twentieth of the window late, never early.
//
// A cap that is lowered or raised holds from the next request on, over what was seen before. Of an entity that had no cap nothing is
// known, and of one whose windows were shorter nothing that is older than those.
//
// # Memory
//
// All is in memory, within Config.MaxUsers and Config.MaxEntities: about 100 bytes for somebody who has seen one thing. When it is full,
// users of whom no window runs any more are forgotten, then the one who has not been here for the longest: he may see an ad again,
// and Stats.Evicted counts it. Each bound is divided evenly among the shards, to which users fall by their number, which is to be a keyed hash.
//
// Of those who have not agreed nothing is kept: to them capped ads are not shown.
//
// Checkpoint and Restore carry the table over a restart, with Replay for the views that came after.
package frequency
