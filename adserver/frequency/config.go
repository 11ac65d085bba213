package frequency

import (
	"fmt"
	"time"
)

// Config bounds a Table. The zero value is a good one.
type Config struct {
	// MaxUsers is how many users are remembered at most. Zero means a million; under 256 is rejected.
	MaxUsers int

	// MaxEntities is how many pairs of a user and something with caps are remembered at most. Zero means four for each of MaxUsers, for an
	// ad has four levels; less than MaxUsers or 1,024 is rejected.
	MaxEntities int

	// PerUser is how many entities are remembered of one user; then those go of which he has seen nothing for the longest. Zero means
	// 128; under 4 or over 1,000 is rejected.
	PerUser int

	// Hold is how long a reservation counts that is neither committed nor released, in whole seconds. It should be no shorter than the
	// life of the token that was made with it. Zero means half an hour; under a second or over a day is rejected.
	Hold time.Duration

	// Lifetime is for how long after the last view something is remembered that has a cap for the lifetime. Zero means 180 days; under
	// a week or over ten years is rejected.
	Lifetime time.Duration

	// Lenient lets capped ads through, uncounted, to those of whom nothing may be kept: user 0. Without it such people see no ads that
	// have caps.
	Lenient bool
}

func (c Config) withDefaults() Config {
	if c.MaxUsers == 0 {
		c.MaxUsers = 1_000_000
	}
	if c.MaxEntities == 0 {
		c.MaxEntities = kinds * c.MaxUsers
	}
	if c.PerUser == 0 {
		c.PerUser = 128
	}
	if c.Hold == 0 {
		c.Hold = 30 * time.Minute
	}
	if c.Lifetime == 0 {
		c.Lifetime = 180 * 24 * time.Hour
	}
	return c
}

const (
	week  = 7 * 24 * time.Hour
	years = 10 * 365 * 24 * time.Hour // ten of them
)

func (c Config) validate() error {
	switch {
	case c.MaxUsers < shards || c.MaxUsers > 1<<30:
		return fmt.Errorf("frequency: Config.MaxUsers is %d: give %d to %d, or 0 for the default", c.MaxUsers, shards, 1<<30)
	case c.MaxEntities < max(c.MaxUsers, kinds*shards) || c.MaxEntities > 1<<32:
		return fmt.Errorf("frequency: Config.MaxEntities is %d: give no less than MaxUsers and %d, or 0 for the default", c.MaxEntities, kinds*shards)
	case c.PerUser < kinds || c.PerUser > 1000:
		return fmt.Errorf("frequency: Config.PerUser is %d: give %d to 1,000, or 0 for the default", c.PerUser, kinds)
	case c.Hold < time.Second || c.Hold > 24*time.Hour:
		return fmt.Errorf("frequency: Config.Hold is %s: give a second to a day, or 0 for the default", c.Hold)
	case c.Lifetime < week || c.Lifetime > years:
		return fmt.Errorf("frequency: Config.Lifetime is %s: give a week to ten years, or 0 for the default", c.Lifetime)
	}
	return nil
}
