package world

import (
	"strings"
	"time"
)

// Lifecycle is a bucket's lifecycle configuration (S3 API Reference,
// "PutBucketLifecycleConfiguration"). It is never changed.
type Lifecycle struct {
	Rules []LifecycleRule
	// MinimumSize says which objects no rule transitions that names no size; empty: those of
	// MinimumVaries.
	MinimumSize MinimumSize
}

// MinimumSize is the smallest object that is transitioned by default.
type MinimumSize string

// The values of x-amz-transition-default-minimum-object-size.
const (
	MinimumAll    MinimumSize = "all_storage_classes_128K" // 128 KB, wherever it would go to
	MinimumVaries MinimumSize = "varies_by_storage_class"  // 128 KB, unless it would go to an archive
)

// LifecycleRule is one rule. A count that is nil is not given.
type LifecycleRule struct {
	ID      string
	Enabled bool
	// RulePrefix is the prefix of the form that has no filter; nil: Filter holds.
	RulePrefix             *string
	Filter                 LifecycleFilter
	Expiration             *LifecycleExpiration
	Transitions            []LifecycleTransition
	NoncurrentExpiration   *NoncurrentExpiration
	NoncurrentTransitions  []NoncurrentTransition
	AbortIncompleteUploads *int // days after they were begun
}

// LifecycleFilter says which objects a rule is about: those that all of it is true of.
type LifecycleFilter struct {
	Prefix  *string // nil: not named
	Tags    map[string]string
	Larger  *int64 // than so many bytes
	Smaller *int64 // than so many bytes
}

// LifecycleExpiration is when current versions expire: one of the three.
type LifecycleExpiration struct {
	Days   *int // after they were written
	Date   time.Time
	Marker *bool // whether delete markers go that are a key's only version
}

// LifecycleTransition moves current versions to another storage class.
type LifecycleTransition struct {
	Days         *int // after they were written
	Date         time.Time
	StorageClass string
}

// NoncurrentExpiration is when noncurrent versions expire.
type NoncurrentExpiration struct {
	Days  *int // after they became noncurrent
	Newer *int // how many of the newest noncurrent versions stay
}

// NoncurrentTransition moves noncurrent versions to another storage class.
type NoncurrentTransition struct {
	Days         *int // after they became noncurrent
	Newer        *int // how many of the newest noncurrent versions stay where they are
	StorageClass string
}

// Prefix is that of the keys which the rule is about.
func (r *LifecycleRule) Prefix() string {
	switch {
	case r.RulePrefix != nil:
		return *r.RulePrefix
	case r.Filter.Prefix != nil:
		return *r.Filter.Prefix
	}
	return ""
}

// Sized says that the filter names a size.
func (f *LifecycleFilter) Sized() bool { return f.Larger != nil || f.Smaller != nil }

// Predicates is how many things the filter names.
func (f *LifecycleFilter) Predicates() int {
	n := len(f.Tags)
	for _, given := range []bool{f.Prefix != nil, f.Larger != nil, f.Smaller != nil} {
		if given {
			n++
		}
	}
	return n
}

// About says whether the rule is about an object of that key, tags and size in bytes.
func (r *LifecycleRule) About(key string, tags map[string]string, size int64) bool {
	if !strings.HasPrefix(key, r.Prefix()) {
		return false
	}
	for k, v := range r.Filter.Tags {
		if got, ok := tags[k]; !ok || got != v {
			return false
		}
	}
	f := &r.Filter
	return (f.Larger == nil || size > *f.Larger) && (f.Smaller == nil || size < *f.Smaller)
}
