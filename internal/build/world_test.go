package build_test

import (
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/scenarios"
)

// loaded is when the tests load their worlds.
var loaded = build.Options{Now: time.Date(2026, time.November, 23, 10, 0, 0, 0, time.UTC)}

// text is a file of testdata.
func text(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// files are the worlds of tests: the vectors, and those of testdata.
func files(t testing.TB) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"../../emulator/testdata/vectors/*.yaml", "testdata/*.yaml"} {
		some, err := filepath.Glob(pattern)
		if err != nil || len(some) == 0 {
			t.Fatalf("%d of %s, %v", len(some), pattern, err)
		}
		all = append(all, some...)
	}
	return all
}

func parse(t *testing.T, text string) *scenarios.File {
	t.Helper()
	f, err := scenarios.Parse("world.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func library(t *testing.T) *scenarios.File {
	t.Helper()
	f, err := scenarios.Load("../../scenarios.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Names()) == 0 {
		t.Fatal("the library has no scenarios")
	}
	return f
}

func scenario(t testing.TB, f *scenarios.File, name string) *scenarios.Scenario {
	t.Helper()
	s, err := f.Scenario(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func built(t *testing.T, s *scenarios.Scenario) *store.Moment {
	t.Helper()
	m, err := build.Of(s).Build(loaded, store.NewIndex(blob.NewStore()))
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	return m
}

// patched is the world after a patch.
func patched(t *testing.T, s *scenarios.Scenario, m *store.Moment, patch string) *store.Moment {
	t.Helper()
	change, err := build.Of(s).Patch(loaded, m, []byte(patch))
	if err != nil {
		t.Fatalf("%s: %v", patch, err)
	}
	defer change.Discard()
	return after(t, m, change)
}

// after is a world after a change, beside the one before.
func after(t *testing.T, m *store.Moment, change store.World) *store.Moment {
	t.Helper()
	fork := store.NewLive(m).Fork()
	if err := fork.Commit(context.Background(), fork.Now(), change); err != nil {
		t.Fatal(err)
	}
	return fork.Now()
}

func describedJSON(t *testing.T, m *store.Moment) string {
	t.Helper()
	text, err := build.Describe(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// current is every current object of a bucket.
func current(b *store.Bucket) []*store.Object { return b.List(store.ListQuery{Max: 1000}).Objects }

// contents is every key of a bucket, with its bytes.
func contents(t *testing.T, m *store.Moment, bucket string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, o := range current(m.Index.Bucket(bucket)) {
		r, err := m.Index.Open(t.Context(), o, 0, o.Size)
		if err != nil {
			t.Fatalf("%s: %v", o.Key, err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		all[o.Key] = string(text)
	}
	return all
}

// The world in which ceph/s3-tests runs must load; its file lies beside the
// repository, and only where that has been set up.
func TestLoadsOtherWorlds(t *testing.T) {
	const name = "../../../shared/tools/s3-tests/world.yaml"
	if _, err := os.Stat(name); err != nil {
		t.Skipf("the world of s3-tests is not here: %v", err)
	}
	f, err := scenarios.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	m := built(t, scenario(t, f, "s3-tests"))
	if m.State.NewBuckets.Ownership != "ObjectWriter" || m.State.NewBuckets.PublicAccessBlock != nil || len(m.State.Accounts) != 3 {
		t.Errorf("new buckets %+v, %d accounts", m.State.NewBuckets, len(m.State.Accounts))
	}
	m = built(t, scenario(t, f, "s3-tests-today"))
	if m.State.NewBuckets.Ownership != "BucketOwnerEnforced" || !m.State.NewBuckets.PublicAccessBlock.RestrictPublicBuckets {
		t.Errorf("new buckets of today %+v", m.State.NewBuckets)
	}
}

func TestBuild(t *testing.T) {
	m := built(t, scenario(t, parse(t, text(t, "full")), "full"))
	if got := contents(t, m, "my-bucket"); got["file.txt"] != "hello\n" || got["odd +/?<key>"] != "\x00\x01\x02" || len(got["big"]) != 5<<20 {
		t.Errorf("contents of the bucket: %d objects, file.txt %q", len(got), got["file.txt"])
	}
	s := m.State
	if b := s.Bucket("plain-bucket"); b.Region != "eu-west-1" || b.Ownership != "ObjectWriter" || b.PublicAccessBlock != nil || b.Encryption.Algorithm != "AES256" {
		t.Errorf("a bucket that says nothing starts from new_buckets: %+v", b)
	}
	session := s.Callers["session"]
	if !session.Expired(s.Clock.Now(loaded.Now)) || !session.Temporary() || !strings.HasPrefix(session.AccessKeyID, "ASIA") {
		t.Errorf("a session that expired an hour before loading: %+v", session)
	}
	if s.Callers["logs"].Principal.Service != "logging.s3.amazonaws.com" || !s.Callers["off"].Inactive {
		t.Error("callers lost what the file says of them")
	}
	o := m.Index.Bucket("my-bucket").Current("file.txt")
	managed := s.ManagedKey("123456789012", "us-east-1")
	if o.Encryption.KeyARN != managed.ARN || !o.Encryption.BucketKey || o.StorageClass != "STANDARD_IA" || o.Tags["c"] != "d" || o.Metadata["a"] != "b" {
		t.Errorf("file.txt: %+v", o)
	}
	big := m.Index.Bucket("my-bucket").Current("big")
	if big.Owner != "111111111111" || big.Encryption.KeyARN != "" {
		t.Errorf("big: %+v", big)
	}
	user := s.UserOf(s.Callers["app"])
	var names []string
	for _, p := range user.Policies {
		names = append(names, p.Name)
	}
	if want := []string{"s3", "readers", "list"}; !slices.Equal(names, want) {
		t.Errorf("policies of the user: %v, want %v", names, want)
	}
	if user.Boundary == nil || user.Boundary.ARN != "arn:aws:iam::123456789012:policy/readers" {
		t.Errorf("boundary %+v", user.Boundary)
	}
}

// A world's description, merged with nothing, makes the same world.
func TestEmptyPatch(t *testing.T) {
	all := map[string]*scenarios.File{"library": library(t)}
	for _, path := range files(t) {
		f, err := scenarios.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		all[path] = f
	}
	for name, f := range all {
		for _, sc := range f.Names() {
			s := scenario(t, f, sc)
			before := built(t, s)
			after := patched(t, s, before, "{}")
			if a, b := describedJSON(t, before), describedJSON(t, after); a != b {
				t.Errorf("%s/%s: described\n  %s\nbecame\n  %s", name, sc, a, b)
			}
			for _, field := range changedFields(before.State, after.State) {
				t.Errorf("%s/%s: State.%s changed", name, sc, field)
			}
			for bucket := range before.State.Buckets {
				if !maps.Equal(contents(t, before, bucket), contents(t, after, bucket)) {
					t.Errorf("%s/%s: the contents of %s changed", name, sc, bucket)
				}
				for _, o := range current(before.Index.Bucket(bucket)) {
					if after.Index.Bucket(bucket).Current(o.Key) != o {
						t.Errorf("%s/%s: %s has another record", name, sc, o.Key)
					}
				}
			}
			for caller, c := range before.State.Callers {
				d := after.State.Callers[caller]
				if d == nil || d.AccessKeyID != c.AccessKeyID || d.SecretAccessKey != c.SecretAccessKey || d.SessionToken != c.SessionToken || !d.Issued.Equal(c.Issued) || !d.Expires.Equal(c.Expires) || d.Principal != c.Principal {
					t.Errorf("%s/%s: the caller %s changed", name, sc, caller)
				}
			}
		}
	}
}

// changedFields names the exported fields in which two States differ. Two
// descriptions that agree say nothing of a fact that describe forgets; the States do.
func changedFields(a, b *world.State) []string {
	var changed []string
	x, y := reflect.ValueOf(*a), reflect.ValueOf(*b)
	for i := range x.NumField() {
		f := x.Type().Field(i)
		if f.IsExported() && !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			changed = append(changed, f.Name)
		}
	}
	return changed
}

// Every fix_patch of the library applies.
func TestFixesApply(t *testing.T) {
	f, fixes := library(t), 0
	for _, name := range f.Names() {
		s := scenario(t, f, name)
		before := built(t, s)
		change, err := build.Of(s).ApplyFix(loaded, before)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		fixed := after(t, before, change)
		if s.HasPatch() {
			fixes++
			if describedJSON(t, before) == describedJSON(t, fixed) {
				t.Errorf("%s: fix_patch changes nothing", name)
			}
		}
	}
	if fixes == 0 {
		t.Error("the library has no fix_patch")
	}
}

func TestKeysAreDerived(t *testing.T) {
	text := "version: 1\nscenarios:\n" +
		"  a: {title: A, accounts: {123456789012: {users: {u: {}}, roles: {r: {}}}}, callers: {app: {user: u}, s: {role: r}}}\n" +
		"  b: {title: B, accounts: {123456789012: {users: {u: {}}, roles: {r: {}}}}, callers: {app: {user: u}, s: {role: r}}}\n"
	f := parse(t, text)
	a := built(t, scenario(t, f, "a")).State.Callers
	again := built(t, scenario(t, parse(t, text), "a")).State.Callers
	b := built(t, scenario(t, f, "b")).State.Callers
	// Written down: whoever stored them must find them again after an update.
	if got := a["app"].AccessKeyID; got != "AKIA"+"MOJPYTJAX5IQL3Y3" {
		t.Errorf("the derived access key is now %s", got)
	}
	for _, name := range []string{"app", "s"} {
		c, d, e := a[name], again[name], b[name]
		if c.AccessKeyID != d.AccessKeyID || c.SecretAccessKey != d.SecretAccessKey || c.SessionToken != d.SessionToken {
			t.Errorf("%s has other keys at the next start", name)
		}
		if c.AccessKeyID == e.AccessKeyID || c.SecretAccessKey == e.SecretAccessKey {
			t.Errorf("%s has the same keys in two worlds", name)
		}
		if len(c.AccessKeyID) != 20 || len(c.SecretAccessKey) != 40 {
			t.Errorf("%s: keys of %d and %d characters", name, len(c.AccessKeyID), len(c.SecretAccessKey))
		}
	}
	if a["app"].SessionToken != "" || a["s"].SessionToken == "" || a["s"].AccessKeyID[:4] != "ASIA" {
		t.Error("sessions have tokens and ASIA keys, users have neither")
	}
}

func TestDefaultsMerge(t *testing.T) {
	f := parse(t, `version: 1
defaults:
  region: eu-west-1
  accounts: {123456789012: {users: {a: {tags: {x: "1", y: "2"}}, b: {}}}}
  callers: {app: {user: a}}
scenarios:
  one: {title: One}
  two:
    title: Two
    region: us-east-1
    accounts: {123456789012: {users: {a: {tags: {x: null, z: "3"}}, b: null}}}
`)
	one, two := built(t, scenario(t, f, "one")).State, built(t, scenario(t, f, "two")).State
	if u := one.Accounts["123456789012"].Users; one.Region != "eu-west-1" || len(u) != 2 || len(u["a"].Tags) != 2 {
		t.Errorf("one: %s, %d users", one.Region, len(u))
	}
	u := two.Accounts["123456789012"].Users
	if want := map[string]string{"y": "2", "z": "3"}; two.Region != "us-east-1" || len(u) != 1 || !maps.Equal(u["a"].Tags, want) {
		t.Errorf("two: %s, %d users, tags %v", two.Region, len(u), u["a"].Tags)
	}
}

// patchedWorld is a world before and after a patch.
type patchedWorld struct{ before, after *store.Moment }

// sameRecords wants objects of my-bucket to be the very records of before.
func (w *patchedWorld) sameRecords(t *testing.T, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if w.after.Index.Bucket("my-bucket").Current(key) != w.before.Index.Bucket("my-bucket").Current(key) {
			t.Errorf("%s has another record", key)
		}
	}
}

func checkRefused(t *testing.T, text, want string) {
	t.Helper()
	want = "world.yaml:" + strings.ReplaceAll(want, "\n", "\nworld.yaml:")
	if _, err := scenarios.Parse("world.yaml", []byte(text)); err == nil || err.Error() != want {
		t.Errorf("error\n%v\nwant\n%s", err, want)
	}
}

// What is said of a world besides its file comes before what the file says.
func TestResponsesPrecedence(t *testing.T) {
	f := parse(t, "version: 1\nresponses: article\nas_of: 2023-06-01\nscenarios: {a: {title: A}, b: {title: B, responses: aws, as_of: 2024-01-01}}\n")
	day := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name    string
		options build.Options
		want    string
	}{
		{"a", build.Options{}, "article 2023-06-01"}, {"b", build.Options{}, "aws 2024-01-01"},
		{"a", build.Options{Responses: "aws"}, "aws 2023-06-01"}, {"b", build.Options{Responses: "article", AsOf: day}, "article 2025-01-01"},
	} {
		m, err := build.Of(scenario(t, f, row.name)).Build(row.options, store.NewIndex(blob.NewStore()))
		if err != nil {
			t.Fatal(err)
		}
		responses, asOf := m.State.Answers.Settings()
		if got := string(responses) + " " + asOf.Format(time.DateOnly); got != row.want {
			t.Errorf("%s with %+v: %s, want %s", row.name, row.options, got, row.want)
		}
	}
}
