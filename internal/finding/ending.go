package finding

import (
	"fmt"
	"time"

	"github.com/s3fault/s3fault/journal"
)

// claim is how the program came to claim success.
func (e Ending) claim() string {
	switch {
	case e.Probed:
		return "its probe ended with 0"
	case e.Stopped:
		return "the program had not failed when it was stopped"
	}
	return "the program ended with 0"
}

// longestWait is more than clients wait between two attempts: the SDKs' longest is 20 s.
const longestWait = 30 * time.Second

// cutShort says that the program was ended from outside when it may still have been about to ask
// again. It notes that.
func (v *view) cutShort(keys []string, e *journal.Entry) bool {
	newest := v.arrived[len(v.arrived)-1]
	if !v.Ending.Stopped || v.Ending.Probed || incurable[e.Code] || newest.Time.After(ended(e).Add(longestWait)) {
		return false
	}
	v.doubt(keys, []*journal.Entry{e}, "%s had %s, and the program was stopped before it asked again, if it was to",
		name(e), told(e))
	return true
}

func hang(v *view) []Finding {
	if !v.Ending.TimedOut {
		return nil
	}
	return []Finding{{Text: fmt.Sprintf("it had not ended after %s", v.Ending.Took.Round(time.Second))}}
}

func silentExit(v *view) []Finding {
	if e := v.Ending; e.Well() || e.TimedOut || e.Printed > 0 {
		return nil
	}
	return []Finding{{Text: fmt.Sprintf("it ended with %d and printed nothing", v.Ending.Exit)}}
}
