package journal

import (
	"fmt"

	"github.com/s3fault/s3fault/authz"
)

// Filter says which requests are meant: those that have all that is given. The zero
// Filter means every one.
type Filter struct {
	// Operation are names (PutObject), globs (*Multipart*) and classes (reads, writes,
	// lists, deletes, heads, all) of S3, and of a control API with its name in front
	// (iam:CreateUser, kms:*); one of them must fit.
	Operation []string
	// Bucket and Key are globs: * is any text without a slash, ** any text.
	Bucket, Key string
	Caller      string // a caller's name, or "anonymous", as the request claims it
	Method      string
	Header      map[string]string // by name, each a glob of the first value
	Part        string            // of an upload: a number, or a range like 2-5
	Range       bool              // ranged reads alone
	Attempt     int               // as the SDK counts it, from 1; 0: any
	Status      int               // HTTP status; 0: any; Unanswered: those that were hung up on
	Code        string            // error code of the answer
	Layer       authz.Layer       // that refused
	Fault       string            // name of a fault rule that struck
	// Since is a time, as in RFC 3339, for requests that arrived then or later, or a
	// request's id, for those that came into the journal after it.
	Since string
	Limit int // the newest so many; 0: all
}

// Unanswered is the Status in a Filter of requests that got no answer: in an Entry,
// and in JSON, it is 0.
const Unanswered = -1

// Expectation is how often requests must have come. It is met or not by what is in the
// journal when it is asked for.
type Expectation struct {
	Filter // Limit has no meaning here
	Times  Times
	// After has only those requests count that are in the journal behind the first that
	// it means; where there is none, the expectation is not met. nil: all count.
	After *Filter
}

// Times is how often something must happen: Exactly, AtLeast, AtMost or Between. The
// zero Times is AtLeast(1).
type Times struct {
	given       bool
	least, most int
}

// boundless is the most of Times that have none.
const boundless = int(^uint(0) >> 1)

// Exactly is n times, no more and no less; 0 is never.
func Exactly(n int) Times { return Between(n, n) }

// AtLeast is n times or more.
func AtLeast(n int) Times { return Between(n, boundless) }

// AtMost is n times or less.
func AtMost(n int) Times { return Between(0, n) }

// Between is any number of times from least to most.
func Between(least, most int) Times { return Times{true, least, most} }

// Bounds are the least and the most times.
func (t Times) Bounds() (least, most int) {
	if !t.given {
		return 1, boundless
	}
	return t.least, t.most
}

// Has says whether n times are as wanted.
func (t Times) Has(n int) bool {
	least, most := t.Bounds()
	return least <= n && n <= most
}

// String is the Times in words: "exactly 3".
func (t Times) String() string {
	least, most := t.Bounds()
	switch {
	case least == most:
		return fmt.Sprintf("exactly %d", least)
	case most == boundless:
		return fmt.Sprintf("at least %d", least)
	case least == 0:
		return fmt.Sprintf("at most %d", most)
	}
	return fmt.Sprintf("between %d and %d", least, most)
}
