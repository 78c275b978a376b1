package emulator

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/data"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/oidc"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/scenarios"
)

// keeper keeps worlds in a folder (Config.DataDir); nil: there is none.
type keeper struct {
	*data.Folder
	server  *Server
	warn    func(world, warning string) // nil: nobody is told
	reading *store.Kept                 // until all worlds are read
	secret  []byte                      // that the names of keys come of
}

// openKeeper opens the folder that the configuration names.
func openKeeper(c *Config) (*keeper, error) {
	if c.DataDir == "" {
		return nil, nil
	}
	k := &keeper{warn: c.Warn}
	f, err := data.Open(c.DataDir, data.Options{NoSync: c.DataNoSync, Tell: func(text string) { k.tell("", text) }})
	if err != nil {
		return nil, err
	}
	k.Folder, k.reading = f, store.NewKept(f)
	for _, d := range f.Damages() {
		k.tell("", d)
	}
	if k.secret, err = k.once("secret", func() ([]byte, error) { return []byte(rand.Text()), nil }); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return k, nil
}

// once is a value of the server's own, made if there is none yet, or it is damaged: then it is
// another, and what rests on it is too.
func (k *keeper) once(name string, make func() ([]byte, error)) ([]byte, error) {
	value, damaged := k.Value(data.ServerShelf, []byte(name))
	if damaged != nil {
		k.tell("", fmt.Sprintf("the tokens of OpenID Connect that were issued before are worth nothing: %v", damaged))
	}
	if value != nil {
		return value, nil
	}
	value, err := make()
	if err != nil || k.Err() != nil { // it lasts as long as the server
		return value, err
	}
	return value, k.Queue(data.Put(data.ServerShelf, []byte(name), value)).Wait(context.Background())
}

// bytes is where bodies are.
func (k *keeper) bytes(inMemory *blob.Store) store.Bytes {
	if k == nil {
		return inMemory
	}
	return k.Folder
}

// signer is the key of all OpenID Connect providers, the same at the next start.
func (k *keeper) signer() oidc.Signer {
	fresh := oidc.NewSigner()
	if k == nil {
		return fresh
	}
	return oidc.Once(func() (*rsa.PrivateKey, error) {
		der, err := k.once("oidc", func() ([]byte, error) {
			key, err := fresh()
			if err != nil {
				return nil, err
			}
			return x509.MarshalPKCS1PrivateKey(key), nil
		})
		if err != nil {
			return nil, err
		}
		return x509.ParsePKCS1PrivateKey(der)
	})
}

// keyID is the id of the key of a world's providers, the same at the next start.
func (k *keeper) keyID(name string, p *privacy) string {
	if k == nil {
		return rand.Text()
	}
	of := name
	if p != nil {
		of += "\x00" + p.seed
	}
	mac := hmac.New(sha256.New, k.secret)
	mac.Write([]byte(of))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil))[:26]
}

// about is what a private world has beside its facts.
type about struct {
	Name, Scenario  string
	Created         time.Time
	Seed, Responses string
	Expires         time.Time
}

// keep has a world kept on a shelf from now on, before anybody is served it. What was kept of
// it there is f, with what it remembers beside its Moment; nil: nothing was.
func (k *keeper) keep(w *World, shelf string, f *keptFacts) {
	if k == nil {
		return
	}
	w.live.Keep(store.NewHome(k.Folder, shelf, w.written), f != nil, f.damaged())
	if f != nil && f.damage == nil {
		w.ageing.day.Store(f.Aged)
		w.age(k.server.config.Now())
	}
}

// keepPrivate is keep for a new private world, of which the folder learns.
func (k *keeper) keepPrivate(w *World) error {
	if k == nil {
		return nil
	}
	p := w.private
	text, err := json.Marshal(about{w.name, w.scenario.Name, w.created, p.seed, p.responses, p.expires})
	if err != nil {
		return err
	}
	shelf := data.PrivateShelf(w.name, rand.Text())
	k.Queue(data.Put(shelf, []byte(data.AboutKey), text))
	k.keep(w, shelf, nil)
	return nil
}

