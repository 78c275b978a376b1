// Package rules says which lifecycle configurations S3 takes, and refuses the others in
// its words (lifecycle.md 1).
package rules

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

const (
	maxRules = 1000
	maxID    = 255
	maxSize  = 1099511627776000 // bytes, as S3's messages have it
)

// classes are those that objects are moved to, the warmest first: an object is never
// moved to a class before its own (S3 User Guide, "Transitioning objects using Amazon S3
// Lifecycle").
var classes = map[string]int{
	"STANDARD": 0, "REDUCED_REDUNDANCY": 0, "STANDARD_IA": 1, "INTELLIGENT_TIERING": 2, "ONEZONE_IA": 3,
	"GLACIER_IR": 4, "GLACIER": 5, "DEEP_ARCHIVE": 6,
}

// Classes are the storage classes of a transition.
func Classes() []string {
	return []string{"GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"}
}

// Colder says whether an object of the class from may be moved to the class to.
func Colder(to, from string) bool { return classes[to] > classes[from] }

// stay is for how many days an object is in a class before it can be moved on.
var stay = map[string]int{"STANDARD_IA": 30, "ONEZONE_IA": 30, "GLACIER_IR": 90, "GLACIER": 90}

// NewID is the id of a rule that was sent without one: that of the seed, of 48 characters
// as S3's are (lifecycle.md 1.12).
func NewID(seed string) string {
	s := sha256.Sum256([]byte(seed))
	return base64.StdEncoding.EncodeToString([]byte(world.UUID([16]byte(s[:16]))))
}

// Check refuses what S3 does not take: a *s3err.Error.
func Check(l *world.Lifecycle) error {
	switch {
	case len(l.Rules) == 0:
		return malformed()
	case len(l.Rules) > maxRules:
		return request("The number of lifecycle rules must not exceed the allowed limit of 1000 rules.")
	}
	if err := checkIDs(l.Rules); err != nil {
		return err
	}
	for i := range l.Rules {
		if err := checkForm(&l.Rules[i]); err != nil {
			return err
		}
	}
	filtered := l.Rules[0].RulePrefix == nil
	for i := range l.Rules {
		if err := checkRule(&l.Rules[i], filtered); err != nil {
			return err
		}
	}
	if filtered {
		return nil
	}
	return checkOverlaps(l.Rules)
}

func malformed() error { return s3err.New(s3err.MalformedXML) }

func request(format string, a ...any) error {
	return s3err.New(s3err.InvalidRequest).WithMessage(fmt.Sprintf(format, a...))
}

func checkIDs(all []world.LifecycleRule) error {
	seen := map[string]bool{}
	for _, r := range all {
		switch {
		case len([]rune(r.ID)) > maxID:
			return s3err.Argument("ID length should not exceed allowed limit of 255", "ID", r.ID)
		case r.ID != "" && seen[r.ID]:
			return s3err.Argument("Rule ID must be unique. Found same ID for more than one rule", "ID", r.ID)
		}
		seen[r.ID] = true
	}
	return nil
}

// checkForm refuses what the schema of the document does not have.
func checkForm(r *world.LifecycleRule) error {
	e, n := r.Expiration, r.NoncurrentExpiration
	bad := e != nil && given(e.Days != nil, !e.Date.IsZero(), e.Marker != nil) != 1 || n != nil && n.Days == nil
	for _, t := range r.Transitions {
		bad = bad || given(t.Days != nil, !t.Date.IsZero()) != 1 || !isTarget(t.StorageClass)
	}
	for _, t := range r.NoncurrentTransitions {
		bad = bad || t.Days == nil || !isTarget(t.StorageClass)
	}
	for key := range r.Filter.Tags {
		bad = bad || key == ""
	}
	if bad {
		return malformed()
	}
	return nil
}

func given(which ...bool) (n int) {
	for _, is := range which {
		if is {
			n++
		}
	}
	return n
}

func isTarget(class string) bool { return classes[class] > 0 }

