package build

import (
	"context"
	"sync"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/tree"
)

// Bodies are the bytes of objects in scenario files, written once for all worlds that are
// made of them in one blob store, and kept as long as that is. The zero value has none yet.
type Bodies struct {
	mu     sync.Mutex
	staged map[*tree.Node]*store.Staged
}

// of is the seed's bytes in the index: the same that all worlds have where there are Bodies.
func (b *Bodies) of(s *seed, x *store.Index) (*store.Staged, error) {
	if b == nil {
		return x.Write(context.Background(), s.bytes(), s.size)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if there := b.staged[s.node]; there != nil {
		return there, nil
	}
	staged, err := x.Write(context.Background(), s.bytes(), s.size)
	if err != nil {
		return nil, err
	}
	staged.Keep()
	if b.staged == nil {
		b.staged = map[*tree.Node]*store.Staged{}
	}
	b.staged[s.node] = staged
	return staged, nil
}
