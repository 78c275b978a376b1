package sigv4

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// MaxSkew is how far a request's time may be from the server's (s3-errors.md A11).
const MaxSkew = 15 * time.Minute

// MaxExpires is the longest validity of a presigned V4 request (s3-errors.md Q4).
const MaxExpires = 7 * 24 * time.Hour

// Error is a refusal: the reason, and the facts that its answer tells. Parse, Verify
// and the others return it as an error, for errors.As to find. Which fields are set
// follows from the Reason; AccessKeyID, Scheme and Location are set as soon as they are
// known.
type Error struct {
	Reason      Reason
	Scheme      Scheme
	Location    Location
	AccessKeyID string
	Credential  string // as sent: access key and scope

	// Argument names the header, parameter, field or component at fault, and
	// Value is what was sent in it (ScopeDateMalformed: the scope's date;
	// PolicyConditionFailed: the condition as S3 prints it). Expected is what
	// should have been sent, where that is known: the bucket's region, the
	// endpoint's service, the request's day.
	Argument, Value, Expected string
	Region                    string // RegionWrong: the region to use
	// PolicyConditionFailed: the form's field, what it is to have, such as "up/..." for a value that
	// begins so, and what it has; empty: it is not there.
	Field, Wanted, Seen string

	// SignatureDoesNotMatch. CanonicalRequest is empty for V2, forms, chunks
	// and trailers, which have none.
	StringToSign, CanonicalRequest, SignatureProvided string

	RequestTime string        // TimeSkewed: as sent
	ServerTime  time.Time     // TimeSkewed, Expired, NotYetValid
	MaxSkew     time.Duration // TimeSkewed
	Date        time.Time     // NotYetValid: X-Amz-Date
	Expires     time.Duration // Expired, NotYetValid: X-Amz-Expires; zero for V2
	ExpiresAt   time.Time     // Expired, NotYetValid

	HeadersNotSigned []string // HeadersNotSigned: lower case, sorted

	ClientHash, ServerHash string // ContentSHA256Differs: hex

	Chunk     int   // ChunkTooSmall: which chunk, counted from 1
	ChunkSize int64 // ChunkTooSmall: its bytes
	Size      int64 // EntityTooLarge, EntityTooSmall: proposed bytes, as far as known
	Limit     int64 // EntityTooLarge, EntityTooSmall: the bound in bytes

	// Err is the cause where reading the body itself failed.
	Err error
}

// ReasonOf is the reason of the refusal in err, and zero where err is nil or a
// failure of another kind.
func ReasonOf(err error) Reason {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return 0
}

// Error describes the refusal for logs. What a client is told is not its
// business.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("sigv4: ")
	b.WriteString(e.Reason.String())
	if e.Argument != "" {
		fmt.Fprintf(&b, " in %s", e.Argument)
	}
	if value := e.shown(); value != "" {
		fmt.Fprintf(&b, ": %q", value)
	}
	if e.Expected != "" {
		fmt.Fprintf(&b, ", expected %q", e.Expected)
	}
	if len(e.HeadersNotSigned) > 0 {
		fmt.Fprintf(&b, ": %s", strings.Join(e.HeadersNotSigned, ", "))
	}
	if e.RequestTime != "" {
		fmt.Fprintf(&b, ": made at %s", e.RequestTime)
	}
	if !e.ExpiresAt.IsZero() {
		fmt.Fprintf(&b, ": good until %s", e.ExpiresAt.UTC().Format(time.RFC3339))
	}
	if !e.ServerTime.IsZero() {
		fmt.Fprintf(&b, ", the server's time is %s", e.ServerTime.UTC().Format(time.RFC3339))
	}
	if e.AccessKeyID != "" {
		fmt.Fprintf(&b, " (access key %s)", e.AccessKeyID)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// tokenShown is how much of a session token a text has: enough to tell two tokens apart, and
// none to sign with.
const tokenShown = 8

// shown is Value as a text has it: a token is a secret.
func (e *Error) shown() string {
	token := e.Reason == TokenExpired || e.Reason == TokenInvalid
	if !token || len(e.Value) <= tokenShown {
		return e.Value
	}
	return strings.ToValidUTF8(e.Value[:tokenShown], "") + "..."
}

// Unwrap is the failure underneath, if any.
func (e *Error) Unwrap() error { return e.Err }
