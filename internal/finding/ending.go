package finding

import (
	"fmt"
	"time"
)

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
