package finding

import (
	"math/rand/v2"
	"testing"

	"github.com/s3fault/s3fault/internal/rounds"
)

func TestBadRead(t *testing.T) {
	const there = "b/a=0123456789" // ten bytes, before and after
	rows := map[string]struct {
		requests string
		want     []string
	}{
		"truncated and believed": {"0 GetObject b/a 200 i=1 out=4 !response_body:truncate_after@4",
			[]string{"bad-read b/a"}},
		"truncated behind its end": {"0 GetObject b/a 200 i=1 out=10 !response_body:truncate_after@10", nil},
		"read again": {`
			0 GetObject b/a 200 i=1 out=4 !response_body:truncate_after@4
			9 GetObject b/a 200 i=2 out=10`, nil},
		"read again, and cut again": {`
			0 GetObject b/a 200 i=1 out=4 !response_body:truncate_at
			9 GetObject b/a 200 i=2 out=4 !response_body:truncate_at`, []string{"bad-read b/a"}},
		"gone on with from the cut": {`
			0 GetObject b/a 200 i=1 out=4 !response_body:truncate_after@4
			9 GetObject b/a 206 i=2 range=4- out=6`, nil},
		"gone on with from before the cut, in two pieces": {`
			0 GetObject b/a 200 i=1 out=4 !response_body:reset@4
			9 GetObject b/a 206 i=2 range=2-6 out=5
			12 GetObject b/a 206 i=3 range=7-9 out=3`, nil},
		"gone on with from behind the cut": {`
			0 GetObject b/a 200 i=1 out=4 !response_body:truncate_after@4
			9 GetObject b/a 206 i=2 range=5- out=5`, []string{"bad-read b/a"}},
		"the read before it does not help": {`
			0 GetObject b/a 200 i=1 out=10
			9 GetObject b/a 200 i=2 out=4 !response_body:truncate_after@4`, []string{"bad-read b/a"}},
		"a read beside it does not help": {`
			0 GetObject b/a 200 i=1 out=4 d=90 !response_body:truncate_after@4
			1 GetObject b/a 200 i=2 out=10`, []string{"bad-read b/a"}},
		"a range of it": {`
			0 GetObject b/a 206 i=1 range=0-4 out=5
			1 GetObject b/a 206 i=2 range=5-9 out=2 !response_body:reset@2
			9 GetObject b/a 206 i=3 range=5-9 out=5`, nil},
		"corrupted and believed": {"0 GetObject b/a 200 i=1 out=10 !response_body:corrupt@3", []string{"bad-read b/a"}},
		"a byte that it has not": {"0 GetObject b/a 200 i=1 out=10 !response_body:corrupt@10", nil},
		"corrupted, and the byte read again": {`
			0 GetObject b/a 200 i=1 out=10 !response_body:corrupt@3
			9 GetObject b/a 206 i=2 range=3-3 out=1`, nil},
		"corrupted, and others read again": {`
			0 GetObject b/a 200 i=1 out=10 !response_body:corrupt@3
			9 GetObject b/a 206 i=2 range=4-9 out=6`, []string{"bad-read b/a"}},
		"corrupted, somewhere": {`
			0 GetObject b/a 200 i=1 out=10 !response_body:corrupt
			9 GetObject b/a 206 i=2 range=4-9 out=6`, []string{"bad-read b/a"}},
		"reset in place of an answer": {`
			0 GetObject b/a 0 i=1 !before_commit:reset*
			9 GetObject b/a 0 i=1 !before_commit:reset*`, []string{"bad-read b/a"}},
		"reset, and again": {`
			0 GetObject b/a 0 i=1 !before_commit:reset*
			50 GetObject b/a 200 i=1 out=10`, nil},
		"stalled, and asked beside it": {`
			0 GetObject b/a 200 i=1 out=4 d=500 !response_body:stall@4
			300 GetObject b/a 200 i=1 out=10`, nil},
		"another version": {`
			0 GetObject b/a 200 i=1 q=versionId=V out=4 !response_body:truncate_after@4
			9 GetObject b/a 200 i=2 out=10`, []string{"bad-read b/a"}},
		"a list that was cut": {"0 ListObjectsV2 b 200 i=1 out=1024 !response_body:reset@1024", []string{"bad-read"}},
		"a list that was cut, and again": {`
			0 ListObjectsV2 b 200 i=1 out=1024 !response_body:reset@1024
			90 ListObjectsV2 b 200 i=2 out=2048`, nil},
		"a list shorter than where it is cut": {"0 ListObjectsV2 b 200 i=1 out=200 !response_body:reset@1024", nil},
		"a page without a token": {"0 ListObjectsV2 b 200 i=1 out=200 !before_commit:list",
			[]string{"bad-read"}},
		"a head, and the object itself": {`
			0 HeadObject b/a 0 i=1 !before_commit:reset*
			50 HeadObject b/a 0 i=1 !before_commit:reset*
			90 GetObject b/a 200 i=2 out=10`, nil},
	}
	table := map[string]struct {
		written
		want []string
	}{}
	for name, row := range rows {
		table[name] = struct {
			written
			want []string
		}{written{requests: row.requests, before: there, after: there}, row.want}
	}
	table["the program says so"] = struct {
		written
		want []string
	}{written{requests: rows["truncated and believed"].requests, before: there, after: there, exit: 1}, nil}
	table["an object of unknown size"] = struct {
		written
		want []string
	}{written{requests: `
		0 GetObject b/gone 200 i=1 out=4 !response_body:truncate_after@4
		9 GetObject b/gone 206 i=2 range=4-9 out=6`}, []string{"cannot-say b/gone"}}
	holds(t, table)
}

// What is taken from spans is not in them, and nothing else is missing.
func TestSpans(t *testing.T) {
	const size = 40
	for seed := range rounds.Of(500, 50000) {
		draw := rand.New(rand.NewPCG(uint64(seed), 2))
		all, there := []span{{0, size}}, [size]bool{}
		for range draw.IntN(6) {
			s := span{int64(draw.IntN(size)), int64(draw.IntN(size + 10))}
			all = without(all, s)
			for i := s.from; i < min(s.to, size); i++ {
				there[i] = true
			}
		}
		for i := range there {
			missing := false
			for _, s := range all {
				missing = missing || s.from <= int64(i) && int64(i) < s.to
			}
			if missing == there[i] {
				t.Fatalf("seed %d: byte %d is missing: %v, of %v", seed, i, missing, all)
			}
		}
	}
}

func FuzzSpanOf(f *testing.F) {
	for _, header := range []string{"", "bytes=0-", "bytes=4-9", "bytes=-3", "bytes=9-4", "bytes=0-9223372036854775807",
		"bytes=9223372036854775807-", "bytes=a-b", "bytes=1-2,5-6", "bytes=-", "lines=1-2"} {
		f.Add(header, int64(10))
	}
	f.Add("bytes=-3", int64(open))
	f.Fuzz(func(t *testing.T, header string, size int64) {
		s, ok := spanOf(header, max(0, size))
		if s.from < 0 || ok && !s.empty() && s.to > max(0, size) {
			t.Errorf("%q of %d: %v", header, size, s)
		}
	})
}
