package store

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/rounds"
)

func listed(p Page) []string {
	var all []string
	for _, o := range p.Objects {
		all = append(all, o.Key)
	}
	all = append(all, p.Prefixes...)
	slices.Sort(all) // by bytes
	return all
}

func TestList(t *testing.T) {
	long := strings.Repeat("k", 1024)
	photos := []string{"a", "photos/2005/x", "photos/2006/a", "photos/2006/b", "photos/index", "photos0", "z"}
	tests := []struct {
		name string
		keys []string
		q    ListQuery
		want []string
		more bool
	}{
		{"nothing there", nil, ListQuery{Max: 10}, nil, false},
		{"all", photos, ListQuery{Max: 10}, photos, false},
		{"max is what there is", photos, ListQuery{Max: 7}, photos, false},
		{"max is one less", photos, ListQuery{Max: 6}, photos[:6], true},
		{"max 1", photos, ListQuery{Max: 1}, photos[:1], true},
		{"max 0 is a whole page", photos, ListQuery{Max: 0}, nil, false},
		{"max below 0", photos, ListQuery{Max: -1}, nil, false},
		{"prefix", photos, ListQuery{Prefix: "photos/2006/", Max: 10}, photos[2:4], false},
		{"prefix that is a key", photos, ListQuery{Prefix: "photos0", Max: 10}, photos[5:6], false},
		{"prefix of nothing", photos, ListQuery{Prefix: "q", Max: 10}, nil, false},
		{"after", photos, ListQuery{After: "photos/2006/a", Max: 10}, photos[3:], false},
		{"after what is not there", photos, ListQuery{After: "photos/2006", Max: 10}, photos[2:], false},
		{"after the last", photos, ListQuery{After: "z", Max: 10}, nil, false},
		{"after before the prefix", photos, ListQuery{Prefix: "z", After: "b", Max: 10}, photos[6:], false},
		{"after behind the prefix", photos, ListQuery{Prefix: "a", After: "b", Max: 10}, nil, false},
		{"delimiter", photos, ListQuery{Delimiter: "/", Max: 10}, []string{"a", "photos/", "photos0", "z"}, false},
		{"delimiter behind the prefix", photos, ListQuery{Prefix: "photos/", Delimiter: "/", Max: 10}, []string{"photos/2005/", "photos/2006/", "photos/index"}, false},
		{"delimiter cut by the prefix", photos, ListQuery{Prefix: "photos", Delimiter: "/", Max: 10}, []string{"photos/", "photos0"}, false},
		{"delimiter in no key", photos, ListQuery{Delimiter: "|", Max: 10}, photos, false},
		{"a prefix counts once", photos, ListQuery{Delimiter: "/", Max: 2}, []string{"a", "photos/"}, true},
		{"truncated before a prefix", photos, ListQuery{Delimiter: "/", Max: 1}, []string{"a"}, true},
		{"not truncated by the rest of a prefix", photos[:5], ListQuery{Delimiter: "/", Max: 2}, []string{"a", "photos/"}, false},
		{"after a common prefix", photos, ListQuery{Delimiter: "/", After: "photos/", Max: 10}, photos[5:], false},
		{"after the name without its delimiter", photos, ListQuery{Delimiter: "/", After: "photos", Max: 10}, []string{"photos/", "photos0", "z"}, false},
		{"after within a common prefix", photos, ListQuery{Delimiter: "/", After: "photos/2006/a", Max: 10}, photos[5:], false},
		{"long delimiter", []string{"a--b--c", "a-b", "b"}, ListQuery{Delimiter: "--", Max: 10}, []string{"a--", "a-b", "b"}, false},
		{"delimiter is a whole key", []string{"/", "//", "/a"}, ListQuery{Delimiter: "/", Max: 10}, []string{"/"}, false},
		{"delimiter twice in a row", []string{"a//b", "a/b"}, ListQuery{Prefix: "a/", Delimiter: "/", Max: 10}, []string{"a//", "a/b"}, false},
		{"bytes in order", []string{"\x01", " ", "A", "a", "é", "\ufffd", "\U0001f600"}, ListQuery{Max: 10}, []string{"\x01", " ", "A", "a", "é", "\ufffd", "\U0001f600"}, false},
		{"after 0x01", []string{"\x00", "\x01", "\x02"}, ListQuery{After: "\x01", Max: 10}, []string{"\x02"}, false},
		{"prefix ends in the highest byte", []string{"\xff\xff/a", "\xff\xff/b", "\xff\xff\xff"}, ListQuery{Delimiter: "\xff", Max: 10}, []string{"\xff"}, false},
		{"past a prefix that ends in the highest byte", []string{"a\xff1", "a\xff2", "b"}, ListQuery{Delimiter: "\xff", Max: 10}, []string{"a\xff", "b"}, false},
		{"past a prefix that ends in U+FFFD", []string{"a\ufffd1", "a\ufffd2", "a\U0001f600", "b"}, ListQuery{Delimiter: "\ufffd", Max: 10}, []string{"a\ufffd", "a\U0001f600", "b"}, false},
		{"unicode delimiter", []string{"aéb", "aéc", "aê"}, ListQuery{Delimiter: "é", Max: 10}, []string{"aé", "aê"}, false},
		{"1024 bytes", []string{long, long[1:]}, ListQuery{After: long[1:], Max: 10}, []string{long}, false},
	}
	for _, test := range tests {
		b := newBucket(new(tally))
		for _, key := range test.keys {
			if err := b.put(&Object{Facts: Facts{Key: key}}, Any); err != nil {
				t.Fatal(err)
			}
		}
		page := b.List(test.q)
		if got := listed(page); !slices.Equal(got, test.want) || page.Truncated != test.more {
			t.Errorf("%s: %q, truncated %v; want %q, %v", test.name, got, page.Truncated, test.want, test.more)
		}
	}
}

