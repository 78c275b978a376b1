package build

import (
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// ApplyFix is the change of a world that the scenario's fix_patch makes; without one
// nothing changes. Discard it when it was made, or is not to be.
func (s *Scene) ApplyFix(o Options, m *store.Moment) (store.World, error) {
	if s.Fix == nil {
		return store.World{}, nil
	}
	return s.Merge(o, m, s.Fix)
}

// patchName stands where a file's name stands in the errors of a patch, BodyName in those
// of one that is part of a call's body.
const (
	patchName = "patch"
	BodyName  = "body"
)

// Patch is the change of a world that a JSON merge patch makes, in the form of the
// scenario file. Discard it when it was made, or is not to be. Errors: *tree.Error, with
// the place in the patch; a policy cannot be a file's there.
func (s *Scene) Patch(o Options, m *store.Moment, patch []byte) (store.World, error) {
	n, err := ParsePatch(patch)
	if err != nil {
		return store.World{}, err
	}
	return s.Merge(o, m, n)
}

// ParsePatch reads the JSON of a patch, for Merge.
func ParsePatch(text []byte) (*tree.Node, error) { return tree.ParseJSON(patchName, text) }

// Merge is Patch of one that has been read, perhaps as part of another text: it merges
// the patch into the description of the world and builds what comes out, whole or not at
// all. An object whose facts the patch leaves alone keeps its record, and with it the key
// that it was written with.
func (s *Scene) Merge(o Options, m *store.Moment, patch *tree.Node) (store.World, error) {
	// Merging takes away what a null stands at, a wrong key too.
	if err := s.Whole.Check(patch, World.Shape); err != nil {
		return store.World{}, err
	}
	before := describe(m)
	after := tree.Merge(before, patch)
	if err := s.Whole.Check(after, World.Shape); err != nil {
		return store.World{}, err
	}
	was := recordsOf(before)
	w, err := s.read(after, &making{
		options: Options{Now: o.Now, KeySeed: o.KeySeed}, was: was, before: before, ruled: m.Faults,
		ticking: m.State.Clock,
	})
	if err != nil {
		return store.World{}, err
	}
	if err := keepsVersioning(m.State, w.State, after); err != nil {
		return store.World{}, err
	}
	carryOver(m.State, w.State)
	w.State = world.Carry(m.State, w.State, m.State.Clock.Now(o.now()), func(place ...string) bool {
		return before.Find(place...).Equal(after.Find(place...))
	})
	p := &patching{
		was: was, now: recordsOf(after), index: m.Index,
		change: store.World{State: w.State, Uses: m.Uses.CopyFor(w.State), Faults: w.faults.Keeping(m.Faults)},
	}
	if err := p.contents(w.seeds); err != nil {
		p.change.Discard()
		return store.World{}, err
	}
	return p.change, nil
}

// keepsVersioning refuses to take versioning off a bucket: its versions would be out
// of reach. S3 only suspends it, too.
func keepsVersioning(from, to *world.State, after *tree.Node) error {
	for _, name := range keysOf(to.Buckets) {
		if old := from.Buckets[name]; old != nil && old.Versioning != "" && to.Buckets[name].Versioning == "" {
			return tree.Fail(after.Find("buckets", name), "versioning cannot be taken off the bucket again; it can be %s",
				world.VersioningSuspended)
		}
	}
	return nil
}

// records are the objects of a tree: by bucket, and by key.
type records map[string]map[string]*tree.Node

func recordsOf(n *tree.Node) records {
	all := records{}
	for name, b := range valuesOf(n.Get("buckets")) {
		all[name] = valuesOf(b.Get("objects"))
	}
	return all
}

func valuesOf(n *tree.Node) map[string]*tree.Node {
	if n == nil {
		return nil
	}
	all := make(map[string]*tree.Node, len(n.Keys))
	for i, key := range n.Keys {
		all[key.Text] = n.Items[i]
	}
	return all
}

// same says whether the object is there with just these facts.
func (r records) same(bucket, key string, n *tree.Node) bool {
	old := r[bucket][key]
	return old != nil && old.Equal(n)
}

// version is the version id of the object; empty: there is none.
func (r records) version(bucket, key string) string {
	if id := r[bucket][key].Get("version_id"); id != nil {
		return id.Text
	}
	return ""
}

// patching brings the objects after the facts.
type patching struct {
	was, now records
	index    *store.Index // as it is
	change   store.World
}

func (p *patching) add(c store.Contents) { p.change.Contents = append(p.change.Contents, c) }

// contents are the changes of buckets and objects.
func (p *patching) contents(seeds []*seed) error {
	for bucket, objects := range p.was {
		if _, stays := p.now[bucket]; !stays {
			p.add(store.DropBucket{Bucket: bucket, Contents: true})
			continue
		}
		for key := range objects {
			if p.now[bucket][key] == nil {
				p.removeVersions(bucket, key)
			}
		}
	}
	for bucket := range p.now {
		p.add(store.CreateBucket{Bucket: bucket})
	}
	for _, s := range seeds {
		if err := p.object(s, p.was[s.bucket.Name][s.facts.Key]); err != nil {
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

// object writes a new object, or gives the one that was there other facts.
func (p *patching) object(s *seed, was *tree.Node) error {
	var old *store.Object
	if contents := p.index.Bucket(s.bucket.Name); contents != nil {
		old = contents.Latest(s.facts.Key)
	}
	if was == nil || s.written || old == nil || old.Marker || old.Size != s.size {
		put, err := s.put(p.index, nil, store.Seen(old))
		if err == nil {
			p.add(put)
		}
		return err
	}
	if id := was.Get("version_id"); id != nil && id.Text != s.named || id == nil && s.named != "" {
		return tree.Fail(s.node.Find("version_id"), "the version_id of an object stays; other bytes can have another")
	}
	changed := *old
	changed.Owner, changed.Metadata, changed.Tags = s.facts.Owner, s.facts.Metadata, s.facts.Tags
	changed.StorageClass, changed.Restore, changed.ACL = s.facts.StorageClass, s.restore, s.facts.ACL
	changed.Retention, changed.LegalHold = s.facts.Retention, s.facts.LegalHold
	if !was.Get("encryption").Equal(s.node.Get("encryption")) {
		changed.Encryption = s.facts.Encryption
	}
	p.add(store.Replace{Bucket: s.bucket.Name, Seen: old, Object: &changed})
	return nil
}
