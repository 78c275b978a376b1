package emulator

import (
	"errors"
	"sync"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// retry puts the questions of an answered request to another moment of its world:
// who asks there, and what. Error: the questions cannot be put.
type retry func(*store.Moment) (*world.Caller, []*authz.Request, error)

func retryS3(kept *s3api.Call) retry {
	return func(m *store.Moment) (*world.Caller, []*authz.Request, error) {
		c := kept.Again(m)
		recognise(c)
		questions, refused := c.Checks()
		if refused != nil {
			return nil, nil, errors.New(s3err.Of(refused).Message)
		}
		return c.Caller, questions, nil
	}
}

func retryAPI(kept *awsapi.Call) retry {
	return func(m *store.Moment) (*world.Caller, []*authz.Request, error) {
		c := kept.Again(m)
		c.Caller, c.Principal, c.Unproved = identify(m.State, c.Presented, c.Unproved)
		questions, refused := c.Checks()
		if refused != nil {
			return nil, nil, refused
		}
		return c.Caller, questions, nil
	}
}

// recalled is how many of a world's newest denied requests can be asked about
// again.
const recalled = 256

// recall keeps denied requests, so that advice can put their questions to other
// worlds. It is safe for concurrent use.
type recall struct {
	mu    sync.Mutex
	calls map[string]retry // by request id
	ids   [recalled]string
	next  int
}

// keep takes the place of the oldest.
func (r *recall) keep(id string, c retry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls == nil {
		r.calls = make(map[string]retry)
	}
	delete(r.calls, r.ids[r.next])
	r.calls[id], r.ids[r.next] = c, id
	r.next = (r.next + 1) % recalled
}

func (r *recall) find(id string) retry {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls[id]
}