// keptFacts is what of a world is not in its buckets, as it is written down.
type keptFacts struct {
	State  json.RawMessage
	Uses   *world.Uses
	Faults *keptPlan
	Aged   int64 // the midnight up to which lifecycle rules have acted, in Unix time

	damage error // why they cannot be read; nil: they can
}

func (f *keptFacts) damaged() error {
	if f == nil {
		return nil
	}
	return f.damage
}

// keptPlan is a fault.Plan.
type keptPlan struct {
	Rules  json.RawMessage // in the form of the scenario file
	Seed   int
	Loaded time.Time
	Limits fault.Limits
}

func (w *World) written(m *store.Moment) ([]byte, error) {
	state, err := world.Encode(m.State)
	if err != nil {
		return nil, err
	}
	f := keptFacts{State: state, Uses: m.Uses, Aged: w.ageing.day.Load()}
	if m.Faults != nil {
		f.Faults = &keptPlan{Seed: m.Faults.Seed, Loaded: m.Faults.Loaded, Limits: m.Faults.Limits}
		if rules := fault.Describe(m.Faults.Rules); rules != nil {
			if f.Faults.Rules, err = rules.MarshalJSON(); err != nil {
				return nil, err
			}
		}
	}
	return json.Marshal(f)
}

// read reads what written wrote, of a world of the scenario.
func (f *keptFacts) read(text []byte, of *scenarios.Scenario) (*store.Moment, error) {
	if err := json.Unmarshal(text, f); err != nil {
		return nil, err
	}
	state, err := world.Decode(f.State)
	if err != nil {
		return nil, err
	}
	m := &store.Moment{State: state, Uses: f.Uses}
	if f.Faults == nil {
		return m, nil
	}
	m.Faults, err = f.Faults.read(m, of)
	return m, err
}

func (p *keptPlan) read(m *store.Moment, of *scenarios.Scenario) (*fault.Plan, error) {
	read := &fault.Plan{Seed: p.Seed, Loaded: p.Loaded, Limits: p.Limits}
	if len(p.Rules) == 0 {
		return read.Anew(), nil
	}
	n, err := build.ParsePatch(slices.Concat([]byte(`{"faults":`), p.Rules, []byte("}")))
	if err != nil {
		return nil, err
	}
	change, err := build.Of(of).SetFaults(&store.Moment{State: m.State, Faults: read.Anew()}, n)
	return change.Faults, err
}

// kept is the world on a shelf as it was left; nil: it is as its scenario makes it. Where that
// cannot be read the facts say so, and there is no Moment.
func (k *keeper) kept(name, shelf string, of *scenarios.Scenario) (*store.Moment, *keptFacts) {
	if k == nil {
		return nil, nil
	}
	home, f := store.NewHome(k.Folder, shelf, nil), &keptFacts{}
	text, err := home.Facts()
	if err == nil && text == nil {
		return nil, nil
	}
	var m *store.Moment
	if err == nil {
		m, err = f.read(text, of)
	}
	if err != nil {
		f.damage = k.unusable(name, err)
		k.reading.HoldDamaged(shelf, f.damage)
		return nil, f
	}
	m.Index = k.reading.Open(home, slices.Sorted(maps.Keys(m.State.Buckets)))
	return m, f
}

// unusable says what to do about a world that cannot be read.
func (k *keeper) unusable(world string, err error) error {
	return fmt.Errorf("the world %s in %s cannot be read: %w; 's3fault data check %[2]s' names all that is damaged, "+
		"and a reset of the world has it begin again as its scenario says", world, k.Dir(), err)
}

// readable is the service's internal error where nobody knows what was kept of the world.
func (w *World) readable() error {
	if err := w.live.Damage(); err != nil {
		return cause.Say(err, "%v", err)
	}
	return nil
}

