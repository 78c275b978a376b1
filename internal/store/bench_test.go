package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"
)

func BenchmarkList(b *testing.B) {
	f := newFixture(b)
	const n = 100_000
	for i := range n {
		if err := f.bucket().put(&Object{Facts: Facts{Key: fmt.Sprintf("dir%03d/sub%02d/%06d", i/1000, i/100%10, i)}}, Any); err != nil {
			b.Fatal(err)
		}
	}
	for name, q := range map[string]ListQuery{
		"first":           {Max: 1000},
		"middle":          {Max: 1000, After: "dir050/"},
		"prefix":          {Max: 1000, Prefix: "dir099/sub09/"},
		"no match":        {Max: 1000, Prefix: "zzz"},
		"delimiter":       {Max: 1000, Delimiter: "/"},
		"delimiter below": {Max: 1000, Delimiter: "/", Prefix: "dir050/"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.bucket().List(q)
			}
		})
	}
}

func BenchmarkPutGet(b *testing.B) {
	for _, size := range []int{1 << 10, 1 << 20} {
		f := newFixture(b)
		body := bytes.Repeat([]byte("x"), size)
		put := func() {
			s, err := f.index().Write(context.Background(), bytes.NewReader(body), int64(size))
			if err != nil {
				b.Fatal(err)
			}
			if err := f.bucket().put(&Object{Facts: Facts{Key: "k"}, Size: s.Size, Chunks: s.Chunks}, Any); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(fmt.Sprintf("Put %dKiB", size>>10), func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				put()
			}
		})
		put()
		b.Run(fmt.Sprintf("Get %dKiB", size>>10), func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				r, err := f.index().Open(context.Background(), f.bucket().Current("k"), 0, int64(size))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, r); err != nil {
					b.Fatal(err)
				}
				if err := r.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCopy is a copy of a world of so many objects, and its end.
func BenchmarkCopy(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f := newFixture(b)
			for i := range n {
				f.put(fmt.Sprint(i), "x")
			}
			b.ReportAllocs()
			for b.Loop() {
				f.index().Copy().Close()
			}
		})
	}
}
