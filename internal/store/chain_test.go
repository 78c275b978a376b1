package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/s3fault/s3fault/internal/rounds"
)

// A chain, short or long, is what a plain list of its versions would be.
func TestChainIsAList(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, most := range []int{1, longChain - 1, longChain, longChain + 1, 5 * longChain} {
		b := newBucket(new(tally))
		var list []*Object
		for range rounds.Of(2000, 40_000) {
			id := fmt.Sprint(r.IntN(2 * most))
			at := slices.IndexFunc(list, func(o *Object) bool { return o.Version == id })
			switch {
			case r.IntN(3) == 0 && at >= 0:
				if err := b.remove("k", id, Any); err != nil {
					t.Fatal(err)
				}
				list = slices.Delete(list, at, at+1)
			case r.IntN(3) == 0 && at >= 0:
				o := &Object{ETag: "replaced"}
				if err := b.replace(list[at], o); err != nil {
					t.Fatal(err)
				}
				list[at] = o
			case len(list) < most || at >= 0:
				o := &Object{Facts: Facts{Key: "k"}, Version: id}
				if err := b.put(o, Any); err != nil {
					t.Fatal(err)
				}
				if at >= 0 {
					list = slices.Delete(list, at, at+1)
				}
				list = append(list, o)
			}
			checkChain(t, b, list, id)
		}
	}
}

func checkChain(t *testing.T, b *Bucket, list []*Object, id string) {
	t.Helper()
	var found []*Object
	for _, v := range b.ListVersions(VersionQuery{Max: 1 << 20}).Versions {
		found = append(found, v.Object)
	}
	slices.Reverse(found)
	if !slices.Equal(found, list) {
		t.Fatalf("%d versions, want %d", len(found), len(list))
	}
	want := (*Object)(nil)
	if i := slices.IndexFunc(list, func(o *Object) bool { return o.Version == id }); i >= 0 {
		want = list[i]
	}
	if got := b.Version("k", id); got != want {
		t.Fatalf("the version %s is %v, want %v", id, got, want)
	}
}

// BenchmarkPutVersion is a write of one more version, after 20,000.
func BenchmarkPutVersion(b *testing.B) {
	bucket := newBucket(new(tally))
	for range 20_000 {
		if err := bucket.put(&Object{Facts: Facts{Key: "k"}, Version: NewVersionID()}, Any); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if err := bucket.put(&Object{Facts: Facts{Key: "k"}, Version: NewVersionID()}, Any); err != nil {
			b.Fatal(err)
		}
	}
}
