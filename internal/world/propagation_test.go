package world

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
)

// slow is a world with a bucket and a user, where changes take ten seconds.
func slow(t *testing.T) *State {
	t.Helper()
	s := &State{
		Propagation: Propagation{Principals: 10 * time.Second, IAMPolicies: 10 * time.Second,
			BucketPolicies: 10 * time.Second},
		Accounts: map[string]*Account{account: {Users: map[string]*User{"user": {}}}},
		Buckets:  map[string]*Bucket{"my-bucket": {Name: "my-bucket", Owner: account}},
	}
	sealed, err := s.Seal()
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func withPolicy(s *State, name string, now time.Time) *State {
	b := *s.Bucket("my-bucket")
	b.Policy = &authz.Named{Name: name}
	return Changed(s, s.WithBucket(&b), now)
}

// What has propagated is forgotten, and while the clock stands still a thing that changes
// many times is remembered once: the world stays as large as it is.
func TestRecentChangesAreBounded(t *testing.T) {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	s := slow(t)
	for i := range 100 {
		s = withPolicy(s, fmt.Sprint(i), now)
	}
	if len(s.recent) != 1 {
		t.Errorf("%d changes of one policy at one time are remembered", len(s.recent))
	}
	var f InForce
	if p := f.At(s, now.Add(10*time.Second-1)).Bucket("my-bucket").Policy; p != nil {
		t.Errorf("the policy in force is %s", p.Name)
	}
	for i := range 1000 {
		now = now.Add(time.Second)
		s = withPolicy(s, fmt.Sprint(i), now)
		if most := 10; len(s.recent) > most {
			t.Fatalf("%d changes are remembered, of which %d count", len(s.recent), len(s.recent)-most)
		}
	}
	if p := f.At(s, now).Bucket("my-bucket").Policy; p == nil || p.Name != "989" {
		t.Errorf("the policy in force is %v", p)
	}
}

// The state in force is worked out once for as long as it is so, and anew for another
// state, a copy among them.
func TestInForceIsRemembered(t *testing.T) {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	var f InForce
	s := slow(t)
	if f.At(s, now) != s {
		t.Error("without a change another state is in force")
	}
	s = withPolicy(withPolicy(s, "first", now), "second", now.Add(4*time.Second))
	var names []string
	last := f.At(s, now)
	for _, at := range []time.Duration{1, 4, 9, 10, 13, 14, 100} {
		v := f.At(s, now.Add(at*time.Second))
		if again := f.At(s, now.Add(at*time.Second)); again != v {
			t.Errorf("after %d s: it is worked out twice", at)
		}
		if v != last {
			names, last = append(names, v.Bucket("my-bucket").Policy.Name), v
		}
	}
	if want := []string{"first", "second"}; !slices.Equal(names, want) {
		t.Errorf("in force are %v one after the other, want %v", names, want)
	}
	if c := s.WithClock(Clock{}); f.At(c, now.Add(time.Hour)) != c {
		t.Error("the state in force of a copy is another's")
	}
	// A clock that was set back by far does not wait for ever; one by a little waits.
	if f.At(s, now.Add(-time.Hour)) != s || f.At(s, now.Add(-time.Second)) == s {
		t.Error("changes from the future")
	}
}

// A bucket that was deleted and made again has nothing of the one before; a principal too.
func TestMadeAgain(t *testing.T) {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	var f InForce
	s := withPolicy(slow(t), "old", now)
	s = Changed(s, s.WithoutBucket("my-bucket"), now)
	made := s.NewBucket("my-bucket", account, "", now.Add(time.Second))
	made.Policy = &authz.Named{Name: "new"}
	s = Changed(s, s.WithBucket(made), now.Add(time.Second))
	if p := f.At(s, now.Add(2*time.Second)).Bucket("my-bucket").Policy; p == nil || p.Name != "new" {
		t.Errorf("the policy in force is %v", p)
	}
	user := func(s *State, at time.Duration, users map[string]*User) *State {
		a := *s.Accounts[account]
		a.Users = users
		next, err := s.WithAccount(&a)
		if err != nil {
			t.Fatal(err)
		}
		return Changed(s, next, now.Add(at*time.Second))
	}
	first := s.Accounts[account].Users["user"].ID
	s = user(s, 2, nil)
	s = user(s, 4, map[string]*User{"user": {ID: "AIDAANOTHERONE"}})
	for at, want := range map[time.Duration]string{5: first, 12: "", 14: "AIDAANOTHERONE"} {
		id := ""
		if u := f.At(s, now.Add(at*time.Second)).Accounts[account].Users["user"]; u != nil {
			id = u.ID
		}
		if id != want {
			t.Errorf("after %d s the user in force is %q, want %q", at, id, want)
		}
	}
}
