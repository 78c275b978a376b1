package finding

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/journal"
)

// ignoredRefusal tells of refusals that a program which claims success passed over. Writes are
// told of where they are lost, and reads that broke off where they are believed.
func ignoredRefusal(v *view) (all []Finding) {
	if !v.Ending.Well() {
		return nil
	}
	var ignored []*journal.Entry
	for _, c := range v.calls {
		if e := c.Last(); c.committed() == nil && v.ignored(e) && !v.cutShort([]string{on(e)}, e) {
			ignored = append(ignored, e)
		}
	}
	differs := v.differs()
	for _, of := range together(ignored, func(e *journal.Entry) string { return name(e) + " " + told(e) }) {
		f := Finding{Requests: ids(of), Text: fmt.Sprintf("%s ended with %s, and %s",
			counted(len(of), name(of[0])), told(of[0]), v.Ending.claim())}
		for _, e := range of {
			f.Keys = append(f.Keys, on(e))
		}
		if len(differs) > 0 {
			f.Text += ": " + isNot(len(differs)) + " as it leaves them when nothing is refused"
		}
		f.Keys = tidy(f.Keys)
		all = append(all, f)
	}
	return all
}

// ignored says that the request was refused as it is not when nothing goes wrong, and that no
// later one got what it was to get.
func (v *view) ignored(e *journal.Entry) bool {
	switch r := roleOf(e); {
	case r != reads && r != aborts:
		return false
	case e.Status == 0, !refused(e), answers(e), v.known.usual(e):
		return false
	}
	return !v.got(e)
}

// got says that a later request got what a refused one was to get: the same of the same, or
// for a HEAD the object itself.
func (v *view) got(e *journal.Entry) bool {
	target := targetOf(e)
	done := v.newest[target]
	if e.Operation == "HeadObject" && (done == nil || !done.Time.After(e.Time)) {
		target.Operation, target.Method = "GetObject", "GET"
		done = v.newest[target]
	}
	return done != nil && done.Time.After(e.Time)
}

// differs are the keys of what both baselines leave, and this run did not, or otherwise.
func (v *view) differs() (keys []string) {
	if !v.known.there {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(v.known.runs[0].objects)) {
		if o := v.known.object(key); o != nil && !v.untouched(key) && (v.after[key] == nil || !v.after[key].same(o)) {
			keys = append(keys, key)
		}
	}
	return keys
}

// incurable are the codes that say the same of the same request whenever it is asked again,
// until somebody changes the world or the program. Not among them is what another attempt can
// cure: what clients mend between two (ExpiredToken, RequestTimeTooSkewed, the wrong region:
// AuthorizationHeaderMalformed, PermanentRedirect), what a line can do to a body (BadDigest,
// XAmzContentSHA256Mismatch, IncompleteBody), what SDKs ask again by design
// (InvalidIdentityToken), and what others or time may bring about: NoSuchKey and
// PreconditionFailed are how programs wait for a key and for a lock, InvalidObjectState for what
// is in an archive, InvalidRange for what is still written.
var incurable = setOf(`
	AccessDenied AccessDeniedException UnauthorizedOperation UnauthorizedAccessError AllAccessDisabled AccessForbidden
	AccountProblem NotSignedUp InvalidPayer SignatureDoesNotMatch InvalidAccessKeyId InvalidClientTokenId InvalidToken
	InvalidSecurity MissingSecurityHeader NoSuchBucket NoSuchUpload NoSuchVersion NoSuchAccessPoint
	AccessControlListNotSupported InvalidBucketAclWithObjectOwnership InvalidBucketAclWithBlockPublicAccessError
	MalformedACLError MalformedXML MalformedPolicy InvalidArgument InvalidRequest InvalidURI InvalidBucketName
	KeyTooLongError MetadataTooLarge InvalidTag InvalidStorageClass InvalidDigest MissingContentLength MethodNotAllowed
	NotImplemented EntityTooLarge EntityTooSmall InvalidPart InvalidPartOrder BucketAlreadyExists
	IllegalLocationConstraintException InvalidLocationConstraint
	KMS.DisabledException KMS.NotFoundException KMS.InvalidKeyUsageException`)

func setOf(names string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(names) {
		set[name] = true
	}
	return set
}

// pointlessRetry tells how often the same was asked again after an answer that says it is in
// vain: by the client, or by the program beyond what it asks when nothing goes wrong.
func pointlessRetry(v *view) (all []Finding) {
	var found []again
	for _, c := range v.calls {
		asked := askedBy(c.First())
		switch group := v.same[asked]; {
		case len(group) == 0:
			found = v.pointless(found, asked, []*Call{c})
		case group[0] == c:
			found = v.pointless(found, asked, group)
		}
	}
	for _, of := range together(found, func(a again) string { return name(a.refusal) + " " + a.refusal.Code }) {
		f, times := Finding{}, 0
		for _, a := range of {
			times += a.times
			f.Keys = append(f.Keys, on(a.refusal))
			f.Requests = append(f.Requests, a.requests...)
		}
		f.Keys, f.Requests = tidy(f.Keys), few(f.Requests)
		f.Text = fmt.Sprintf("%s was asked again %s after %s, which no retry can cure",
			name(of[0].refusal), counted(times, "time"), of[0].refusal.Code)
		all = append(all, f)
	}
	return all
}

// again is how often the same was asked after a refusal.
type again struct {
	refusal  *journal.Entry
	times    int
	requests []string
}

// pointless adds what was asked again in vain by calls that ask the same.
func (v *view) pointless(found []again, asked Asked, group []*Call) []again {
	var all []*journal.Entry
	for _, c := range group {
		all = append(all, c.Attempts...)
	}
	slices.SortStableFunc(all, func(a, b *journal.Entry) int { return a.Time.Compare(b.Time) })
	first := slices.IndexFunc(all, func(e *journal.Entry) bool { return incurable[e.Code] && !v.known.usual(e) })
	if first < 0 {
		return found
	}
	unaware := func(e *journal.Entry) bool { return e.Time.Before(ended(all[first])) }
	rest := slices.DeleteFunc(slices.Clone(all[first+1:]), unaware)
	spare := max(1, v.known.asked(asked)) - (len(all) - len(rest)) // that it asks when nothing goes wrong, too
	if times := len(rest) - max(0, spare); times > 0 && incurable[rest[len(rest)-1].Code] {
		return append(found, again{all[first], times, append(ids(all[first:first+1]), ids(rest)...)})
	}
	return found
}
