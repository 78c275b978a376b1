package store

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/world"
)

func (f *fixture) begin(key string) *Upload {
	f.t.Helper()
	u := &Upload{
		Initiated: time.Unix(1700000000, 0),
		Facts: Facts{
			Key: key, Owner: "123456789012", StorageClass: "STANDARD_IA",
			Headers: http.Header{"Content-Type": {"text/plain"}}, Metadata: map[string]string{"a": "b"},
			Tags: map[string]string{"t": "u"}, Encryption: Encryption{Algorithm: "AES256"},
			Checksum: Checksum{Algorithm: "CRC32", Type: "COMPOSITE"},
		},
	}
	if err := f.bucket().beginUpload(u); err != nil {
		f.t.Fatal(err)
	}
	return u
}

// part uploads a part of the body; size is what it is taken for, 0 for its own.
func (f *fixture) part(u *Upload, number int, body string, size int64) *Part {
	f.t.Helper()
	s := f.stage(body)
	p := &Part{Number: number, Size: max(size, s.Size), ETag: hex.EncodeToString(s.MD5[:]), Chunks: s.Chunks, Checksum: Checksum{Algorithm: "CRC32", Value: fmt.Sprint("sum", number)}}
	if err := f.bucket().putPart(u.Key, u.ID, p); err != nil {
		f.t.Fatal(err)
	}
	return p
}

// made is the object that an assembly makes in a bucket without versioning.
func made(a *Assembly) *Object {
	a.Make(&world.Bucket{}, a.Upload.Checksum, time.Unix(1700000001, 0))
	return a.Object
}

func TestMultipart(t *testing.T) {
	f := newFixture(t)
	f.put("k", "before")
	u := f.begin("k")
	first := strings.Repeat("1", MinPartSize)
	f.part(u, 1, "replaced", 0)
	one := f.part(u, 1, first, 0)
	f.part(u, 3, "not listed", 0)
	last := f.part(u, 10000, "last", 0)
	f.held(4, "before it is complete")

	a, err := f.bucket().Assemble("k", u.ID, []PartRef{{Number: 1, ETag: one.ETag, Checksum: "sum1"}, {Number: 10000, ETag: last.ETag}})
	if err != nil {
		t.Fatal(err)
	}
	o := made(a)
	if f.bucket().Current("k") == o {
		t.Error("Assemble alone made an object")
	}
	if err := f.bucket().completeUpload(a, Any); err != nil {
		t.Fatal(err)
	}
	firstSum, lastSum := md5.Sum([]byte(first)), md5.Sum([]byte("last"))
	if want := fmt.Sprintf("%x-2", md5.Sum(append(firstSum[:], lastSum[:]...))); o.ETag != want {
		t.Errorf("ETag %s, want %s", o.ETag, want)
	}
	if o.StorageClass != "STANDARD_IA" || o.Metadata["a"] != "b" || o.Tags["t"] != "u" || o.Owner == "" ||
		o.Headers.Get("Content-Type") != "text/plain" || o.Encryption.Algorithm != "AES256" || o.Checksum.Type != "COMPOSITE" {
		t.Errorf("it lost facts of its upload: %+v", o)
	}
	if len(o.Parts) != 2 || o.Parts[1].Number != 10000 || o.Parts[1].Size != 4 || o.Parts[0].Chunks != nil {
		t.Errorf("Parts = %+v", o.Parts)
	}
	if got := f.read(o, MinPartSize-1, 5); got != "1last" {
		t.Errorf("across the parts it reads %q", got)
	}
	f.held(2, "after it is complete")
	if f.bucket().Upload("k", u.ID) != nil || f.bucket().Completed("k", u.ID).Object != o || f.bucket().Completed("j", u.ID) != nil {
		t.Error("the upload is not remembered as complete")
	}
	if err := f.bucket().completeUpload(a, Any); err != ErrNoSuchUpload {
		t.Errorf("completed again: %v", err)
	}
	if err := f.bucket().remove("k", "", Any); err != nil {
		t.Fatal(err)
	}
	f.held(0, "after deleting")
	if err := f.bucket().completeUpload(a, Any); err != ErrNoSuchUpload {
		t.Errorf("completed again, the bytes gone: %v", err)
	}
}