// reopen opens the private worlds that the folder has, and says which of its worlds have no
// scenario any more. Then bodies that no world has are taken away.
func (k *keeper) reopen() error {
	if k == nil {
		return nil
	}
	all, err := k.Worlds()
	if err != nil {
		k.tell("", fmt.Sprintf("nobody knows which private worlds there were: %v", err))
	}
	for _, stored := range all {
		if err := k.reopenOne(stored); err != nil {
			return err
		}
	}
	for _, d := range k.reading.Damages() {
		k.tell("", d)
	}
	return k.reading.Sweep()
}

func (k *keeper) reopenOne(stored data.World) error {
	if stored.Damage != nil {
		k.hold(stored, fmt.Errorf("nobody knows what it is: %w", stored.Damage))
		return nil
	}
	if stored.About == nil {
		if stored.Private {
			return k.drop(stored) // of one that was deleted
		}
		if slices.Contains(k.server.worlds.scenarios, stored.Name) {
			_, err := k.server.worlds.find("scenario", stored.Name) // which opens it
			return err
		}
		k.tell(stored.Name, "the scenario is not in the file: what "+k.Dir()+" has of its world stays there, and is not served")
		k.reading.Hold(stored.Shelf)
		return nil
	}
	var a about
	if err := json.Unmarshal(stored.About, &a); err != nil {
		k.hold(stored, err)
		return nil
	}
	if !a.Expires.IsZero() && !k.server.config.Now().Before(a.Expires) {
		return k.drop(stored)
	}
	w, err := k.reopenPrivate(a, stored.Shelf)
	if err == nil {
		err = k.server.worlds.add(w)
	}
	nf, missing := errors.AsType[*NotFound](err)
	switch {
	case missing:
		k.hold(stored, nf)
	case errors.Is(err, ErrTaken):
		k.hold(stored, err)
	default:
		return err
	}
	return nil
}

// hold leaves a private world that is not served where it is.
func (k *keeper) hold(stored data.World, why error) {
	k.tell(stored.Name, fmt.Sprintf("the private world stays in %s, and is not served: %v", k.Dir(), why))
	k.reading.Hold(stored.Shelf)
}

// drop forgets a world that is over, at this start or, where the folder takes no writes, at a later.
func (k *keeper) drop(stored data.World) error {
	if k.Err() != nil {
		return nil
	}
	return k.Queue(data.Drop(stored.Shelf)).Wait(context.Background())
}

// reopenPrivate is a private world as it was left. Error: *NotFound, the scenario.
func (k *keeper) reopenPrivate(a about, shelf string) (*World, error) {
	scenario, err := k.server.config.File.Scenario(a.Scenario)
	if err != nil {
		return nil, &NotFound{Kind: "scenario", Name: a.Scenario}
	}
	p := &privacy{seed: a.Seed, responses: a.Responses, expires: a.Expires}
	m, f := k.kept(a.Name, shelf, scenario)
	if m == nil {
		if m, err = k.server.build(scenario, p, a.Created); err != nil {
			return nil, err
		}
	}
	w := k.server.serveWorld(a.Name, scenario, m, p, a.Created)
	k.keep(w, shelf, f)
	return w, nil
}

// tell warns, if anybody is to be warned.
func (k *keeper) tell(world, warning string) {
	if k.warn != nil {
		k.warn(world, warning)
	}
}

// leave writes down what worlds remember and closes the folder.
func (k *keeper) leave() {
	if k == nil {
		return
	}
	for _, w := range k.server.worlds.all() {
		if err := w.live.Save(); err != nil {
			k.tell(w.name, err.Error())
		}
	}
	if err := k.Close(); err != nil {
		k.tell("", err.Error())
	}
}

// sync waits until all that was kept so far is durable.
func (k *keeper) sync() error {
	if k == nil {
		return nil
	}
	return k.Queue().Wait(context.Background())
}

// announce says to who wants the folder, too, where its server is.
func (k *keeper) announce(address net.Addr) {
	if k != nil {
		_ = k.Announce("http://" + address.String()) // it is a courtesy
	}
}
