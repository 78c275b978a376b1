package decide

import (
	"sync"

	"github.com/s3fault/s3fault/policy"
)

// generationBytes bounds the documents that one generation of a policyCache holds: some thousand of them. What is
// compiled takes ten times as much, and a larger heap is a slower one.
const generationBytes = 512 << 10

// policyCache compiles each document once while it keeps coming. It holds two generations; a full one becomes the
// old one, and what is not asked for while it is the old one is forgotten. The zero value is ready.
type policyCache struct {
	mu         sync.Mutex
	young, old map[policyKey]*policy.Policy
	bytes      int // of the documents in young
}

type policyKey struct {
	kind policy.Kind
	doc  string
}

// get returns the compiled document. A document with an error is compiled whenever it comes.
func (c *policyCache) get(doc string, kind policy.Kind) (*policy.Policy, error) {
	if p := c.look(doc, kind); p != nil {
		return p, nil
	}
	// Not under the lock: two that meet with one document both compile it, which costs less than waiting.
	p, err := policy.ParseLenient([]byte(doc), kind)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(policyKey{kind, p.Source()}, p)
	return p, nil
}

func (c *policyCache) look(doc string, kind policy.Kind) *policy.Policy {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, ok := c.young[policyKey{kind, doc}]; ok {
		return p
	}
	p, ok := c.old[policyKey{kind, doc}]
	if ok {
		c.add(policyKey{kind, p.Source()}, p)
	}
	return p
}

func (c *policyCache) add(key policyKey, p *policy.Policy) {
	if c.young == nil || c.bytes+len(key.doc) > generationBytes {
		c.old, c.young, c.bytes = c.young, map[policyKey]*policy.Policy{}, 0
	}
	c.young[key] = p
	c.bytes += len(key.doc)
}
