package ring

import (
	"fmt"
	"sync"
	"testing"
)

// After any number of things a ring has the newest, in order, and only those are
// found.
func TestRing(t *testing.T) {
	for _, n := range []int{0, 1, 3, 4, 5, 8, 9} {
		r := New[int](4)
		for i := range n {
			r.Put(fmt.Sprint(i), i)
		}
		kept := r.All()
		if kept == nil || len(kept) != min(n, 4) {
			t.Fatalf("%d things: %v are kept", n, kept)
		}
		for i, v := range kept {
			if want := n - len(kept) + i; v != want {
				t.Errorf("%d things: number %d is %d, want %d", n, i, v, want)
			}
		}
		for i := range n {
			if v, ok := r.Find(fmt.Sprint(i)); ok != (i >= n-4) || ok && v != i {
				t.Errorf("%d things: Find(%d) = %d, %v", n, i, v, ok)
			}
		}
	}
}

// A ring that was cleared is as new.
func TestClear(t *testing.T) {
	r := New[string](2)
	for _, id := range []string{"a", "b", "c"} {
		r.Put(id, id)
	}
	r.Clear()
	if _, ok := r.Find("c"); ok || len(r.All()) != 0 {
		t.Errorf("after Clear there is %v", r.All())
	}
	r.Put("d", "d")
	if got := r.All(); len(got) != 1 || got[0] != "d" {
		t.Errorf("then %v", got)
	}
}

// A ring of no room keeps the last all the same.
func TestNoRoom(t *testing.T) {
	r := New[int](0)
	r.Put("a", 1)
	r.Put("b", 2)
	if got := r.All(); len(got) != 1 || got[0] != 2 {
		t.Errorf("got %v", got)
	}
}

// What came twice under one id is found as long as the newer is kept.
func TestTwice(t *testing.T) {
	r := New[int](2)
	for i, id := range []string{"a", "a", "b"} {
		r.Put(id, i)
	}
	if v, ok := r.Find("a"); !ok || v != 1 {
		t.Errorf("Find = %d, %v", v, ok)
	}
	r.Put("c", 3)
	if v, ok := r.Find("a"); ok {
		t.Errorf("%d is found after it made room", v)
	}
}

func TestConcurrent(t *testing.T) {
	r := New[int](50)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				id := fmt.Sprint(g, "-", i)
				r.Put(id, i)
				r.Find(id)
				r.All()
			}
		})
	}
	wg.Wait()
	if n := len(r.All()); n != 50 {
		t.Errorf("%d are kept, want 50", n)
	}
}

// A ring that is bounded in bytes keeps as many of the newest as fit, and the newest in any
// case; numbers and places stay right as it goes round.
func TestBounded(t *testing.T) {
	sizes := []int{3, 3, 3, 3, 1, 1, 1, 8, 12, 30, 2, 2, 2, 2, 2, 2, 2, 2}
	r := Bounded[int](5, 10)
	for i, size := range sizes {
		r.PutSized(fmt.Sprint(i), i, size)
		want, sum := i, size
		for want > 0 && i-want < 4 && sum+sizes[want-1] <= 10 {
			want--
			sum += sizes[want]
		}
		kept, first := r.From(0, 9)
		if len(kept) != i-want+1 || int(first) != want || r.Bytes() != sum || r.Len() != len(kept) {
			t.Fatalf("after %d: %v from %d on, %d bytes; want from %d on, %d bytes", i, kept, first, r.Bytes(), want, sum)
		}
		for j, v := range kept {
			if found, ok := r.Find(fmt.Sprint(v)); v != want+j || !ok || found != v {
				t.Fatalf("after %d: %v, and %d is found as %d, %v", i, kept, v, found, ok)
			}
		}
		if _, ok := r.Find(fmt.Sprint(want - 1)); ok {
			t.Fatalf("after %d: %d is still found", i, want-1)
		}
	}
}