// checkRule holds a rule against itself; filtered: the configuration is one of filters,
// which its first rule decides (lifecycle.md 1.5).
func checkRule(r *world.LifecycleRule, filtered bool) error {
	switch {
	case filtered && r.RulePrefix != nil:
		return request("Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.")
	case !filtered && r.RulePrefix == nil:
		return request("Filter element can only be used in Lifecycle V2.")
	case r.Expiration == nil && len(r.Transitions) == 0 && r.NoncurrentExpiration == nil &&
		len(r.NoncurrentTransitions) == 0 && r.AbortIncompleteUploads == nil:
		return request("At least one action needs to be specified in a rule")
	}
	for _, check := range []func(*world.LifecycleRule) error{
		checkSizes, checkExpiration, checkNoncurrent, checkAbort, checkTransitions, checkNoncurrentTransitions,
	} {
		if err := check(r); err != nil {
			return err
		}
	}
	if !filtered && newerIn(r) {
		return request("NewerNoncurrentVersions element can only be used in Lifecycle V2.")
	}
	return nil
}

func newerIn(r *world.LifecycleRule) bool {
	if r.NoncurrentExpiration != nil && r.NoncurrentExpiration.Newer != nil {
		return true
	}
	for _, t := range r.NoncurrentTransitions {
		if t.Newer != nil {
			return true
		}
	}
	return false
}

func checkSizes(r *world.LifecycleRule) error {
	larger, smaller := r.Filter.Larger, r.Filter.Smaller
	switch {
	case larger != nil && (*larger < 0 || *larger > maxSize):
		return request("'ObjectSizeGreaterThan' should be between 0 and %d.", int64(maxSize))
	case smaller != nil && (*smaller < 1 || *smaller > maxSize):
		return request("'ObjectSizeLessThan' should be between 1 and %d.", int64(maxSize))
	case larger != nil && smaller != nil && *smaller <= *larger:
		return request("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.")
	}
	return nil
}

func checkExpiration(r *world.LifecycleRule) error {
	e := r.Expiration
	switch {
	case e == nil:
		return nil
	case e.Marker != nil && len(r.Filter.Tags) > 0:
		return request("ExpiredObjectDeleteMarker cannot be specified with Tags.")
	case e.Marker != nil && r.Filter.Sized():
		return request("ExpiredObjectDeleteMarker cannot be specified with Object Size.")
	case e.Days != nil:
		return positive("Days", "Expiration", *e.Days)
	}
	return midnight(e.Date)
}

func positive(name, action string, n int) error {
	if n > 0 {
		return nil
	}
	message := fmt.Sprintf("'%s' for %s action must be a positive integer", name, action)
	return s3err.Argument(message, name, strconv.Itoa(n))
}

func midnight(t time.Time) error {
	if t.IsZero() || t.Equal(t.UTC().Truncate(24*time.Hour)) {
		return nil
	}
	return s3err.Argument("'Date' must be at midnight GMT", "Date", t.UTC().Format(time.RFC3339))
}

func checkNoncurrent(r *world.LifecycleRule) error {
	n := r.NoncurrentExpiration
	if n == nil {
		return nil
	}
	if err := positive("NoncurrentDays", "NoncurrentVersionExpiration", *n.Days); err != nil || n.Newer == nil {
		return err
	}
	return positive("NewerNoncurrentVersions", "NoncurrentVersionExpiration", *n.Newer)
}

func checkAbort(r *world.LifecycleRule) error {
	switch days := r.AbortIncompleteUploads; {
	case days == nil:
		return nil
	case len(r.Filter.Tags) > 0:
		return request("AbortIncompleteMultipartUpload cannot be specified with Tags.")
	case r.Filter.Sized():
		return request("AbortIncompleteMultipartUpload cannot be specified with Object Size.")
	default:
		return positive("DaysAfterInitiation", "AbortIncompleteMultipartUpload", *days)
	}
}
