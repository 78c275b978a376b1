package emulator

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/advice"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/journal"
)

// passesNow is said of a request that nothing would refuse any more.
const passesNow = "no layer would refuse the same request now"

// moved says how a world has moved since the one that refused the request, where that
// matters to the advice; empty: it does not.
func moved(then, now *retrial, a *Advice) string {
	outcome, err := now.Decide(advice.Try{})
	switch {
	case err != nil:
		return "what the request was about is gone (" + err.Error() + ")"
	case !outcome.Denied():
		return passesNow
	case then.world().State == now.world().State:
		return ""
	}
	if place := changed(a.Patch, factsOf(then), factsOf(now)); place != nil {
		return strings.Join(place, ".") +
			" is not what it was, and the patch would put it back. Make the request again for advice on what is there now"
	}
	return ""
}

// factsOf are a world's, as JSON has them.
func factsOf(t *retrial) map[string]any {
	var all map[string]any
	if text, err := build.Describe(t.world()); err == nil {
		_ = json.Unmarshal(text, &all) // it is a mapping
	}
	return all
}

// changed is the first place of a patch at which two worlds differ; nil: there is none.
func changed(p journal.Patch, then, now map[string]any) []string {
	for _, key := range slices.Sorted(maps.Keys(p)) {
		below, deeper := p[key].(journal.Patch)
		was, had := then[key].(map[string]any)
		is, has := now[key].(map[string]any)
		if deeper && had && has {
			if place := changed(below, was, is); place != nil {
				return append([]string{key}, place...)
			}
			continue
		}
		if !reflect.DeepEqual(then[key], now[key]) {
			return []string{key}
		}
	}
	return nil
}
