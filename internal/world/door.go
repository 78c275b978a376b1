package world

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strings"
	"time"
)

// Door is how a program comes by a caller's credentials. The zero Door hands out nothing:
// the program has keys.
type Door string

// The doors.
const (
	FromWebIdentity Door = "web-identity" // STS, for the token of an OpenID Connect provider
	FromContainer   Door = "container"    // the endpoint of ECS and of EKS Pod Identity
	FromInstance    Door = "instance"     // the instance metadata service of EC2
	FromProcess     Door = "process"      // a program that the profile names: credential_process
)

// Doors are all of them.
var Doors = []Door{FromWebIdentity, FromContainer, FromInstance, FromProcess}

// Tokens says which requests the instance metadata service takes, in EC2's words
// (EC2 API Reference, HttpTokens).
type Tokens string

// The values of Tokens.
const (
	TokensOptional Tokens = "optional" // IMDSv1 and IMDSv2
	TokensRequired Tokens = "required" // IMDSv2 alone
)

// Metadata is how the instance metadata service is set up.
type Metadata struct {
	Tokens Tokens // empty: TokensOptional
}

// Handing is what is handed out at a caller's door. A caller that was minted there has the
// name of the one that it is for, and until when it is handed out again.
type Handing struct {
	From      Door
	TTL       time.Duration // how long a session lasts; 0: UsualTTL
	RefreshIn time.Duration // how long it is handed out; 0: see Refresh
	// Token is what the container endpoint wants to be told.
	Token string

	HandedTo    string
	HandedUntil time.Time
}

const (
	// containerTTL is what sessions of tasks, pods and instances last: six hours.
	containerTTL = 6 * time.Hour
	processTTL   = time.Hour
	// early is how long before its end a session is no longer handed out: at least five
	// minutes (EC2 User Guide, "Retrieve security credentials from instance metadata").
	early = 5 * time.Minute
	// MostTTL is the longest that a session of any kind lasts (STS API Reference).
	MostTTL = 36 * time.Hour
)

// Lasts is how long a session from the door lasts.
func (h Handing) Lasts() time.Duration {
	switch {
	case h.TTL != 0:
		return h.TTL
	case h.From == FromProcess || h.From == FromWebIdentity:
		return processTTL
	}
	return containerTTL
}

// Refresh is how long one session is handed out before the next one is: until five
// minutes before its end, and of a short one for half of its time.
func (h Handing) Refresh() time.Duration {
	if h.RefreshIn != 0 {
		return h.RefreshIn
	}
	return max(h.Lasts()-early, h.Lasts()/2)
}

// Known is the name under which the scenario file knows the caller: that of who it was
// handed to, where it was.
func (c *Caller) Known() string { return cmp.Or(c.HandedTo, c.Name) }

// Session is a session of the caller's as its door hands one out at the world's time now;
// it has no keys and no name yet.
func (c *Caller) Session(now time.Time) *Caller {
	s := *c
	s.Minted, s.Created, s.Issued, s.Expires = true, now, now, now.Add(c.Lasts())
	s.Handing = Handing{From: c.From, HandedTo: c.Name, HandedUntil: now.Add(c.Refresh())}
	return &s
}

// OnInstance is the caller whose program runs on the instance that has a metadata service;
// nil: there is none.
func OnInstance(s *State) *Caller {
	var first *Caller
	for _, c := range s.Callers {
		if c.From == FromInstance && !c.Minted && (first == nil || c.Name < first.Name) {
			first = c
		}
	}
	return first
}

// InHand is the session that is handed out to the caller at the world's time now; nil:
// another one is to be made. One of the role that the caller had before is not.
func InHand(s *State, caller *Caller, now time.Time) *Caller {
	var best *Caller
	for _, c := range s.Callers {
		if c.HandedTo != caller.Name || c.Role != caller.Role || c.Account != caller.Account || c.From != caller.From ||
			c.Expired(now) || !now.Before(c.HandedUntil) {
			continue
		}
		if best == nil || c.HandedUntil.After(best.HandedUntil) {
			best = c
		}
	}
	return best
}

// Rotate is the state in which no session of a caller's is handed out again; with expire
// those that were have expired, too.
func Rotate(s *State, caller string, expire bool, now time.Time) *State {
	next := *s
	next.Callers, next.credentials = maps.Clone(s.Callers), maps.Clone(s.credentials)
	for name, c := range s.Callers {
		if c.HandedTo != caller {
			continue
		}
		old := *c
		if now.Before(old.HandedUntil) {
			old.HandedUntil = now
		}
		if expire && !old.Expired(now) {
			old.Expires = now
		}
		next.Callers[name], next.credentials[old.AccessKeyID] = &old, &old
	}
	return &next
}

// InstanceID is the id of the instance that a program is on, by the names that it follows
// from: i- and 17 hexadecimal digits.
func InstanceID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{"instance"}, parts...), "\x00")))
	return "i-" + hex.EncodeToString(sum[:])[:17]
}
