package advice

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// signedWell is the request signed as it should be, which is another thing for each reason why it was
// not. It is tried as if it were, so that what says no behind the signature is seen.
func (s *setting) signedWell(*authz.Request, *authz.Finding) []candidate {
	e, ok := errors.AsType[*sigv4.Error](s.now.Made.Unproved)
	if !ok {
		return nil
	}
	how := &journal.Remake{Signed: true}
	if s.now.Made.Presented == nil {
		how.Caller = s.claimed(e.AccessKeyID)
	}
	switch e.Reason {
	case sigv4.AccessKeyUnknown:
		return s.withKnownKey(e)
	case sigv4.TokenInvalid:
		return telling(tokenAdvice(s.state().Credential(e.AccessKeyID)), how)
	case sigv4.V2NotSupported:
		how.Algorithm = sigv4.AlgorithmV4
	case sigv4.SignatureDoesNotMatch:
		if s.undiagnosed() {
			how = nil // what helps is not known
		}
	}
	return telling(s.signAdvice(e), how)
}

// claimed is the caller whose access key it is, by name; empty: nobody's.
func (s *setting) claimed(accessKeyID string) string {
	if c := s.state().Credential(accessKeyID); c != nil {
		return c.Name
	}
	return ""
}

// signAdvice is what to do about a refusal by the signature, first of all.
func (s *setting) signAdvice(e *sigv4.Error) string {
	if e.Reason == sigv4.SignatureDoesNotMatch {
		return s.mismatchAdvice(e)
	}
	if advise := signings4[e.Reason]; advise != nil {
		return advise(e)
	}
	return "make the signature anew, as AWS's SDKs make it: " + strings.TrimPrefix(e.Error(), "sigv4: ")
}

// said is an advice that depends on nothing.
func said(text string) func(*sigv4.Error) string { return func(*sigv4.Error) string { return text } }

