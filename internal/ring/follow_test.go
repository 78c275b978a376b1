package ring

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

// What a reader has from any place on is in order, and begins where it says.
func TestFrom(t *testing.T) {
	for _, n := range []int{0, 1, 3, 4, 5, 8, 9} {
		r := New[int](4)
		for i := range n {
			r.Put(fmt.Sprint(i), i)
		}
		if r.end() != uint64(n) {
			t.Errorf("%d things: the next has number %d", n, r.end())
		}
		for from := range n + 2 {
			things, first := r.From(uint64(from), 3)
			if want := max(min(from, n), n-4); int(first) != want || len(things) != min(3, n-want) {
				t.Errorf("%d things: from %d there are %v, the first has number %d", n, from, things, first)
			}
			for i, v := range things {
				if v != int(first)+i {
					t.Errorf("%d things: from %d there are %v, the first has number %d", n, from, things, first)
				}
			}
		}
		for i := range n {
			if number, ok := r.Number(fmt.Sprint(i)); ok != (i >= n-4) || ok && int(number) != i {
				t.Errorf("%d things: Number(%d) = %d, %v", n, i, number, ok)
			}
		}
	}
}

// Numbers go on after a Clear, so that a reader does not take new things for old.
func TestNumbersGoOn(t *testing.T) {
	r := New[string](2)
	r.Put("a", "a")
	r.Clear()
	if things, first := r.From(0, 9); len(things) != 0 || first != 1 {
		t.Errorf("after Clear there is %v from %d on", things, first)
	}
	r.Put("b", "b")
	if things, first := r.From(0, 9); first != 1 || !slices.Equal(things, []string{"b"}) {
		t.Errorf("then %v from %d on", things, first)
	}
	if _, ok := r.Number("a"); ok {
		t.Error("what was cleared has a number")
	}
}

// Whoever waits for news is woken by the next thing, and by a stir.
func TestNews(t *testing.T) {
	r := New[int](2)
	for _, wake := range []func(){func() { r.Put("a", 1) }, r.Stir, r.Close} {
		if r.Closed() {
			t.Fatal("it is closed")
		}
		news := r.News()
		select {
		case <-news:
			t.Fatal("there is news of nothing")
		default:
		}
		wake()
		<-news
	}
	r.Stir() // nobody waits
	if !r.Closed() {
		t.Error("it is not closed")
	}
}

// Readers of any pace see things in order, and know of each that they did not see.
func TestFollow(t *testing.T) {
	const all = 5000
	r := New[int](50)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			next, seen, missed := uint64(0), 0, 0
			for next < all {
				news := r.News()
				things, first := r.From(next, 20)
				missed += int(first - next)
				for i, v := range things {
					if v != int(first)+i {
						t.Errorf("number %d is %d", int(first)+i, v)
					}
				}
				seen += len(things)
				next = first + uint64(len(things))
				if len(things) == 0 {
					<-news
				}
			}
			if seen+missed != all {
				t.Errorf("%d seen and %d missed of %d", seen, missed, all)
			}
		})
	}
	for i := range all {
		r.Put(fmt.Sprint(i), i)
	}
	wg.Wait()
}