func TestListPassesMarkers(t *testing.T) {
	b := newBucket(new(tally))
	for _, o := range []*Object{
		{Facts: Facts{Key: "a"}, Marker: true}, {Facts: Facts{Key: "b"}}, {Facts: Facts{Key: "gone/1"}, Marker: true}, {Facts: Facts{Key: "gone/2"}, Marker: true},
		{Facts: Facts{Key: "half/1"}, Marker: true}, {Facts: Facts{Key: "half/2"}}, {Facts: Facts{Key: "z"}, Marker: true},
	} {
		if err := b.put(o, Any); err != nil {
			t.Fatal(err)
		}
	}
	page := b.List(ListQuery{Delimiter: "/", Max: 2})
	if got := listed(page); !slices.Equal(got, []string{"b", "half/"}) || page.Truncated {
		t.Errorf("%q, truncated %v", got, page.Truncated)
	}
}

// naive lists by sorting every key.
func naive(keys map[string]string, q ListQuery) (items []string, truncated bool) {
	seen := map[string]bool{}
	for key := range keys {
		if !strings.HasPrefix(key, q.Prefix) {
			continue
		}
		if before, _, found := strings.Cut(key[len(q.Prefix):], q.Delimiter); found && q.Delimiter != "" {
			key = q.Prefix + before + q.Delimiter
		}
		if key > q.After {
			seen[key] = true
		}
	}
	for item := range seen {
		items = append(items, item)
	}
	slices.Sort(items)
	if len(items) > q.Max {
		return items[:q.Max], q.Max > 0
	}
	return items, false
}

// some is a short string of bytes that make lists difficult.
func some(r *rand.Rand, longest int) string {
	alphabet := []string{"a", "b", "/", "/", "\x00", "\x01", "é", "\ufffd", "\xff"}
	var s strings.Builder
	for range r.IntN(longest + 1) {
		s.WriteString(alphabet[r.IntN(len(alphabet))])
	}
	return s.String()
}

// TestModel holds random writes, deletes and lists against a map.
func TestModel(t *testing.T) {
	for seed := range uint64(rounds.Of(40, 4000)) {
		f := newFixture(t)
		r := rand.New(rand.NewPCG(seed, 1))
		model := map[string]string{}
		for range 300 {
			key := cmp.Or(some(r, 5), "a") // S3 has no empty key
			switch r.IntN(4) {
			case 0:
				if err := f.bucket().remove(key, "", Any); err != nil {
					t.Fatal(err)
				}
				delete(model, key)
			case 1:
				compareList(t, f.bucket(), model, ListQuery{
					Prefix: some(r, 2), Delimiter: some(r, 1), After: some(r, 3), Max: r.IntN(8),
				})
			default:
				model[key] = fmt.Sprint(r.Uint64())
				f.put(key, model[key])
			}
		}
		pageThrough(t, f.bucket(), model, ListQuery{Max: 1 + r.IntN(5), Delimiter: "/"})
		for key, body := range model {
			o := f.bucket().Current(key)
			if o == nil || f.read(o, 0, o.Size) != body {
				t.Errorf("seed %d: %q does not read as written", seed, key)
			}
		}
		f.held(len(model), "one for each key")
	}
}

func compareList(t *testing.T, b *Bucket, model map[string]string, q ListQuery) {
	t.Helper()
	page := b.List(q)
	want, truncated := naive(model, q)
	if got := listed(page); !slices.Equal(got, want) || page.Truncated != truncated {
		t.Fatalf("%+v: %q, %v; want %q, %v", q, got, page.Truncated, want, truncated)
	}
	if truncated && page.Next != want[len(want)-1] {
		t.Fatalf("%+v: Next %q, want %q", q, page.Next, want[len(want)-1])
	}
}

// pageThrough lists page by page: nothing is missing and nothing comes twice.
func pageThrough(t *testing.T, b *Bucket, model map[string]string, q ListQuery) {
	t.Helper()
	whole := q
	whole.Max = len(model) + 1
	want, _ := naive(model, whole)
	var got []string
	for {
		page := b.List(q)
		got = append(got, listed(page)...)
		if !page.Truncated || len(got) > len(want) {
			break
		}
		q.After = page.Next
	}
	if !slices.Equal(got, want) {
		t.Fatalf("page by page %q, want %q", got, want)
	}
}
