package exchange

import (
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/fault"
)

// Samples are requests by which those of a journal are kept: most are like one before, sent by the
// same client in the same headers and decided by the same policies, and are kept as what they have
// otherwise (kept). It is safe for concurrent use; the zero Samples is ready.
type Samples struct {
	known atomic.Pointer[[]*sample] // the newest last; never changed
	mu    sync.Mutex                // of those who add one

	looking   sync.Mutex
	explained []explanation // the latest, each for as long as nobody looks at others
}

// Of a world's samples there are so many, none of more than so many bytes: what nobody counts any
// more whose own record is gone.
const (
	mostSamples   = 16
	longestSample = 16 << 10
)

// sample is one request with all its texts.
type sample struct {
	of        *Samples
	operation fault.Operation
	shape     string // which texts there are: see tale.read
	texts     []string
	questions []*authz.Request // without their condition keys, which are texts
}

// find is a sample that a request is like, which is made of it where there is none; bytes is what
// it takes then.
func (s *Samples) find(t *tale) (found *sample, bytes int) {
	if found := s.like(t); found != nil {
		return found, 0
	}
	made := t.sample(s)
	if bytes = made.bytes(); bytes > longestSample {
		return made, bytes
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var known []*sample
	if old := s.known.Load(); old != nil {
		known = (*old)[max(len(*old)-mostSamples+1, 0):]
	}
	known = append(slices.Clone(known), made)
	s.known.Store(&known)
	return made, bytes
}

func (s *Samples) like(t *tale) *sample {
	known := s.known.Load()
	if known == nil {
		return nil
	}
	for _, one := range slices.Backward(*known) {
		if one.shape == string(t.shape) && one.operation == t.asked.Operation && slices.EqualFunc(one.questions, t.questions, alike) {
			return one
		}
	}
	return nil
}

// bytes is what the sample alone holds on to. Policies are the world's.
func (s *sample) bytes() int {
	n := sizes.sample + len(s.shape) + len(s.questions)*sizes.question
	for _, text := range s.texts {
		n += sizes.text + len(text)
	}
	return n
}

// alike says whether two questions have the same facts, but for what is text of them.
func alike(a, b *authz.Request) bool {
	return alikeRequesters(&a.Requester, &b.Requester) && alikeTargets(&a.Target, &b.Target) &&
		a.Authentication == b.Authentication && a.RequestForm == b.RequestForm && a.Region == b.Region && a.CORS == b.CORS &&
		a.Free == b.Free && a.Barred == b.Barred && slices.Equal(a.Endpoint, b.Endpoint) &&
		a.BlockedPolicy == b.BlockedPolicy && a.BlockedACL == b.BlockedACL && a.Managed == b.Managed &&
		a.ExpectedOwner == b.ExpectedOwner && a.Creates == b.Creates && a.Began == b.Began && a.Ownership == b.Ownership
}

func alikeRequesters(a, b *authz.Requester) bool {
	return a.Principal == b.Principal && slices.Equal(a.Identity, b.Identity) && slices.Equal(a.Boundaries, b.Boundaries) &&
		slices.EqualFunc(a.Session, b.Session, alikeLevels) && slices.EqualFunc(a.SCPs, b.SCPs, alikeLevels)
}

func alikeTargets(a, b *authz.Target) bool {
	return a.ResourceAccount == b.ResourceAccount && a.Unowned == b.Unowned && a.BucketPolicy == b.BucketPolicy &&
		slices.EqualFunc(a.RCPs, b.RCPs, alikeLevels) &&
		a.RestrictPublicBuckets == b.RestrictPublicBuckets && a.PublicAccessParts == b.PublicAccessParts &&
		alikeLists(a.ACLs, b.ACLs) && same(a.Payment, b.Payment) && alikeObjects(a.Object, b.Object) && a.Lock == b.Lock &&
		a.Trust == b.Trust && a.Key == b.Key && a.AccessPoint == b.AccessPoint && same(a.Missing, b.Missing)
}

func alikeLevels(a, b authz.Level) bool {
	return a.Name == b.Name && slices.Equal(a.Policies, b.Policies)
}

func alikeLists(a, b *authz.AccessLists) bool {
	return a == b || a != nil && b != nil && a.IgnorePublic == b.IgnorePublic && slices.Equal(a.Bucket, b.Bucket)
}

func alikeObjects(a, b *authz.Object) bool {
	return a == b || a != nil && b != nil && a.Owner == b.Owner && slices.Equal(a.ACL, b.ACL)
}

// same says whether two values that may be absent are equal.
func same[V comparable](a, b *V) bool { return a == b || a != nil && b != nil && *a == *b }

// explanation is what the layers said of an allowed request.
type explanation struct {
	of        *Record
	decisions []authz.Decision
}

// mostExplained is how many are remembered, so that who looks twice has it worked out once.
const mostExplained = 16

// explain has what the layers said of a request worked out, once.
func (s *Samples) explain(r *Record, questions []*authz.Request) []authz.Decision {
	s.looking.Lock()
	defer s.looking.Unlock()
	for _, known := range s.explained {
		if known.of == r {
			return known.decisions
		}
	}
	if len(s.explained) == mostExplained {
		s.explained = slices.Delete(s.explained, 0, 1)
	}
	decisions := Explain(questions)
	s.explained = append(s.explained, explanation{r, decisions})
	return decisions
}

// headerNames appends the names of a header, sorted.
func headerNames(to []string, h http.Header) []string {
	for name := range h {
		to = append(to, name)
	}
	slices.Sort(to)
	return to
}
