package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/rounds"
)

func versionsOf(p VersionPage) []string {
	var all []string
	for _, v := range p.Versions {
		mark := ""
		if v.Latest {
			mark = "*"
		}
		all = append(all, v.Key+"@"+v.Version+mark)
	}
	return append(all, p.Prefixes...)
}

func versionedBucket(t *testing.T) *Bucket {
	t.Helper()
	b := newBucket(new(tally))
	for _, o := range []*Object{
		{Facts: Facts{Key: "a"}, Version: "1"}, {Facts: Facts{Key: "b"}}, {Facts: Facts{Key: "a"}, Version: "2", Marker: true}, {Facts: Facts{Key: "a"}, Version: "3"},
		{Facts: Facts{Key: "d/x"}, Version: "4"}, {Facts: Facts{Key: "d/y"}, Version: "5"}, {Facts: Facts{Key: "d/x"}, Version: "6"}, {Facts: Facts{Key: "e"}, Version: "7", Marker: true},
	} {
		if err := b.put(o, Any); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func TestListVersions(t *testing.T) {
	all := []string{"a@3*", "a@2", "a@1", "b@null*", "d/x@6*", "d/x@4", "d/y@5*", "e@7*"}
	grouped := []string{"a@3*", "a@2", "a@1", "b@null*", "e@7*", "d/"} // prefixes stand last here
	rows := []struct {
		name string
		q    VersionQuery
		want []string
		next string // key@version; empty: the page is whole
	}{
		{"all", VersionQuery{Max: 10}, all, ""},
		{"exactly all", VersionQuery{Max: 8}, all, ""},
		{"one less", VersionQuery{Max: 7}, all[:7], "d/y@5"},
		{"cut within a key", VersionQuery{Max: 2}, all[:2], "a@2"},
		{"max 0 is a whole page", VersionQuery{}, nil, ""},
		{"prefix", VersionQuery{Prefix: "d/", Max: 10}, all[4:7], ""},
		{"behind a key", VersionQuery{KeyMarker: "a", Max: 10}, all[3:], ""},
		{"behind a key that is not there", VersionQuery{KeyMarker: "c", Max: 10}, all[4:], ""},
		{"behind a version", VersionQuery{KeyMarker: "a", VersionIDMarker: "3", Max: 10}, all[1:], ""},
		{"behind the oldest version", VersionQuery{KeyMarker: "a", VersionIDMarker: "1", Max: 10}, all[3:], ""},
		{"behind a version that is gone", VersionQuery{KeyMarker: "a", VersionIDMarker: "9", Max: 10}, all, ""},
		{"behind a version of a key that is gone", VersionQuery{KeyMarker: "c", VersionIDMarker: "9", Max: 10}, all[4:], ""},
		{"delimiter", VersionQuery{Delimiter: "/", Max: 10}, grouped, ""},
		{"cut behind a common prefix", VersionQuery{Delimiter: "/", KeyMarker: "b", Max: 1}, []string{"d/"}, "d/@"},
		{"behind a common prefix", VersionQuery{Delimiter: "/", KeyMarker: "d/", Max: 10}, all[7:], ""},
		{"behind a version within a common prefix", VersionQuery{Delimiter: "/", KeyMarker: "d/x", VersionIDMarker: "6", Max: 10}, all[7:], ""},
	}
	b := versionedBucket(t)
	for _, row := range rows {
		page := b.ListVersions(row.q)
		if got := versionsOf(page); !slices.Equal(got, row.want) {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
		if page.Truncated != (row.next != "") || page.Truncated && page.NextKey+"@"+page.NextVersionID != row.next {
			t.Errorf("%s: truncated %v, next %s@%s, want %q", row.name, page.Truncated, page.NextKey, page.NextVersionID, row.next)
		}
	}
}

// Pages of any size, put together, are the whole list, also where all that was
// listed is deleted before the next page is asked for.
func TestVersionPagesLoseNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range rounds.Of(60, 6000) {
		b := newBucket(new(tally))
		for i := range 40 {
			key := []string{"a", "a/b", "a/c", "b", "c/d/e", "é"}[r.IntN(6)]
			if err := b.put(&Object{Facts: Facts{Key: key}, Version: fmt.Sprint(i), Marker: r.IntN(4) == 0}, Any); err != nil {
				t.Fatal(err)
			}
		}
		q := VersionQuery{Prefix: []string{"", "a"}[r.IntN(2)], Max: 1 << 20}
		deleting := round%2 == 1
		if !deleting {
			q.Delimiter = []string{"", "/"}[r.IntN(2)]
		}
		want := strings.ReplaceAll(sortedVersions(b.ListVersions(q)), "*", "")
		q.Max = 1 + r.IntN(7)
		var got []string
		for {
			page := b.ListVersions(q)
			for _, v := range page.Versions {
				got = append(got, v.Key+"@"+v.Version)
				if !deleting {
					continue
				}
				if err := b.remove(v.Key, v.Version, Any); err != nil {
					t.Fatal(err)
				}
			}
			got = append(got, page.Prefixes...)
			if !page.Truncated {
				break
			}
			q.KeyMarker, q.VersionIDMarker = page.NextKey, page.NextVersionID
		}
		slices.Sort(got)
		if joined := strings.Join(got, " "); joined != want {
			t.Fatalf("round %d, max %d: %s\nwant %s", round, q.Max, joined, want)
		}
		if deleting && q.Prefix == "" && !b.Empty() {
			t.Errorf("round %d: something is left", round)
		}
	}
}

func sortedVersions(p VersionPage) string {
	all := versionsOf(p)
	for i := range all {
		all[i] = strings.TrimSuffix(all[i], "*")
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// A lock that came after the decision keeps its record; whoever has seen it may put
// something in its place.
func TestUnlockedSparesWhatWasLockedSince(t *testing.T) {
	now := time.Now()
	for name, lock := range map[string]func(*Object){
		"hold":      func(o *Object) { o.LegalHold = true },
		"retention": func(o *Object) { o.Retention = Retention{Mode: "COMPLIANCE", Until: now.Add(time.Hour)} },
	} {
		b := newBucket(new(tally))
		o := &Object{Facts: Facts{Key: "k"}}
		lock(o)
		if err := b.put(o, Any); err != nil {
			t.Fatal(err)
		}
		wary := Expect{Unlocked: now}
		if err := b.remove("k", NullVersion, wary); err != ErrMoved {
			t.Errorf("%s: deleted with %v", name, err)
		}
		if err := b.put(&Object{Facts: Facts{Key: "k"}}, wary); err != ErrMoved {
			t.Errorf("%s: overwritten with %v", name, err)
		}
		if err := b.put(&Object{Facts: Facts{Key: "k"}, Version: "1"}, wary); err != nil {
			t.Errorf("%s: a version on top: %v", name, err)
		}
		seen := Seen(o)
		seen.Unlocked = now
		if err := b.remove("k", NullVersion, seen); err != nil {
			t.Errorf("%s: seen, and yet %v", name, err)
		}
	}
	b := newBucket(new(tally))
	over := &Object{Facts: Facts{Key: "k", Retention: Retention{Mode: "COMPLIANCE", Until: now}}}
	if err := b.put(over, Any); err != nil {
		t.Fatal(err)
	}
	if err := b.remove("k", NullVersion, Expect{Unlocked: now}); err != nil {
		t.Errorf("a retention that is over: %v", err)
	}
}
