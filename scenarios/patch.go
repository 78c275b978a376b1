package scenarios

import (
	"encoding/json"
	"fmt"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// ApplyFix is the change of a world that the scenario's fix_patch makes; without one
// nothing changes. Discard it when it was made, or is not to be.
func (s *Scenario) ApplyFix(o Options, m *store.Moment) (store.World, error) {
	if !s.HasPatch() {
		return store.World{}, nil
	}
	return s.apply(o, m, s.doc.FixPatch)
}

// patchName stands where a file's name stands in the errors of a patch.
const patchName = "patch"

// Patch is the change of a world that a JSON merge patch makes, in the form of the
// scenario file. Discard it when it was made, or is not to be. Errors: *Error, with
// the place in the patch; a policy cannot be a file's there.
func (s *Scenario) Patch(o Options, m *store.Moment, patch []byte) (store.World, error) {
	n, err := parseJSON(patchName, patch)
	if err != nil {
		return store.World{}, err
	}
	if n.kind != mappingKind {
		return store.World{}, wanted(n, "a mapping")
	}
	return s.apply(o, m, n)
}

// Describe is a world as it is now, in the form of the scenario file, as JSON.
func (s *Scenario) Describe(m *store.Moment) (json.RawMessage, error) {
	return describe(m).MarshalJSON()
}

// apply merges a patch into the description of the world and builds what comes
// out, whole or not at all. An object whose facts the patch leaves alone keeps
// its record, and with it the key that it was written with.
func (s *Scenario) apply(o Options, m *store.Moment, patch *node) (store.World, error) {
	before := describe(m)
	after := merge(before, patch)
	var was, doc, asked worldDoc
	// Merging takes away what a null stands at, a wrong key too.
	if err := decode(patch, &asked); err != nil {
		return store.World{}, err
	}
	if err := decode(before, &was); err != nil {
		return store.World{}, fmt.Errorf("the world cannot be described: %w", err)
	}
	if err := decode(after, &doc); err != nil {
		return store.World{}, err
	}
	b := &builder{scenario: s, root: after, doc: &doc, options: o}
	state, err := b.state(world.NewAnswers(world.Responses(doc.Responses), doc.AsOf.Time, o.now()))
	if err != nil {
		return store.World{}, err
	}
	if err := keepsVersions(m.State, state, after); err != nil {
		return store.World{}, err
	}
	carryOver(m.State, state)
	p := &patching{
		builder: b, was: &was, index: m.Index,
		change: store.World{State: state, Uses: m.Uses.CopyFor(state)},
	}
	if err := p.buckets(); err != nil {
		p.change.Discard()
		return store.World{}, err
	}
	return p.change, nil
}

// keepsVersions refuses to take versioning off a bucket: its versions would be out
// of reach. S3 only suspends it, too.
func keepsVersions(from, to *world.State, after *node) error {
	for _, name := range keysOf(to.Buckets) {
		if old := from.Buckets[name]; old != nil && old.Versioning != "" && to.Buckets[name].Versioning == "" {
			return fail(after.find("buckets").find(name), "versioning cannot be taken off the bucket again; it can be %s", world.VersioningSuspended)
		}
	}
	return nil
}

// carryOver keeps what a description does not hold: since when buckets and
// sessions are there. to is not published yet.
func carryOver(from, to *world.State) {
	for name, b := range to.Buckets {
		if old := from.Buckets[name]; old != nil {
			b.Created = old.Created
		}
	}
	for name, c := range to.Callers {
		if old := from.Callers[name]; old != nil && old.AccessKeyID == c.AccessKeyID {
			c.Issued, c.Created = old.Issued, old.Created
		}
	}
	for id, a := range to.Accounts {
		if old := from.Accounts[id]; old != nil {
			keepBirthdays(old, a)
		}
	}
}

// patching brings the objects after the facts.
type patching struct {
	*builder
	was    *worldDoc
	index  *store.Index // as it is
	change store.World
}

func (p *patching) add(c store.Contents) { p.change.Contents = append(p.change.Contents, c) }

func (p *patching) buckets() error {
	for name := range p.was.Buckets {
		if _, stays := p.doc.Buckets[name]; !stays {
			p.add(store.DropBucket{Bucket: name, Contents: true})
		}
	}
	for _, name := range keysOf(p.doc.Buckets) {
		p.add(store.CreateBucket{Bucket: name})
		if err := p.objects(name); err != nil {
			return err
		}
	}
	return nil
}

func (p *patching) objects(bucket string) error {
	was, now := p.was.Buckets[bucket].Objects, p.doc.Buckets[bucket].Objects
	for key := range was {
		if _, stays := now[key]; !stays {
			p.removeVersions(bucket, key)
		}
	}
	for _, key := range keysOf(now) {
		old, there := was[key]
		if there && old.At.equal(now[key].At) {
			continue
		}
		if err := p.object(bucket, key, old, now[key], there); err != nil {
			return err
		}
	}
	return nil
}

// removeVersions takes a key away with all its versions: a patch says that there
// is no such object.
func (p *patching) removeVersions(bucket, key string) {
	for q := (store.VersionQuery{Prefix: key, Max: 1000}); ; {
		page := p.index.Bucket(bucket).ListVersions(q)
		for _, v := range page.Versions {
			if v.Key != key { // one that begins with it
				return
			}
			p.add(store.Remove{Bucket: bucket, Key: key, Version: v.Version, Expect: store.Seen(v.Object)})
		}
		if !page.Truncated {
			return
		}
		q.KeyMarker, q.VersionIDMarker = page.NextKey, page.NextVersionID
	}
}

// object writes a new object, or gives one other facts. A body in the patch
// replaces the bytes, which the description tells the size of.
func (p *patching) object(bucket, key string, was, now *objectDoc, there bool) error {
	newBody := now.Body != nil || now.BodyBase64 != nil
	if newBody {
		other := *now
		other.Size = nil
		if there && other.VersionID == was.VersionID {
			other.VersionID = "" // on top of the version that was described
		}
		now = &other
	}
	made, err := p.seed(p.change.State, p.change.State.Buckets[bucket], key, now)
	if err != nil {
		return err
	}
	var old *store.Object
	if contents := p.index.Bucket(bucket); contents != nil {
		old = contents.Latest(key)
	}
	if !there || newBody || old == nil || old.Marker || *was.Size != *now.Size {
		put, err := made.put(p.index, store.Seen(old))
		if err == nil {
			p.add(put)
		}
		return err
	}
	if was.VersionID != now.VersionID {
		return fail(now.At.find("version_id"), "the version_id of an object stays; other bytes can have another")
	}
	changed := *old
	changed.Owner, changed.Metadata, changed.Tags = made.facts.Owner, made.facts.Metadata, made.facts.Tags
	changed.StorageClass, changed.ACL = made.facts.StorageClass, made.facts.ACL
	changed.Retention, changed.LegalHold = made.facts.Retention, made.facts.LegalHold
	if !was.At.get("encryption").equal(now.At.get("encryption")) {
		changed.Encryption = made.facts.Encryption
	}
	p.add(store.Replace{Bucket: bucket, Seen: old, Object: &changed})
	return nil
}
