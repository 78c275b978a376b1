// Package build makes worlds of what scenario files say, describes them again as they
// run, and patches them. Every fact of a world is a row of one of its tables, by which
// it is read and written.
package build

import (
	"encoding/json"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// Scene is the world of a scenario as its file has it.
type Scene struct {
	Name  string
	Facts *tree.Node // the scenario, with the file's defaults merged in
	Fix   *tree.Node // the fix_patch; nil: there is none
	// Responses and AsOf are what the file says for all its scenarios.
	Responses string
	AsOf      time.Time
	Form      *facts.Shape // of Facts, in the Whole of the file
	Whole     *facts.Whole
	Faults    *fault.Knowing // what its fault rules are held against
}

// Options are what is said of a world besides its file.
type Options struct {
	Responses string    // "aws" or "article"; empty: as the file says
	AsOf      time.Time // zero: as the file says
	Now       time.Time // the real time of loading; zero: time.Now
	// KeySeed is a secret of a private copy of a world: its callers' keys come of it,
	// and those that the file gives are not in the copy; empty: it is none.
	KeySeed string
	// TestCaller is one whose key pair is test/test, whatever the file says; empty: none.
	TestCaller string
	// Bodies has the bytes of the file's objects for all worlds of a server; nil: each world
	// writes its own.
	Bodies *Bodies
}

func (o Options) now() time.Time {
	if o.Now.IsZero() {
		return time.Now()
	}
	return o.Now
}

// Scened is a scenario.
type Scened interface{ Sys() any }

// Of is the scene of a scenario, which is a *scenarios.Scenario.
func Of(s Scened) *Scene { return s.Sys().(*Scene) }

// Prepare does what is done once for all worlds of the scene. It comes before any of them.
func (s *Scene) Prepare() { prepare(s.Facts) }

// Build makes the world as loaded: its facts, and x filled with its buckets and
// objects. After an error x is closed.
func (s *Scene) Build(o Options, x *store.Index) (*store.Moment, error) {
	w, err := s.read(s.Facts, &making{options: o, responses: s.Responses, asOf: s.AsOf, ownKeys: o.KeySeed != ""})
	if err != nil {
		return nil, err
	}
	w.faults.Loaded = w.now()
	if err := w.fill(x); err != nil {
		x.Close()
		return nil, err
	}
	return &store.Moment{State: w.State, Index: x, Uses: world.NewUses(), Faults: w.faults.Anew()}, nil
}

// Check makes the world's facts alone. Errors: as Build, but all that there are; beside
// them the state has the names of what could be read.
func (s *Scene) Check() (*world.State, error) {
	w, err := s.read(s.Facts, &making{responses: s.Responses, asOf: s.AsOf})
	return w.State, err
}

// CheckFix builds the world that the fix would make of the one in the file.
func (s *Scene) CheckFix() error {
	if s.Fix == nil {
		return nil
	}
	fixed := tree.Merge(s.Facts, s.Fix)
	if err := s.Whole.Check(fixed, s.Form); err != nil {
		return err
	}
	_, err := s.read(fixed, &making{responses: s.Responses, asOf: s.AsOf})
	return err
}

// Own is what the scenario says itself of how AWS answers.
func (s *Scene) Own() (responses string, asOf time.Time) {
	if n := s.Facts.Get("responses"); n != nil {
		responses = n.Text
	}
	if n := s.Facts.Get("as_of"); n != nil {
		asOf, _ = facts.Date.Read(n)
	}
	return responses, asOf
}

// read makes the world of a tree, which is good in form. After an error the world is not
// whole.
func (s *Scene) read(n *tree.Node, w *making) (*making, error) {
	w.scene, w.facts, w.owners = s, n, map[string]string{}
	w.State = &world.State{
		Name: s.Name, Region: "us-east-1", SigV2: world.SigV2LegacyRegions,
		Accounts: map[string]*world.Account{}, Callers: map[string]*world.Caller{},
		Buckets: map[string]*world.Bucket{}, Keys: map[string]*world.Key{},
		Endpoints: map[string]*world.VPCEndpoint{}, RouteTables: map[string]*world.RouteTable{},
		OwnVPCs: map[string]*world.VPC{}, Subnets: map[string]*world.Subnet{},
		Trails: map[string]*world.Trail{}, AccessPoints: world.AccessPoints{},
	}
	if err := World.Read(w, n); err != nil || n.AnyBroken() {
		return w, err
	}
	sealed, err := w.Seal()
	if err != nil {
		return w, tree.Fail(n, "%v", err)
	}
	w.State = sealed
	var errs []error
	for _, o := range w.objects {
		errs = append(errs, o.seed())
	}
	return w, tree.Join(errs...)
}

// Describe is a world as it is now, in the form of the scenario file, as JSON.
// Objects are without their bodies.
func Describe(m *store.Moment) (json.RawMessage, error) { return describe(m).MarshalJSON() }

func describe(m *store.Moment) *tree.Node {
	w := &making{State: m.State, index: m.Index, uses: m.Uses}
	w.faults.Rules = m.Faults.All()
	if m.Faults != nil {
		w.faults.Seed, w.faults.Limits = m.Faults.Seed, m.Faults.Limits
	}
	return World.Write(w)
}

// making is a world that is being made of a tree, or one that is described.
type making struct {
	*world.State
	scene   *Scene
	options Options
	// responses and asOf are what holds where the tree says nothing.
	responses string
	asOf      time.Time
	ownKeys   bool           // the tree's keys are another world's
	ticking   world.Clock    // that the world had before a patch
	later     []func() error // what waits for all accounts to be read
	owners    map[string]string
	facts     *tree.Node  // what is read
	objects   []*objectIn // what waits for the world to be sealed
	seeds     []*seed
	was       records      // the objects that the world had before a patch
	before    *tree.Node   // its description before a patch; nil: it is none
	index     *store.Index // of a world that is described
	uses      *world.Uses
	faults    fault.Plan
	ruled     *fault.Plan // the rules that the world had before a patch
}

// now is the world's time of loading.
func (w *making) now() time.Time { return w.Clock.Now(w.options.now()) }

// account is the account that is named, or the world's only one.
func (w *making) account(name string, at *tree.Node) (string, error) {
	if name != "" {
		if w.Accounts[name] == nil {
			return "", tree.Unknown(at, "account", name, keysOf(w.Accounts))
		}
		return name, nil
	}
	if len(w.Accounts) == 1 {
		return keysOf(w.Accounts)[0], nil
	}
	return "", tree.Fail(at, "the world has %d accounts: say which", len(w.Accounts))
}
