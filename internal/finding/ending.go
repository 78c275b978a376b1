package finding

import (
	"fmt"
	"time"
)

func hang(r *Run) []Finding {
	if !r.Ending.TimedOut {
		return nil
	}
	return []Finding{{Text: fmt.Sprintf("it had not ended after %s", r.Ending.Took.Round(time.Second))}}
}

func silentExit(r *Run) []Finding {
	if e := r.Ending; e.Well() || e.TimedOut || e.Printed > 0 {
		return nil
	}
	return []Finding{{Text: fmt.Sprintf("it ended with %d and printed nothing", r.Ending.Exit)}}
}
