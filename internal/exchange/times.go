package exchange

import (
	"time"

	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// Client is what the clock of a client ought to say: what clients set theirs by is told in
// this time, and how wrong theirs is is seen in it.
func (f *Frame) Client() time.Time {
	if f.Moment == nil {
		return f.real
	}
	return f.State().Clock.Client(f.real)
}

// Told is a time of the world that is to come, as clients are told of it.
func (f *Frame) Told(at time.Time) time.Time { return f.State().Clock.Told(at, f.real) }

// Age is how much of the world's time has gone by since the request was signed; 0 where it
// does not say when.
func (f *Frame) Age() time.Duration {
	if !f.signs() {
		return 0
	}
	return max(f.Now.Sub(f.State().Clock.Signed(f.Presented.Time)), 0)
}

// Ends is when something ends by the world's clock that the signer has let end at t by its
// own: a URL, or a form.
func (f *Frame) Ends(t time.Time) time.Time {
	clock := f.State().Clock
	if !f.signs() {
		return clock.Ends(t, f.real)
	}
	return clock.Signed(f.Presented.Time).Add(t.Sub(f.Presented.Time))
}

// signs says whether the request tells when it was signed. A form that names the beginning
// of a day was not signed then: whoever writes forms by hand fills in the day alone.
func (f *Frame) signs() bool {
	p := f.Presented
	if p == nil || p.Time.IsZero() {
		return false
	}
	return p.Location != sigv4.FormFields || !p.Time.Equal(p.Time.Truncate(24*time.Hour))
}

// SigningKey is what the signature of a caller is verified with.
func (f *Frame) SigningKey(caller *world.Caller) sigv4.Key {
	k := sigv4.Key{Secret: caller.SecretAccessKey, Now: f.Client()}
	if f.Presented.Location == sigv4.Query {
		k.ServerTime, k.ExpiresAt = f.Now, f.Ends(f.Presented.ExpiresAt)
	}
	return k
}
