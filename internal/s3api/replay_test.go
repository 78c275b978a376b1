package s3api

import (
	"testing"

	"github.com/s3fault/s3fault/journal"
)

// A settled call has the body that its questions were read from, says how large that is, and puts
// the same questions again.
func TestSettledCallsAreAskedAgain(t *testing.T) {
	const list = `<Delete><Object><Key>k</Key></Object></Delete>`
	b := newBench(t)
	c := b.call(t, deleteKeys(list))
	c.Moment, c.Presented.Region = b.live.Now(), "us-east-1"
	questions, err := c.Checks()
	if err != nil || len(questions) == 0 {
		t.Fatal(questions, err)
	}
	if bytes := c.Settle(); bytes != len(list) {
		t.Errorf("it holds %d bytes of a body of %d", bytes, len(list))
	}
	settled := c.Again(b.live.Now(), journal.Remake{})
	settled.Base().Recognise()
	if asked, err := settled.Checks(); err != nil || len(asked) != len(questions) {
		t.Errorf("asked again: %d questions of %d, %v", len(asked), len(questions), err)
	}
}