// signings4 is what to do, by the reason of the refusal.
var signings4 = map[sigv4.Reason]func(*sigv4.Error) string{
	sigv4.TimeSkewed: func(e *sigv4.Error) string {
		return "set the clock of the client: the request says " + e.RequestTime + ", and it is " + stamp(e.ServerTime) +
			"; S3 takes " + e.MaxSkew.String() + " either way"
	},
	sigv4.HeadersNotSigned: func(e *sigv4.Error) string {
		names := strings.Join(e.HeadersNotSigned, ", ")
		return "sign " + names + " too, or do not send it: every x-amz- header that is sent must be among the signed ones"
	},
	sigv4.Expired: func(e *sigv4.Error) string {
		return "make a new URL: this one was good until " + stamp(e.ExpiresAt) + ", and it is " + stamp(e.ServerTime)
	},
	sigv4.NotYetValid: func(e *sigv4.Error) string {
		return "set the clock of who signs the URL: it says " + stamp(e.Date) + ", and it is " + stamp(e.ServerTime)
	},
	sigv4.TokenExpired: said("refresh the session: its credentials have expired. Assume the role again, or log in " +
		"again (aws sso login), and use the new access key, secret and token together"),
	sigv4.ServiceWrong: func(e *sigv4.Error) string {
		return "sign for the service " + e.Expected + ", not for " + e.Value + ": the service stands in the scope of " +
			"the credential"
	},
	sigv4.RegionWrong: func(e *sigv4.Error) string {
		return "sign for the region " + e.Expected + ", not for " + e.Value
	},
	sigv4.ScopeDateDiffers: func(e *sigv4.Error) string {
		return "sign with the key of the day of the request, " + e.Expected + ", not of " + e.Value
	},
	sigv4.V2NotSupported: said("sign with Signature Version 4 (AWS4-HMAC-SHA256): this region takes no " +
		"Version 2"),
	sigv4.ContentSHA256Differs: said("send the SHA-256 of the very body that arrives in x-amz-content-sha256, " +
		"or have nothing on the way change the body; UNSIGNED-PAYLOAD leaves the body out of the signature"),
	sigv4.ContentSHA256Missing: said("send x-amz-content-sha256: the SHA-256 of the body, or UNSIGNED-PAYLOAD"),
	sigv4.ContentSHA256Malformed: said("send the SHA-256 of the body in x-amz-content-sha256, in 64 hex digits, " +
		"or UNSIGNED-PAYLOAD"),
	sigv4.MechanismsMixed:  said("sign in one place: send no Authorization header with a presigned URL"),
	sigv4.DateMissing:      said("send the time of signing in x-amz-date"),
	sigv4.ExpiresTooLong:   said("let the URL be good for a week at most: X-Amz-Expires=604800"),
	sigv4.ExpiresNegative:  said("let the URL be good for some seconds at least: X-Amz-Expires, up to 604800"),
	sigv4.ExpiresNotNumber: said("give X-Amz-Expires in seconds, up to 604800"),
	sigv4.AuthorizationUnsupported: said("sign with Signature Version 4: the Authorization header begins with " +
		"AWS4-HMAC-SHA256. A bearer token or Basic is for another service"),
	sigv4.PolicyExpired: said("make a new form: the policy of this one has expired"),
	sigv4.PolicyConditionFailed: func(e *sigv4.Error) string {
		return "send a form that its policy covers, " +
			"which wants " + e.Value
	},
	sigv4.PolicyExtraField: func(e *sigv4.Error) string {
		return "add a condition for the field " + e.Argument + " to the form's policy, or do not send it"
	},
	sigv4.EntityTooLarge: func(e *sigv4.Error) string {
		return fmt.Sprintf("send %d bytes at most, as the form's policy has it", e.Limit)
	},
	sigv4.EntityTooSmall: func(e *sigv4.Error) string {
		return fmt.Sprintf("send %d bytes at least, as the form's policy has it", e.Limit)
	},
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// undiagnosed says that it is not known why the signature does not match.
func (s *setting) undiagnosed() bool {
	found := s.now.Made.Diagnosis.Text
	return found == "" || found == sigv4.Unknown
}

// mismatchAdvice is what to do about a signature that does not match, by its diagnosis. Where that
// knows nothing, it says what was signed.
func (s *setting) mismatchAdvice(e *sigv4.Error) string {
	if found := s.now.Made.Diagnosis; !s.undiagnosed() {
		return found.Text + ": " + strings.TrimSuffix(found.Cure, ".")
	}
	covered := "method, host, path and query"
	if p := s.now.Made.Presented; p != nil && len(p.SignedHeaders) > 0 {
		covered = "method, path, query, body and the headers " + strings.Join(p.SignedHeaders, ", ")
	}
	return "see that the secret is that of the access key " + e.AccessKeyID + ", and that what was signed arrives " +
		"as it was: " + covered
}

// withKnownKey is the request with a key that the world knows.
func (s *setting) withKnownKey(e *sigv4.Error) []candidate {
	c := s.state().Credential(e.AccessKeyID)
	switch {
	case c != nil && c.Inactive:
		return []candidate{{Change: journal.Change{
			Text: "activate the access key " + e.AccessKeyID + " of " + c.Name + " (aws iam update-access-key " +
				"--status Active), or use one that is",
			Patch:   at(nil, append(build.CallerAt(c.Name), "inactive")),
			Request: &journal.Remake{Signed: true},
		}}}
	case c != nil && !c.Temporary():
		return telling("wait some seconds, and try again: the access key was made just now", nil)
	case c != nil:
		return telling("send the session token as well (AWS_SESSION_TOKEN, x-amz-security-token): the access key is "+
			"one of a session", &journal.Remake{Signed: true})
	}
	name := s.meant(e.AccessKeyID)
	if name == "" {
		return telling("use an access key that this world knows: it has no "+e.AccessKeyID, nil)
	}
	return telling("use an access key that this world knows, such as that of "+name+" "+
		"("+s.state().Callers[name].AccessKeyID+"): it has no "+e.AccessKeyID,
		&journal.Remake{Signed: true, Caller: name})
}

// meant is the caller whose access key is like one that nobody has, or else one who is let through.
func (s *setting) meant(accessKeyID string) string {
	ids, byID := []string{}, map[string]string{}
	for _, name := range sortedKeys(s.state().Callers) {
		if c := s.state().Callers[name]; c.AccessKeyID != "" && !c.Inactive {
			ids = append(ids, c.AccessKeyID)
			byID[c.AccessKeyID] = name
		}
	}
	if near := nearest.Name(accessKeyID, ids); near != "" && slip(accessKeyID, near) {
		return byID[near]
	}
	for _, c := range s.byOthers() {
		return c.Request.Caller
	}
	return ""
}

// tokenAdvice is what to do about a session token that is not the key's.
func tokenAdvice(c *world.Caller) string {
	if c != nil && !c.Temporary() {
		return "send no session token: the access key is a long-term one (unset AWS_SESSION_TOKEN)"
	}
	return "send the session token that came with the access key, whole (AWS_SESSION_TOKEN): the one that was sent " +
		"is another's"
}