func TestAssembleRefuses(t *testing.T) {
	f := newFixture(t)
	u := f.begin("k")
	tag := map[int]string{}
	for number, size := range map[int]int64{1: MinPartSize, 2: MinPartSize, 3: MinPartSize - 1, 4: 1} {
		tag[number] = f.part(u, number, fmt.Sprint(number), size).ETag
	}
	ref := func(numbers ...int) (list []PartRef) {
		for _, n := range numbers {
			list = append(list, PartRef{Number: n, ETag: tag[n]})
		}
		return list
	}
	tests := []struct {
		name   string
		list   []PartRef
		reason error
		number int
		size   int64
	}{
		{"one part of any size", ref(4), nil, 0, 0},
		{"in order", ref(1, 2, 4), nil, 0, 0},
		{"gaps", ref(1, 4), nil, 0, 0},
		{"no part", nil, ErrInvalidPart, 0, 0},
		{"descending", ref(2, 1), ErrInvalidPartOrder, 1, 0},
		{"twice", ref(1, 1), ErrInvalidPartOrder, 1, 0},
		{"order before presence", []PartRef{{Number: 9}, {Number: 8}}, ErrInvalidPartOrder, 8, 0},
		{"not there", []PartRef{{Number: 1, ETag: tag[1]}, {Number: 5, ETag: tag[1]}}, ErrInvalidPart, 5, 0},
		{"another ETag", []PartRef{{Number: 1, ETag: tag[2]}}, ErrInvalidPart, 1, 0},
		{"another checksum", []PartRef{{Number: 1, ETag: tag[1], Checksum: "sum2"}}, ErrInvalidPart, 1, 0},
		{"too small", ref(1, 3, 4), ErrEntityTooSmall, 3, MinPartSize - 1},
		{"presence before size", []PartRef{{Number: 3, ETag: tag[3]}, {Number: 5}}, ErrInvalidPart, 5, 0},
		{"the last may be small", ref(1, 3), nil, 0, 0},
	}
	for _, test := range tests {
		_, err := f.bucket().Assemble("k", u.ID, test.list)
		var part *PartError
		switch {
		case test.reason == nil && err != nil:
			t.Errorf("%s: %v", test.name, err)
		case test.reason == nil:
		case !errors.As(err, &part) || !errors.Is(err, test.reason):
			t.Errorf("%s: %v, want %v", test.name, err, test.reason)
		case part.Number != test.number || part.Size != test.size:
			t.Errorf("%s: part %d of %d bytes, want %d of %d", test.name, part.Number, part.Size, test.number, test.size)
		}
	}
}

func TestUploadRefuses(t *testing.T) {
	f := newFixture(t)
	u := f.begin("k")
	p := f.part(u, 1, "x", 0)
	b := f.bucket()
	_, parts := b.ListParts("other", u.ID, 0, 10)
	_, assembled := b.Assemble("k", "unknown", []PartRef{{Number: 1}})
	for name, err := range map[string]error{
		"PutPart of another key": b.putPart("other", u.ID, &Part{Number: 1}),
		"PutPart":                b.putPart("k", "unknown", &Part{Number: 1}),
		"AbortUpload":            b.abortUpload("other", u.ID),
		"ListParts":              parts,
		"Assemble":               assembled,
	} {
		if err != ErrNoSuchUpload {
			t.Errorf("%s: %v, want ErrNoSuchUpload", name, err)
		}
	}
	for _, number := range []int{-1, 0, 10001} {
		if err := b.putPart("k", u.ID, &Part{Number: number}); err != ErrInvalidPartNumber {
			t.Errorf("part %d: %v", number, err)
		}
	}
	a, err := b.Assemble("k", u.ID, []PartRef{{Number: 1, ETag: p.ETag}})
	if err != nil {
		t.Fatal(err)
	}
	made(a)
	none := Any
	none.IfMatch = "*"
	if err := b.completeUpload(a, none); err != ErrNoSuchKey {
		t.Errorf("If-Match on no object: %v", err)
	}
	f.part(u, 2, "added meanwhile", 0)
	if err := b.completeUpload(a, Any); err != ErrMoved {
		t.Errorf("after a part more: %v, want ErrMoved", err)
	}
	f.part(u, 1, "replaced meanwhile", 0)
	if err := b.completeUpload(a, Any); err != ErrMoved {
		t.Errorf("after another part: %v, want ErrMoved", err)
	}
	f.held(2, "after refusals")
	if err := b.abortUpload("k", u.ID); err != nil {
		t.Fatal(err)
	}
	f.held(0, "after AbortUpload")
}

