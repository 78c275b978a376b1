package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// Compare-and-swap on the record seen loses no increment.
func TestSeenIsCompareAndSwap(t *testing.T) {
	f := newFixture(t)
	var wg sync.WaitGroup
	const writers, each = 8, 100
	for range writers {
		wg.Go(func() {
			for done := 0; done < each; {
				seen := f.bucket().Current("counter")
				n := 0
				if seen != nil {
					n, _ = strconv.Atoi(seen.ETag)
				}
				err := f.bucket().put(&Object{Facts: Facts{Key: "counter"}, ETag: strconv.Itoa(n + 1)}, Seen(seen))
				if err == nil {
					done++
				} else if err != ErrMoved {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := f.bucket().Current("counter").ETag; got != strconv.Itoa(writers*each) {
		t.Errorf("it counted %s, want %d", got, writers*each)
	}
}

// Of writers that want no object there, one wins for each key.
func TestIfNoneMatchHasOneWinner(t *testing.T) {
	f := newFixture(t)
	var wins, losses atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 50 {
				switch err := f.bucket().put(&Object{Facts: Facts{Key: fmt.Sprint(i)}}, Expect{IfNoneMatch: true}); err {
				case nil:
					wins.Add(1)
				case ErrKeyExists:
					losses.Add(1)
				default:
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if wins.Load() != 50 || losses.Load() != 350 {
		t.Errorf("%d wins and %d losses", wins.Load(), losses.Load())
	}
}

// A reader gets one whole body, whoever overwrites or deletes meanwhile.
func TestReadersSeeWholeBodies(t *testing.T) {
	f := newFixture(t)
	var wg sync.WaitGroup
	for w := range 3 {
		wg.Go(func() {
			for i := range 150 {
				if err := f.overwrite(strings.Repeat(string(rune('a'+w)), 100+i)); err != nil {
					t.Error(err)
				}
				if i%10 == 9 {
					if err := f.bucket().remove("k", "", Any); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	for range 3 {
		wg.Go(func() {
			for range 400 {
				if err := f.readWhole(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := f.bucket().remove("k", "", Any); err != nil {
		t.Fatal(err)
	}
	f.held(0, "after deleting")
}

// overwrite puts an object of two blobs, both with the body.
func (f *fixture) overwrite(body string) error {
	first, err := f.index().Write(context.Background(), strings.NewReader(body), int64(len(body)))
	if err != nil {
		return err
	}
	defer first.Discard()
	second, err := f.index().Write(context.Background(), strings.NewReader(body), -1)
	if err != nil {
		return err
	}
	defer second.Discard()
	o := &Object{Facts: Facts{Key: "k"}, Size: first.Size + second.Size, Chunks: append(first.Chunks, second.Chunks...)}
	return f.bucket().put(o, Any)
}

func (f *fixture) readWhole() error {
	o := f.bucket().Current("k")
	if o == nil {
		return nil
	}
	r, err := f.index().Open(context.Background(), o, 0, o.Size)
	if err != nil {
		if err == ErrMoved {
			return nil
		}
		return err
	}
	got, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return err
	}
	if int64(len(got)) != o.Size || strings.Trim(string(got), string(got[:1])) != "" {
		return fmt.Errorf("%d bytes of %d: %.20q...", len(got), o.Size, got)
	}
	return nil
}

// A bucket is dropped only when it is empty, and no write to it is lost.
func TestDropAgainstPut(t *testing.T) {
	f := newFixture(t)
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 200 {
			b := f.bucket()
			if b == nil {
				continue
			}
			key := fmt.Sprint(i)
			o := &Object{Facts: Facts{Key: key}}
			if err := b.put(o, Any); err == ErrMoved {
				continue
			} else if err != nil {
				t.Error(err)
			}
			if now := f.bucket(); now != b || now.Current(key) != o {
				t.Errorf("object %d is gone with its bucket", i)
			}
			if err := b.remove(key, "", Any); err != nil {
				t.Error(err)
			}
		}
	})
	for i := range 400 {
		var change Change = DropBucket{Bucket: "b"}
		if i%2 == 1 {
			change = CreateBucket{"b"}
		}
		err := f.commit(change)
		if err != nil && err != ErrBucketNotEmpty {
			t.Error(err)
		}
	}
	wg.Wait()
}

// Parts that come while an upload is completed are in it, or refused: none is
// lost and none is left.
func TestPartsAgainstComplete(t *testing.T) {
	f := newFixture(t)
	for range 30 {
		u := f.begin("k")
		p := f.part(u, 1, "one", 0)
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range 10 {
				staged := f.stage(fmt.Sprint("two", i))
				err := f.bucket().putPart("k", u.ID, &Part{Number: 2, Size: staged.Size, ETag: "x", Chunks: staged.Chunks})
				if err != nil && err != ErrNoSuchUpload {
					t.Error(err)
				}
				staged.Discard()
			}
		})
		for {
			a, err := f.bucket().Assemble("k", u.ID, []PartRef{{Number: 1, ETag: p.ETag}})
			if err == nil {
				made(a)
				err = f.bucket().completeUpload(a, Any)
			}
			if err == nil {
				break
			}
			if err != ErrMoved {
				t.Fatal(err)
			}
		}
		wg.Wait()
		if got := f.read(f.bucket().Current("k"), 0, 3); got != "one" {
			t.Errorf("it reads %q", got)
		}
		f.held(1, "the one part that was listed")
	}
}
