package world

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// with is the map with v under k.
func with[K comparable, V any](m map[K]V, k K, v V) map[K]V {
	c := make(map[K]V, len(m)+1)
	maps.Copy(c, m)
	c[k] = v
	return c
}

// without is the map without the keys.
func without[K comparable, V any](m map[K]V, keys ...K) map[K]V {
	c := maps.Clone(m)
	for _, k := range keys {
		delete(c, k)
	}
	return c
}

// WithBucket is the state with b in place of the bucket of that name, or added.
func (s *State) WithBucket(b *Bucket) *State {
	c := *s
	c.Buckets = with(s.Buckets, b.Name, b)
	return &c
}

// WithoutBucket is the state without the bucket; the same state when there is
// none.
func (s *State) WithoutBucket(name string) *State {
	if _, ok := s.Buckets[name]; !ok {
		return s
	}
	c := *s
	c.Buckets = without(s.Buckets, name)
	return &c
}

// WithClock is the state with another clock.
func (s *State) WithClock(c Clock) *State {
	state := *s
	state.Clock = c
	return &state
}

// WithCaller is the state with one more set of credentials, under the name c.Name. Of the minted ones that have
// expired the latest stay: S3 says so of them, however far the clock was advanced. Errors: who the caller is said to
// be, or a session's policy, is not there; the name or the access key is taken.
func (s *State) WithCaller(c *Caller, now time.Time) (*State, error) {
	if s.Callers[c.Name] != nil {
		return nil, fmt.Errorf("there is a caller %s already", c.Name)
	}
	next := *s
	next.Callers = make(map[string]*Caller, len(s.Callers)+1)
	next.credentials = make(map[string]*Caller, len(s.Callers)+1)
	for name, old := range s.Callers {
		next.Callers[name], next.credentials[old.AccessKeyID] = old, old
	}
	for _, old := range s.longExpired(now) {
		delete(next.Callers, old.Name)
		delete(next.credentials, old.AccessKeyID)
	}
	return &next, next.sealCaller(c.Name, c)
}

// mostExpired is how many minted credentials a world keeps that have expired.
const mostExpired = 1000

// longExpired are the minted credentials that have expired before so many others did.
func (s *State) longExpired(now time.Time) []*Caller {
	var all []*Caller
	for _, c := range s.Callers {
		if c.Minted && c.Expired(now) {
			all = append(all, c)
		}
	}
	if len(all) <= mostExpired {
		return nil
	}
	slices.SortFunc(all, func(a, b *Caller) int { return b.Expires.Compare(a.Expires) })
	return all[mostExpired:]
}

// WithAccount is the state with a in place of the account of that number, all that
// is derived from it worked out again. Errors: those of Seal.
func (s *State) WithAccount(a *Account) (*State, error) {
	c := *s
	c.Accounts = with(s.Accounts, a.ID, a)
	return c.Seal()
}

// NewBucket is a bucket as CreateBucket makes it here, before the request's own
// settings; an empty region is the world's.
func (s *State) NewBucket(name, owner, region string, created time.Time) *Bucket {
	if region == "" {
		region = s.Region
	}
	return &Bucket{
		Name: name, Owner: owner, Region: region, Created: created,
		Ownership:         s.NewBuckets.Ownership,
		PublicAccessBlock: s.NewBuckets.PublicAccessBlock,
		Encryption:        s.NewBuckets.Encryption,
	}
}

// NewBucketsOf is what CreateBucket gives in S3 as it answers: since April 2023
// BucketOwnerEnforced and all of Block Public Access (authorization.md 1.6, 1.8).
// SSE-S3 has been every bucket's default since January 2023.
func NewBucketsOf(a Answers) BucketDefaults {
	d := BucketDefaults{Encryption: Encryption{
		Algorithm: "AES256", BlockSSEC: a.Has(NewBucketsBlockSSEC), Inherited: true,
	}}
	if a.Has(NewBucketsEnforced) {
		d.Ownership = BucketOwnerEnforced
		d.PublicAccessBlock = &PublicAccessBlock{true, true, true, true}
	}
	return d
}

// BucketPolicy names a bucket's policy as findings and messages speak of it.
func BucketPolicy(bucket string, p *policy.Policy) *authz.Named {
	return &authz.Named{Name: bucket, Policy: p}
}
