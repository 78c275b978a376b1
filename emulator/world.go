package emulator

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/s3fault/s3fault/internal/authdetails"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/oidc"
	"github.com/s3fault/s3fault/internal/ring"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/scenarios"
)

// World is one world as it is served: the scenario that it began as, its facts and
// objects as they are now, and what is remembered of its requests.
type World struct {
	name     string
	scenario *scenarios.Scenario
	private  *privacy // nil: it is the scenario's own
	created  time.Time
	port     *port // nil: it has none of its own
	live     *store.Live
	ageing   ageing
	instance instance

	counts  fault.Counts
	records *records
	samples exchange.Samples
	events  trail.Log
	details *authdetails.Log
	past    past
	oidc    *oidc.Keys // that its OpenID Connect providers sign with

	// The registry's, under its lock: the access keys that it holds for the world, and
	// those that the world began with. Neither map is changed.
	keys, first map[string]bool
}

// privacy is what a private world has and a scenario's own has not.
type privacy struct {
	seed      string // of its callers' keys
	responses string
	expires   time.Time // zero: never
}

// records are the newest requests of a world.
type records = ring.Ring[*exchange.Record]

// recorded is how many there are at the most, and recordedBytes how many bytes they take, with what
// they alone hold on to: some 800 bytes a request that was allowed, some 6 KB one that was denied.
const (
	recorded      = 10_000
	recordedBytes = 16 << 20
)

func newRecords() *records { return ring.Bounded[*exchange.Record](recorded, recordedBytes) }

// serveWorld serves a moment under a name, from a real time on; a nil p: as the scenario's own
// world.
func (s *Server) serveWorld(
	name string, of *scenarios.Scenario, m *store.Moment, p *privacy, from time.Time,
) *World {
	w := &World{
		name: name, scenario: of, private: p, created: from, live: store.NewLive(m),
		records: newRecords(), details: authdetails.NewLog(),
		oidc: oidc.NewKeys(s.signer, s.keeper.keyID(name, p)),
	}
	w.age(w.created)
	return w
}

// instance is where the metadata of a scenario's own world is at a bare address.
type instance struct {
	sync.Mutex
	port   *port // nil: nobody has asked for it yet, or the world has another one
	closed bool  // nobody gets one any more
}

// close gives back what the world holds. Nobody finds it any more.
func (w *World) close() {
	w.records.Close()
	w.past.clear(true)
	w.live.Close()
	if w.port != nil {
		w.port.close()
	}
	w.closeInstance()
}

// Name is that of its address, /~NAME.
func (w *World) Name() string { return w.name }

// expired says whether its time is over.
func (w *World) expired(now func() time.Time) bool {
	return w.private != nil && !w.private.expires.IsZero() && !now().Before(w.private.expires)
}

// change makes a change that is worked out from the world as it is, again where that
// has moved meanwhile.
func (w *World) change(from func(*store.Moment) (store.World, error)) error {
	for {
		seen := w.live.Now()
		change, err := from(seen)
		if err != nil {
			return err
		}
		err = w.live.Commit(context.Background(), seen, change)
		change.Discard()
		if !errors.Is(err, store.ErrMoved) {
			if err == nil && change.Faults != nil {
				w.counts.Forget(seen.Faults, change.Faults)
			}
			return err
		}
	}
}
