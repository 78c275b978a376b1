// Package finding tells how a program took what went wrong: from the record of one run of
// it, from what journal and world show, never from what the program prints of itself but
// whether it printed. Each finding is a small function of the record; what the record does
// not tell is no finding, and where it may be one, cannot-say.
package finding

import (
	"time"

	"github.com/s3fault/s3fault/journal"
)

// Run is the record of one run of a program, in a world of its own.
type Run struct {
	Case     Case            `json:"case"`
	Requests []journal.Entry `json:"requests"` // all of its world, in the order in which they arrived
	// Forgotten is how many older requests the journal has no more.
	Forgotten uint64   `json:"forgotten,omitempty"`
	Before    Contents `json:"before"` // what was in the world as the program began
	After     Contents `json:"after"`  // and when it had ended
	Ending    Ending   `json:"ending"`
	// Baselines are the two runs in which nothing went wrong; nil in those themselves.
	Baselines *Baselines `json:"baselines,omitempty"`
}

// Baselines are two runs of the program in which nothing went wrong. What differs between
// them (keys with times or nonces) is judged by presence and by reading back alone.
type Baselines [2]*Run

// Case is what went wrong in a run, on purpose.
type Case struct {
	Name      string `json:"name"`      // "PutObject denied"; empty: nothing did
	Operation string `json:"operation"` // whose requests it is about; empty: any
	// Deny is the way in which requests were refused ("explicit-deny"), Faults the fault set
	// whose rules struck ("lost-answer"); one of both.
	Deny   string `json:"deny,omitempty"`
	Faults string `json:"faults,omitempty"`
}

// Ending is how a program ended.
type Ending struct {
	Exit         int           `json:"exit"`             // -1: by a signal
	Signal       string        `json:"signal,omitempty"` // that ended it: "segmentation fault"
	SignalNumber int           `json:"-"`
	TimedOut     bool          `json:"timed_out,omitempty"`
	Stopped      bool          `json:"stopped,omitempty"` // by --stop-after, or after its probe
	Probed       bool          `json:"probed,omitempty"`  // after its probe: Exit is that one's
	Took         time.Duration `json:"took_ns"`
	Printed      int64         `json:"printed"` // bytes on standard output and error
	// Output is the end of what it printed, both together.
	Output string `json:"output,omitempty"`
}

// Well says that the program claims success.
func (e Ending) Well() bool { return e.Exit == 0 && e.Signal == "" && !e.TimedOut }

// Contents is what was in the buckets of a world.
type Contents struct {
	Objects []Object `json:"objects"` // by bucket and key
	Uploads []Upload `json:"uploads,omitempty"`
}

// Object is an object as it was kept.
type Object struct {
	Bucket string `json:"bucket"`
	Key    string `json:"key"`
	Bytes
	Parts []Bytes `json:"parts,omitempty"` // of a multipart upload, in the order of their numbers
}

// Bytes are what an object or a part of one consists of.
type Bytes struct {
	Size int64 `json:"size"`
	// Digests are those of the bytes, by the name of the request header that claims one and in
	// its form: x-amz-content-sha256, content-md5, x-amz-checksum-crc32 and its like.
	Digests map[string]string `json:"digests"`
}

// Upload is a multipart upload that was neither completed nor aborted.
type Upload struct {
	Bucket string `json:"bucket"`
	Key    string `json:"key"`
	ID     string `json:"id"`
}

// Finding is one thing that a program did, or did not, when something went wrong.
type Finding struct {
	Kind Kind `json:"finding"`
	// Text says what happened, in one sentence.
	Text string `json:"text"`
	// Keys are the objects that it is about, as BUCKET/KEY; Requests the ids of its requests.
	Keys     []string `json:"keys,omitempty"`
	Requests []string `json:"requests,omitempty"`
}

// Kind is the name of a finding.
type Kind string

// The kinds of findings.
const (
	LostWrite         Kind = "lost-write"
	WrongBytes        Kind = "wrong-bytes"
	BadRead           Kind = "bad-read"
	IgnoredRefusal    Kind = "ignored-refusal"
	PointlessRetry    Kind = "pointless-retry"
	RetryWithoutCap   Kind = "retry-without-cap"
	RetryWithoutDelay Kind = "retry-without-delay"
	NoRetry           Kind = "no-retry"
	UnsafeRetry       Kind = "unsafe-retry"
	LeftBehind        Kind = "left-behind"
	Hang              Kind = "hang"
	Crash             Kind = "crash"
	SilentExit        Kind = "silent-exit"
	RuleNeverStruck   Kind = "rule-never-struck"
	CannotSay         Kind = "cannot-say"
	Good              Kind = "good"
)
