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
		for range 10 {
			r.freed(returnSize)
			synctest.Wait()
		}
		if kept := r.bytes.Load(); kept != 9*returnSize {
			t.Errorf("%d MiB wait for the end of the pause", kept>>20)
		}
		time.Sleep(returnPause) // by the bubble's clock
		synctest.Wait()
		if kept := r.bytes.Load(); kept != 0 || !r.busy.Load() {
			t.Errorf("after the pause %d MiB still wait", kept>>20)
		}
		time.Sleep(returnPause)
		synctest.Wait()
		if r.busy.Load() {
			t.Error("there is a pause without an end")
		}
	})
}
