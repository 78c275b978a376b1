package world

import (
	"strings"
	"time"
)

// Trail is a trail of AWS CloudTrail: which events it writes into which bucket.
type Trail struct {
	Name        string
	Account     string
	Region      string // its home
	MultiRegion bool   // it has the events of every region
	Bucket      string
	Prefix      string // of its log files' keys; empty: none
	Validated   bool   // log files are to have digests
	Logging     bool
	Started     time.Time // when logging last began; zero: it never did
	Stopped     time.Time
	Selectors   []EventSelector
	Tags        map[string]string
}

// EventSelector says which events a trail has (CloudTrail API Reference,
// "EventSelector").
type EventSelector struct {
	ReadWrite  string // All, ReadOnly, WriteOnly
	Management bool
	// DataEvents are ARNs that the ARN of an object begins with: "arn:aws:s3" is every
	// object, "arn:aws:s3:::my-bucket/" those of a bucket.
	DataEvents []string
}

// DefaultSelectors are those of a trail that was given none: all management events.
var DefaultSelectors = []EventSelector{{ReadWrite: ReadWriteAll, Management: true}}

// The kinds of calls that a selector has.
const (
	ReadWriteAll = "All"
	ReadOnly     = "ReadOnly"
	WriteOnly    = "WriteOnly"
)

// ARN is the trail's.
func (t *Trail) ARN() string {
	return "arn:aws:cloudtrail:" + t.Region + ":" + t.Account + ":trail/" + t.Name
}

// Event is what a selector is asked about.
type Event struct {
	Region     string
	ReadOnly   bool
	Management bool
	Resource   string   // of a data event: the ARN of the object, or of the bucket
	Accounts   []string // the requester's and the resource's owner's
}

// Has says whether the trail logs the event.
func (t *Trail) Has(e *Event) bool {
	if !t.Logging || !t.MultiRegion && t.Region != e.Region || !concerns(e.Accounts, t.Account) {
		return false
	}
	for i := range t.Selectors {
		if t.Selectors[i].has(e) {
			return true
		}
	}
	return false
}

func concerns(accounts []string, account string) bool {
	for _, a := range accounts {
		if a == account {
			return true
		}
	}
	return false
}

func (s *EventSelector) has(e *Event) bool {
	if s.ReadWrite == ReadOnly && !e.ReadOnly || s.ReadWrite == WriteOnly && e.ReadOnly {
		return false
	}
	if e.Management {
		return s.Management
	}
	for _, prefix := range s.DataEvents {
		// A bucket's own data events count as those of all of its objects.
		if strings.HasPrefix(e.Resource, prefix) || e.Resource+"/" == prefix {
			return true
		}
	}
	return false
}

// Trail is the account's trail of that name or ARN; nil when it has none.
func (s *State) Trail(account, ref string) *Trail {
	t := s.Trails[ref[strings.LastIndexByte(ref, '/')+1:]]
	if t == nil || t.Account != account || strings.HasPrefix(ref, "arn:") && t.ARN() != ref {
		return nil
	}
	return t
}

// WithTrail is the state with t in place of the trail of that name, or added.
func (s *State) WithTrail(t *Trail) *State {
	c := *s
	c.Trails = with(s.Trails, t.Name, t)
	return &c
}

// WithoutTrail is the state without the trail.
func (s *State) WithoutTrail(name string) *State {
	c := *s
	c.Trails = without(s.Trails, name)
	return &c
}
