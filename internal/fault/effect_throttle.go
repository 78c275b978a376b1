package fault

import (
	"cmp"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

const throttleName = "throttle"

// throttle lets so many requests a second through, by the world's clock, and tells the
// others to slow down.
type throttle struct {
	Rate  int   // requests a second
	Burst int   // so many at once, after a pause; 0: those of a second
	Per   share // what has a rate of its own
	Depth int   // how many segments of a key are its prefix; 0: one
}

type share string

const (
	perPrefix share = "prefix" // of a key, in its bucket; also the empty share
	perBucket share = "bucket"
	perCaller share = "caller"
	perWorld  share = "world"
)

func (*throttle) Name() string { return throttleName }

// Act tells who is over the rate to slow down.
func (*throttle) Act(*Strike) error { return &Refusal{Code: "SlowDown"} }

// tokens is what is left for each that has a rate of its own.
type tokens map[string]*tokenBucket

type tokenBucket struct {
	left float64 // below 0: what it owes
	at   time.Time
}

// Chooses takes a token for the request, and strikes it where there is none.
func (t *throttle) Chooses(s *Strike) bool {
	all := Memory(s, func() *tokens { return &tokens{} })
	b := t.bucket(*all, t.of(s.Request, s.Request.Key), s.Request.Now)
	if b.left < 1 {
		return true
	}
	b.left--
	return false
}

// of is what the rate is of that a request for the key takes from.
func (t *throttle) of(r *Request, key string) string {
	switch cmp.Or(t.Per, perPrefix) {
	case perBucket:
		return r.Bucket
	case perCaller:
		return r.Caller
	case perWorld:
		return ""
	}
	segments := strings.SplitAfterN(key, "/", max(t.Depth, 1)+1)
	if len(segments) > 1 {
		segments = segments[:len(segments)-1]
	} else {
		segments = nil // the key has no prefix
	}
	return r.Bucket + "/" + strings.Join(segments, "")
}

// most is how many buckets are remembered: beyond, the full ones go.
const most = 10_000

// bucket is that of a name, filled up to the time.
func (t *throttle) bucket(all tokens, name string, now time.Time) *tokenBucket {
	b := all[name]
	if b == nil {
		if len(all) >= most {
			for name, old := range all {
				if t.fill(old, now); old.left == t.burst() {
					delete(all, name)
				}
			}
		}
		b = &tokenBucket{left: t.burst(), at: now}
		all[name] = b
	}
	t.fill(b, now)
	return b
}

func (t *throttle) burst() float64 { return float64(cmp.Or(t.Burst, t.Rate)) }

func (t *throttle) fill(b *tokenBucket, now time.Time) {
	if passed := now.Sub(b.at); passed > 0 {
		b.left = min(b.left+passed.Seconds()*float64(t.Rate), t.burst())
	}
	b.at = now
}

// Charge has a request that does several things take a token for each of the keys but the
// first, once it is known which they are. It may owe them.
func (v *Visit) Charge(keys []string) {
	if v == nil || len(keys) < 2 || v.charged {
		return
	}
	v.charged = true
	for _, m := range v.met {
		if t, ok := m.rule.Steps[0].Effect.(*throttle); ok && m.stage == Arrival {
			m.counter.charge(t, &v.Request, keys[1:])
		}
	}
}

func (c *counter) charge(t *throttle, r *Request, keys []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	all, ok := c.memory.(*tokens)
	if !ok {
		return // no request has come to its turn yet
	}
	for _, key := range keys {
		t.bucket(*all, t.of(r, key), r.Now).left--
	}
}

// Check wants a service that says SlowDown.
func (*throttle) Check(o Operation, _ *Catalogue, n *tree.Node) error {
	if o.Service == Credentials {
		return tree.Fail(n, "%s does not say SlowDown: an error with the code ThrottlingException is wanted here", o)
	}
	return nil
}

var throttles = facts.RecordIf(facts.New("throttle",
	facts.Field("rate", perSecond, func(t *throttle) *int { return &t.Rate }).
		Says("the requests that are taken a second").Must("a throttle needs a rate"),
	facts.Field("burst", perSecond, func(t *throttle) *int { return &t.Burst }).
		Says("the requests that are taken at once, after a pause", "those of a second"),
	facts.Field("per", facts.Is[share](facts.OneOf("value", perPrefix, perBucket, perCaller, perWorld)),
		func(t *throttle) *share { return &t.Per }).
		Says("what has a rate of its own", "prefix"),
	facts.Field("depth", depths, func(t *throttle) *int { return &t.Depth }).
		Says("how many segments of a key are its prefix", "1"),
).Rule(func(n *tree.Node) error {
	if per := n.Get("per"); n.Get("depth") != nil && per != nil && per.Text != string(perPrefix) {
		return tree.Fail(n.Find("depth"), "depth is of a throttle per prefix")
	}
	return nil
}))

const (
	maxDepth = 512       // a key has 1,024 bytes
	maxRate  = 1_000_000 // more than S3 itself takes
)

var perSecond = facts.Checked(positive, func(i int, n *tree.Node) error {
	if i > maxRate {
		return tree.Fail(n, "a number from 1 to %d is wanted here, not %d", maxRate, i)
	}
	return nil
})

var depths = facts.Checked(positive, func(i int, n *tree.Node) error {
	if i > maxDepth {
		return tree.Fail(n, "the depth of a prefix is from 1 to %d, not %d", maxDepth, i)
	}
	return nil
})
