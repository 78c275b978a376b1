package blob

import (
	"testing"
	"testing/synctest"
	"time"
)

// However much is freed, the machine gets it back once in a while, for that costs
// collections; what was freed in between goes then.
func TestReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r returns
		r.taken(10 * returnSize)
		for range 10 {
			r.freed(returnSize)
			synctest.Wait()
		}
		if kept := r.waiting(); kept != 9*returnSize {
			t.Errorf("%d MiB wait for the end of the pause", kept>>20)
		}
		time.Sleep(returnPause) // by the bubble's clock
		synctest.Wait()
		if kept := r.waiting(); kept != 0 || !r.busy.Load() {
			t.Errorf("after the pause %d MiB still wait", kept>>20)
		}
		time.Sleep(returnPause)
		synctest.Wait()
		if r.busy.Load() {
			t.Error("there is a pause without an end")
		}
	})
}

// What is freed and taken again, however often, is nothing to give back.
func TestReturnsNothingThatIsUsed(t *testing.T) {
	var r returns
	r.taken(returnSize)
	for range 100 {
		r.taken(returnSize / 2)
		r.freed(returnSize / 2)
	}
	if r.busy.Load() {
		t.Error("memory is given back that is taken again")
	}
}
