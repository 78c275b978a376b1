package deeds_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
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
// object is encrypted with, an access key works again, who brings a token of a provider
// is nobody of whom deeds are asked, and what pages of another origin may is no permission.
var outside = []string{
	"kms-aws-managed-cross-account", "presign-key-deactivated", "web-identity-wrong-subject",
	"cors-not-configured", "cors-wrong-origin",
}

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

// large is a world of 5 accounts with 30 users and 20 roles each, 20 buckets of 40 objects and
// 20 keys.
func large() string {
	var accounts, buckets, keys strings.Builder
	for a := range 5 {
		number := fmt.Sprint(111111111111 + a)
		fmt.Fprintf(&accounts, "  %s:\n    users:\n", number)
		for u := range 30 {
			fmt.Fprintf(&accounts, "      u%d: {policies: {s3: {Version: 2012-10-17, Statement: "+
				"[{Effect: Allow, Action: \"s3:Get*\", Resource: \"arn:aws:s3:::b-%d/*\"}]}}}\n", u, u)
		}
		accounts.WriteString("    roles:\n")
		for r := range 20 {
			fmt.Fprintf(&accounts, "      r%d: {}\n", r)
		}
	}
	for b := range 20 {
		fmt.Fprintf(&buckets, "  b-%d:\n    owner: 111111111111\n    objects:\n", b)
		for o := range 40 {
			fmt.Fprintf(&buckets, "      o%d.txt: {body: x}\n", o)
		}
		fmt.Fprintf(&keys, "  1234abcd-12ab-34cd-56ef-%012d: {account: 111111111111}\n", b)
	}
	return "accounts:\n" + accounts.String() + "kms_keys:\n" + keys.String() + "buckets:\n" + buckets.String()
}

// A large world is asked about within bounds, and about what has changed wherever that is.
func TestLargeWorld(t *testing.T) {
	w := worldtest.Build(t, large())
	n := deeds.Cast(w.Moment, worldtest.Loaded.Now, deeds.Subject{})
	for name, c := range map[string]struct{ patch, opened string }{
		"the last bucket": {
			`{"buckets": {"b-9": {"public_access_block": "none", "policy": ` + policyOf(
				`{"Sid": "All", "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b-9/*"}`) + `}}}`,
			"anonymous s3:PutObject b-9/o0.txt by bucket-policy b-9 All"},
		"the last object": {
			`{"buckets": {"b-9": {"public_access_block": "none", "object_ownership": "ObjectWriter",
				"objects": {"o9.txt": {"acl": "public-read"}}}}}`,
			"anonymous s3:GetObject b-9/o9.txt by acl"},
		"the last role": {
			`{"accounts": {"111111111115": {"roles": {"r9": {"trust": ` + policyOf(
				`{"Sid": "All", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}`) + `}}}}}`,
			"stranger sts:AssumeRole arn:aws:iam::111111111115:role/r9 by trust-policy trust All"},
		"the last user": {
			`{"accounts": {"111111111115": {"users": {"u9": {"policies": {"all": ` + policyOf(
				`{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}`) + `}}}}}}`,
			"arn:aws:iam::111111111115:user/u9 iam:CreateUser * by identity all All"},
	} {
		d := n.Compare(patched(t, w, c.patch))
		var lines []string
		for _, f := range d.Opened {
			lines = append(lines, line(f))
		}
		if d.Asked > 300_000 || !slices.Contains(lines, c.opened) {
			t.Errorf("%s: of %d deeds and %d opened none is %s", name, d.Asked, len(d.Opened), c.opened)
		}
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