func TestUploadIDs(t *testing.T) {
	f := newFixture(t)
	seen := map[string]bool{}
	last := ""
	for i := range 200 {
		u := f.begin("k")
		if seen[u.ID] || u.ID <= last || len(u.ID) != 96 {
			t.Fatalf("id %d is %q after %q", i, u.ID, last)
		}
		if strings.Trim(u.ID, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._") != "" {
			t.Fatalf("%q has characters that S3's ids have not", u.ID)
		}
		if seen[u.ID[20:]] {
			t.Fatalf("%q can be guessed", u.ID)
		}
		seen[u.ID], seen[u.ID[20:]], last = true, true, u.ID
		if err := f.bucket().abortUpload("k", u.ID); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCompletedIsBounded(t *testing.T) {
	var c completed
	for i := range 3 * rememberUploads {
		c.add(fmt.Sprint(i), &Assembly{})
	}
	if len(c.uploads) != rememberUploads || len(c.order) != rememberUploads {
		t.Errorf("%d and %d are remembered", len(c.uploads), len(c.order))
	}
	for i := range 3 * rememberUploads {
		if got := c.uploads[fmt.Sprint(i)] != nil; got != (i >= 2*rememberUploads) {
			t.Errorf("upload %d: remembered %v", i, got)
		}
	}
}

func TestListUploads(t *testing.T) {
	f := newFixture(t)
	var all []string // key and how many before it had that key
	name := map[string]string{}
	for _, key := range []string{"a", "b/1", "b/1", "b/2", "c", "c", "c", "d"} {
		u := f.begin(key)
		n := fmt.Sprint(key, "#", len(slices.DeleteFunc(slices.Clone(all), func(s string) bool { return !strings.HasPrefix(s, key+"#") })))
		all, name[u.ID] = append(all, n), n
	}
	id := func(n string) string {
		for id, other := range name {
			if n == other {
				return id
			}
		}
		t.Fatalf("no upload %s", n)
		return ""
	}
	tests := []struct {
		name string
		q    UploadQuery
		want []string
		more bool
	}{
		{"all", UploadQuery{Max: 100}, all, false},
		{"exactly all", UploadQuery{Max: 8}, all, false},
		{"cut within a key", UploadQuery{Max: 2}, all[:2], true},
		{"max 0", UploadQuery{}, nil, false},
		{"prefix", UploadQuery{Prefix: "b/", Max: 100}, all[1:4], false},
		{"delimiter", UploadQuery{Delimiter: "/", Max: 2}, []string{"a#0", "b/"}, true},
		{"behind a key", UploadQuery{KeyMarker: "b/1", Max: 100}, all[3:], false},
		{"behind an upload", UploadQuery{KeyMarker: "c", UploadIDMarker: id("c#0"), Max: 100}, all[5:], false},
		{"behind the last of a key", UploadQuery{KeyMarker: "c", UploadIDMarker: id("c#2"), Max: 100}, all[7:], false},
		{"id without a key", UploadQuery{UploadIDMarker: id("c#0"), Max: 100}, all, false},
		{"behind a common prefix", UploadQuery{Delimiter: "/", KeyMarker: "b/", Max: 100}, all[4:], false},
	}
	for _, test := range tests {
		page := f.bucket().ListUploads(test.q)
		var got []string
		for _, u := range page.Uploads {
			got = append(got, name[u.ID])
		}
		got = append(got, page.Prefixes...)
		slices.Sort(got)
		if !slices.Equal(got, test.want) || page.Truncated != test.more {
			t.Errorf("%s: %q, truncated %v; want %q, %v", test.name, got, page.Truncated, test.want, test.more)
		}
	}
	for limit := 1; limit <= 9; limit++ {
		var got []string
		q := UploadQuery{Max: limit}
		for range len(all) + 1 {
			page := f.bucket().ListUploads(q)
			for _, u := range page.Uploads {
				got = append(got, name[u.ID])
			}
			if !page.Truncated {
				break
			}
			q.KeyMarker, q.UploadIDMarker = page.NextKey, page.NextUploadID
		}
		if !slices.Equal(got, all) {
			t.Errorf("in pages of %d: %q", limit, got)
		}
	}
}

func TestListParts(t *testing.T) {
	f := newFixture(t)
	u := f.begin("k")
	for _, n := range []int{7, 2, 10000, 5} {
		f.part(u, n, "x", 0)
	}
	for _, test := range []struct {
		after, limit int
		want         []int
		more         bool
	}{
		{0, 10, []int{2, 5, 7, 10000}, false}, {0, 4, []int{2, 5, 7, 10000}, false}, {0, 3, []int{2, 5, 7}, true},
		{2, 1, []int{5}, true}, {3, 10, []int{5, 7, 10000}, false}, {10000, 10, nil, false}, {0, 0, nil, false},
		{-5, 1, []int{2}, true}, {1<<63 - 1, 5, nil, false},
	} {
		page, err := f.bucket().ListParts("k", u.ID, test.after, test.limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, p := range page.Parts {
			got = append(got, p.Number)
		}
		if !slices.Equal(got, test.want) || page.Truncated != test.more {
			t.Errorf("after %d, %d at most: %v, %v; want %v, %v", test.after, test.limit, got, page.Truncated, test.want, test.more)
		}
		if len(got) > 0 && page.Next != got[len(got)-1] {
			t.Errorf("after %d: Next %d", test.after, page.Next)
		}
	}
}
