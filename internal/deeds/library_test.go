package deeds_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/deeds"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/internal/worldtest"
	"github.com/s3fault/s3fault/scenarios"
)

// cure is a scenario of the library that has a fix_patch, with its world as loaded and as
// its own fix leaves it.
type cure struct {
	name          string
	loaded, fixed *store.Moment
}

func cures(t testing.TB) []cure {
	t.Helper()
	library, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	var all []cure
	for _, name := range library.Names() {
		s, err := library.Scenario(name)
		if err != nil {
			t.Fatal(err)
		}
		if s.HasPatch() {
			all = append(all, cureOf(t, name, build.Of(s)))
		}
	}
	return all
}

func cureOf(t testing.TB, name string, scene *build.Scene) cure {
	t.Helper()
	m, err := scene.Build(worldtest.Loaded, store.NewIndex(blob.NewStore()))
	if err != nil {
		t.Fatal(err)
	}
	live := store.NewLive(m)
	fork := live.Fork()
	fix, err := scene.ApplyFix(worldtest.Loaded, fork.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := fork.Commit(t.Context(), fork.Now(), fix); err != nil {
		t.Fatal(err)
	}
	return cure{name, live.Now(), fork.Now()}
}

// outside are scenarios whose fix changes no decision about a deed: another key is what the
// object is encrypted with, and an access key works again.
var outside = []string{"kms-aws-managed-cross-account", "presign-key-deactivated"}

// Each fix of the library lets somebody do something; measured by itself it opens and closes
// nothing. What is not asked twice has the same answer in both worlds.
func TestLibrary(t *testing.T) {
	for _, c := range cures(t) {
		t.Run(c.name, func(t *testing.T) {
			n := deeds.Cast(c.loaded, worldtest.Loaded.Now, deeds.Subject{})
			d := n.Compare(c.fixed)
			t.Logf("%d deeds, %d opened, %d closed", d.Asked, len(d.Opened), len(d.Closed))
			for i := range d.Opened {
				t.Log("opened: " + line(d.Opened[i]))
			}
			if len(d.Opened) == 0 && !slices.Contains(outside, c.name) {
				t.Error("the fix lets nobody do anything")
			}
			if again := n.CompareAll(c.fixed); !reflect.DeepEqual(again, d) {
				t.Errorf("with every question asked twice it is another difference: %d opened, %d closed",
					len(again.Opened), len(again.Closed))
			}
			if own := n.Compare(c.fixed, c.fixed); len(own.Opened)+len(own.Closed) > 0 {
				t.Errorf("measured by itself it opens %d and closes %d", len(own.Opened), len(own.Closed))
			}
		})
	}
}

// BenchmarkLibrary is a net and a comparison for every cure of the library, as a whole, and
// the slowest of them.
func BenchmarkLibrary(b *testing.B) {
	for _, c := range cures(b) {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				deeds.Cast(c.loaded, worldtest.Loaded.Now, deeds.Subject{}).Compare(c.fixed)
			}
		})
	}
}
