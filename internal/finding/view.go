package finding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/journal"
)

// view is a run, with what several findings ask of it worked out once.
type view struct {
	*Run
	arrived []*journal.Entry // its requests, in the order in which they did
	calls   []*Call
	same    map[Asked][]*Call // calls by what they ask for
	beside  map[Asked]bool    // those of which some were under way at a time
	chains  []chain
	// done are the requests that decided what there is under a key, as BUCKET/KEY, in the order
	// of their arrival.
	done       map[string][]*journal.Entry
	newest     map[Target]*journal.Entry   // of those that were committed
	after      map[string]*Object          // what was there at the end, as BUCKET/KEY
	before     map[string]*Object          // and as the program began
	readsOf    map[string][]*journal.Entry // by what they are of, in the order of their arrival
	known      baselines
	operations map[string]int // how often each was asked for
	lost       []loss
	// doubts are what the record does not tell, for cannot-say.
	doubts []Finding
}

func look(r *Run) *view {
	v := &view{
		Run: r, arrived: byArrival(r.Requests), calls: Calls(r.Requests), known: knownFrom(r.Baselines),
		before: objects(&r.Before), after: objects(&r.After), operations: map[string]int{}, beside: map[Asked]bool{},
		done: map[string][]*journal.Entry{}, newest: map[Target]*journal.Entry{}, readsOf: map[string][]*journal.Entry{},
	}
	v.same = grouped(v.calls)
	for asked, group := range v.same {
		v.beside[asked] = sideBySide(group)
	}
	v.chains = v.chained()
	for _, e := range v.arrived {
		v.index(e)
	}
	v.lost = v.losses()
	return v
}

func (v *view) index(e *journal.Entry) {
	v.operations[name(e)]++
	if roleOf(e) == reads {
		v.readsOf[read(e)] = append(v.readsOf[read(e)], e)
	}
	if committed(e) {
		v.newest[targetOf(e)] = e
	}
	for _, key := range settled(e) {
		v.done[key] = append(v.done[key], e)
	}
}

// settled are the keys of which a request decided what there is, as BUCKET/KEY.
func settled(e *journal.Entry) []string {
	switch {
	case !committed(e):
		return nil
	case roleOf(e) == deletesAll:
		return slices.DeleteFunc(deleted(e), func(key string) bool {
			_, kept := e.Refused[strings.TrimPrefix(key, e.Bucket+"/")]
			return kept || ofVersion(e, key)
		})
	case settles(e):
		return []string{on(e)}
	}
	return nil
}

// deleted are the keys that a DeleteObjects names, as BUCKET/KEY, from what it was decided by;
// nil: nothing was decided.
func deleted(e *journal.Entry) (keys []string) {
	for _, d := range e.Decisions {
		if _, key, ok := strings.Cut(d.Resource, ":::"+e.Bucket+"/"); ok && strings.HasPrefix(d.Action, "s3:DeleteObject") {
			keys = append(keys, object(e.Bucket, key))
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// later says that the key was settled by a request which arrived after another.
func (v *view) later(key string, than *journal.Entry, but func(*journal.Entry) bool) bool {
	return slices.ContainsFunc(v.done[key], func(e *journal.Entry) bool { return e.Time.After(than.Time) && !but(e) })
}

func none(*journal.Entry) bool { return false }

// doubt notes what the record does not tell.
func (v *view) doubt(keys []string, about []*journal.Entry, format string, args ...any) {
	v.doubts = append(v.doubts, Finding{Text: fmt.Sprintf(format, args...), Keys: tidy(keys), Requests: ids(about)})
}

// idsTold is how many requests a finding names at most.
const idsTold = 20

func ids(all []*journal.Entry) []string {
	var told []string
	for _, e := range all[:min(len(all), idsTold)] {
		told = append(told, e.RequestID)
	}
	return told
}

// few is the ids that are told, each once.
func few(ids []string) (told []string) {
	for _, id := range ids {
		if len(told) < idsTold && !slices.Contains(told, id) {
			told = append(told, id)
		}
	}
	return told
}

// tidy is the keys in their order, each once; those of requests that have none left out.
func tidy(keys []string) []string {
	keys = slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return key == "" || strings.HasSuffix(key, "/") })
	slices.Sort(keys)
	return slices.Compact(keys)
}

// counted is a number and what it is of: "1 attempt", "3 attempts".
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprint(n, " ", what, "s")
}
