package journal

import "github.com/s3fault/s3fault/authz"

// Cause is why a service answered as it did where the Decisions do not say it: a refusal by the operation itself, or
// a signature that does not hold. The client reads nothing of it. Its texts are cut where they are long.
type Cause struct {
	// Text is a sentence: "the bucket blocks uploads with SSE-C".
	Text string `json:"text"`
	// Document is what was read ("the bucket policy of my-bucket"), Statement and Element where in it the fault is.
	// Without a Document the Element is one of the request: a header, a parameter, an element of its body.
	Document  string           `json:"document,omitempty"`
	Statement *authz.Statement `json:"statement,omitempty"`
	Element   string           `json:"element,omitempty"`
	// Wanted and Seen are what was compared: what the service wanted there, and what it saw.
	Wanted string `json:"wanted,omitempty"`
	Seen   string `json:"seen,omitempty"`
	// Cures are what to do about it, each by itself, the best first.
	Cures []Change `json:"cures,omitempty"`
}
