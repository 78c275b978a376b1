package finding

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/s3fault/s3fault/journal"
)

// enough is how many attempts of one request are enough.
const enough = 10

// retryWithoutCap tells of requests that were made without end.
func retryWithoutCap(v *view) []Finding {
	return perOperation(v.chains, func(c chain) bool { return len(c) > enough }, func(of []chain) string {
		most := longest(of)
		return fmt.Sprintf("%s was attempted %s, with %s", name(most[0]), counted(len(most), "time"), told(most[len(most)-2]))
	})
}

// perOperation is a finding for each operation that has chains of a kind, in the words of text.
func perOperation(chains []chain, of func(chain) bool, text func([]chain) string) (all []Finding) {
	found := slices.DeleteFunc(slices.Clone(chains), func(c chain) bool { return !of(c) })
	for _, same := range together(found, func(c chain) string { return name(c[0]) }) {
		f := Finding{Text: text(same)}
		for _, c := range same {
			f.Keys = append(f.Keys, on(c[0]))
			f.Requests = append(f.Requests, ids(c)...)
		}
		f.Keys, f.Requests = tidy(f.Keys), f.Requests[:min(len(f.Requests), idsTold)]
		all = append(all, f)
	}
	return all
}

// A pause is none where no client that waits would have made one so short. Clients wait for a
// random part of a time that doubles (full jitter), and the shortest that any begins with is 50 ms
// (the SDKs' retries of 2026), so a single wait of a millisecond is no rare thing: one of fifty.
// Several in a row are: a chain of pauses is none if all are below shortest, and such a client
// would make ones as short or shorter all along less often than once in rarely times. Two pauses
// of a millisecond are none, and so are four of ten; a loaded machine that makes a pause longer
// hides it, and never makes one up.
const (
	shortest  = 10 * time.Millisecond
	firstWait = 50 * time.Millisecond
	rarely    = 1.0 / 5000
)

// pauseless says that there is no pause in the row.
func pauseless(row []time.Duration) bool {
	chance, wait := 1.0, float64(firstWait)
	for _, pause := range row {
		if pause >= shortest {
			return false
		}
		chance *= min(1, float64(pause)/wait)
		wait *= 2
	}
	return len(row) >= 2 && chance <= rarely
}

// hurried is the longest part of the chain, of three attempts or more, in which no pause was made;
// nil: there is none. Of a row of short pauses the whole is the least likely by chance, so no part
// of it need be looked at.
func (c chain) hurried() chain {
	var best chain
	between := pauses(c)
	for from := 0; from < len(between); from++ {
		to := from
		for to < len(between) && between[to] < shortest {
			to++
		}
		if to+1-from > len(best) && pauseless(between[from:to]) {
			best = c[from : to+1]
		}
		from = to
	}
	return best
}

// retryWithoutDelay tells of requests that were made again at once, and again. A redirect that is
// followed is no retry.
func retryWithoutDelay(v *view) []Finding {
	waits := map[string]bool{} // the operations for which the client has shown that it waits
	for _, c := range v.chains {
		if len(c) > 1 && slices.ContainsFunc(pauses(c), func(pause time.Duration) bool { return pause >= shortest }) {
			waits[name(c[0])] = true
		}
	}
	hurried := func(c chain) bool {
		most := len(c.hurried())
		return most > 3 || most == 3 && !waits[name(c[0])]
	}
	return perOperation(v.chains, hurried, func(of []chain) string {
		most := chain(nil)
		for _, c := range of {
			most = longest([]chain{most, c.hurried()})
		}
		took := most[len(most)-1].Time.Sub(most[0].Time).Round(time.Millisecond)
		return fmt.Sprintf("%s was attempted %s within %s, without a pause", name(most[0]), counted(len(most), "time"), took)
	})
}

// noRetry tells of answers that every SDK takes for a reason to ask again, and that were final at
// the first attempt. A client that is seen to ask again, after another such answer to the same
// operation, had no time to here.
func noRetry(v *view) []Finding {
	if v.Ending.TimedOut || v.Ending.Stopped {
		return nil
	}
	retries := map[string]bool{}
	for _, c := range v.chains {
		if len(c) > 1 && passing(c[0]) {
			retries[name(c[0])+way(c[0])] = true
		}
	}
	final := func(c chain) bool {
		return len(c) == 1 && passing(c[0]) && !retries[name(c[0])+way(c[0])] && v.onlyOnce(c[0])
	}
	return perOperation(v.chains, final, func(of []chain) string {
		return fmt.Sprintf("%s had %s, and was not attempted again, which every SDK does by default",
			name(of[0][0]), told(of[0][0]))
	})
}

// onlyOnce says that nothing asked for the same again, neither in the same words nor, by how
// often the operation was asked for, in others.
func (v *view) onlyOnce(e *journal.Entry) bool {
	asked := askedBy(e)
	if !asked.Known() || len(v.same[asked]) > 1 && sideBySide(v.same[asked]) || v.again(e) {
		return false
	}
	usual := v.known.most(func(one *baseline) int { return one.operations[name(e)] })
	return !v.known.there || v.operations[name(e)] <= usual
}

// passing says that an answer is one that goes by: a server's trouble, or a connection that broke
// before any.
func passing(e *journal.Entry) bool {
	switch e.Status {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return broken(e) && e.Fault != nil && e.Fault.Answered && (e.Fault.Effect == reset || e.Fault.Effect == closed)
}

// way is how an answer failed, as far as clients tell one from the other.
func way(e *journal.Entry) string {
	if broken(e) {
		return " broken"
	}
	return " answered"
}
