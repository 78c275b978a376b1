package deeds

import (
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/world"
)

// maxMeant is how many buckets of a world are asked about because a pattern means them.
const maxMeant = 3

// instances adds what a statement's resources can mean: an object in each bucket that is there,
// and, where the bucket's name is a pattern too, in one that there might be.
func (n *Net) instances(s *world.State, m *moved) {
	for _, pattern := range m.resources {
		bucket, key, _ := strings.Cut(strings.TrimPrefix(pattern, world.BucketARN), "/")
		filled, known := fill(key)
		name, ok := fill(bucket)
		if !known || !ok || !strings.HasPrefix(pattern, world.BucketARN) {
			continue
		}
		if name == bucket {
			n.instance(s.Buckets[bucket], filled, false)
			continue
		}
		for _, there := range n.meant(s, bucket) {
			n.instance(there, filled, false)
		}
		for _, owner := range m.owners(s) {
			if s.Buckets[name] == nil {
				n.instance(inventedBucket(s, name, owner), filled, true)
			}
		}
	}
}

// instance adds an object of a bucket; without a key the bucket.
func (n *Net) instance(b *world.Bucket, key string, invented bool) {
	if b == nil {
		return
	}
	t := bucketThing(b.Name, b.Owner)
	if key != "" {
		t = objectThing(b.Name, key, b.Owner)
	}
	if t.invented = invented; invented {
		t.asBucket = b
	}
	n.thing(t)
}

// meant are the first buckets of a world whose names a pattern means.
func (n *Net) meant(s *world.State, pattern string) []*world.Bucket {
	covers := (&statement{actions: texts{"*"}, resources: texts{world.BucketARN + pattern}}).covers()
	var all []*world.Bucket
	for _, name := range slices.Sorted(maps.Keys(s.Buckets)) {
		if len(all) < maxMeant && covers != nil && covers("s3:ListBucket", world.BucketARN+name) {
			all = append(all, s.Buckets[name])
		}
	}
	return all
}

// owners are the accounts that a bucket which a statement means might be of: the account of
// him whose policy it is, or the first of the world.
func (m *moved) owners(s *world.State) []string {
	if account := accountIn([]string{m.of}); len(account) > 0 {
		return account
	}
	return slices.Sorted(maps.Keys(s.Accounts))[:min(len(s.Accounts), 1)]
}
