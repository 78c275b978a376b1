package world

import "time"

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
