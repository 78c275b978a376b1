package giveback

import (
	"testing"
	"testing/synctest"
	"time"
)

// However much is freed, the machine gets it back once in a while, for that costs
// collections; what was freed in between goes then.
func TestReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a Account
		a.Taken(10 * size)
		for range 10 {
			a.Freed(size)
			synctest.Wait()
		}
		if kept := a.waiting(); kept != 9*size {
			t.Errorf("%d MiB wait for the end of the pause", kept>>20)
		}
		time.Sleep(pause) // by the bubble's clock
		synctest.Wait()
		if kept := a.waiting(); kept != 0 || !a.busy.Load() {
			t.Errorf("after the pause %d MiB still wait", kept>>20)
		}
		time.Sleep(pause)
		synctest.Wait()
		if a.busy.Load() {
			t.Error("there is a pause without an end")
		}
	})
}

// What is freed and taken again, however often, is nothing to give back.
func TestReturnsNothingThatIsUsed(t *testing.T) {
	var a Account
	a.Taken(size)
	for range 100 {
		a.Taken(size / 2)
		a.Freed(size / 2)
	}
	if a.busy.Load() {
		t.Error("memory is given back that is taken again")
	}
}
