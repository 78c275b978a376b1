package emulator

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/advice"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/journal"
)

// passesNow is said of a request that nothing would refuse any more.
const passesNow = "no layer would refuse the same request now"

// moved says how a world has moved since the one that refused the request, where that
// matters to the advice; empty: it does not.
func moved(then, now *retrial, a *Advice) string {
	is, err := now.Decide(advice.Try{})
	was, before := then.Decide(advice.Try{})
	switch {
	case err != nil || before != nil || gone(was, is):
		return "what the request was about is gone"
	case !is.Denied():
		return passesNow
	case then.world().State == now.world().State && !reachesObjects(a.Patch):
		return ""
	}
	if place := changed(a.Patch, factsOf(then), factsOf(now)); place != nil {
		return strings.Join(place, ".") +
			" is not what it was, and the patch would put it back. Make the request again for advice on what is there now"
	}
	return ""
}

// reachesObjects says whether a patch is about objects, whose facts are no part of a State.
func reachesObjects(p journal.Patch) bool {
	buckets, _ := p["buckets"].(journal.Patch)
	for _, b := range buckets {
		if facts, ok := b.(journal.Patch); ok && facts["objects"] != nil {
			return true
		}
	}
	return false
}

// gone says whether a question that was refused is not asked any more, or is about what is
// not there now.
func gone(was, is *advice.Outcome) bool {
	for i, q := range was.Questions {
		if was.Decisions[i].Denied() && !slices.ContainsFunc(is.Questions, func(now *authz.Request) bool {
			return now.Action == q.Action && now.Resource == q.Resource && (now.Missing == nil) == (q.Missing == nil)
		}) {
			return true
		}
	}
	return false
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
		was, _ := then[key].(map[string]any) // nil: what is not there has nothing in it
		is, _ := now[key].(map[string]any)
		if deeper {
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
