package world

import "time"

// Now is the world's time when the machine's is real.
func (c Clock) Now(real time.Time) time.Time {
	if !c.Frozen.IsZero() {
		return c.Frozen
	}
	return real.Add(c.Offset)
}

// Temporary says whether the caller's credentials come with a session token.
func (c *Caller) Temporary() bool { return c.SessionToken != "" }

// Expired says whether the caller's credentials have expired at the world's
// time now.
func (c *Caller) Expired(now time.Time) bool {
	return !c.Expires.IsZero() && !now.Before(c.Expires)
}
