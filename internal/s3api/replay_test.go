package s3api

import (
	"testing"

	"github.com/s3fault/s3fault/journal"
)

// What is kept of a call that nobody will ask again has nothing of its body, of which
// a journal of thousands would be full.
func TestSettledCallsKeepNoBody(t *testing.T) {
	const list = `<Delete><Object><Key>k</Key></Object></Delete>`
	for _, again := range []bool{false, true} {
		b := newBench(t)
		c := b.call(t, deleteKeys(list))
		c.Moment, c.Presented.Region = b.live.Now(), "us-east-1"
		questions, err := c.Checks()
		if err != nil || len(questions) == 0 {
			t.Fatal(questions, err)
		}
		c.Settle(again)
		if kept := len(c.document.text) > 0; kept != again {
			t.Errorf("asked again %v, kept %v", again, kept)
		}
		if !again {
			continue
		}
		settled := c.Again(b.live.Now(), journal.Remake{})
		settled.Base().Recognise()
		if asked, err := settled.Checks(); err != nil || len(asked) != len(questions) {
			t.Errorf("asked again: %d questions of %d, %v", len(asked), len(questions), err)
		}
	}
}
