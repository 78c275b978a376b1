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
	return v.repeated(func(c chain) (of []*journal.Entry, least int) { return c.row, enough + 1 },
		func(most []*journal.Entry) string {
			last := told(most[len(most)-2]) // the one after it may have been good
			return fmt.Sprintf("%s was attempted %s, after %s", name(most[0]), counted(len(most), "time"), last)
		})
}

// repeated is a finding for each operation with attempts of which part shows at least so many, in
// the words of text for the most. Where a crew may have shared them, so that none made as many,
// it cannot be said.
func (v *view) repeated(part func(chain) ([]*journal.Entry, int), text func([]*journal.Entry) string) []Finding {
	var found []chain
	for _, c := range v.tries() {
		row, least := part(c)
		switch {
		case len(row) < least:
		case c.surely(len(row)) >= least:
			found = append(found, chain{row, c.crew})
		default:
			v.doubt([]string{on(row[0])}, row, "the same was asked again and again, by a program that asks it several times "+
				"at once when nothing goes wrong: which are attempts of one, and with what pauses, is not known")
		}
	}
	return perOperation(found, func(of []chain) string { return text(longest(of).row) })
}

// perOperation is a finding for each operation of the chains, in the words of text.
func perOperation(chains []chain, text func([]chain) string) (all []Finding) {
	for _, same := range together(chains, func(c chain) string { return name(c.first()) }) {
		f := Finding{Text: text(same)}
		for _, c := range same {
			f.Keys = append(f.Keys, on(c.first()))
			f.Requests = append(f.Requests, ids(c.row)...)
		}
		f.Keys, f.Requests = tidy(f.Keys), few(f.Requests)
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

// hurried is the longest part of the row, of three attempts or more, in which no pause was made;
// nil: there is none. Of short pauses in a row all together are the least likely by chance, so no
// part of them need be looked at.
func hurried(row []*journal.Entry) (best []*journal.Entry) {
	between := pauses(row)
	for from := 0; from < len(between); from++ {
		to := from
		for to < len(between) && between[to] < shortest {
			to++
		}
		if to+1-from > len(best) && pauseless(between[from:to]) {
			best = row[from : to+1]
		}
		from = to
	}
	return best
}

// retryWithoutDelay tells of requests that were made again at once, and again. Three are too few
// where the client has shown that it waits before it makes another of that operation.
func retryWithoutDelay(v *view) []Finding {
	waits := map[string]bool{}
	for _, c := range v.chains {
		if slices.ContainsFunc(pauses(c.row), func(pause time.Duration) bool { return pause >= shortest }) {
			waits[name(c.first())] = true
		}
	}
	part := func(c chain) ([]*journal.Entry, int) {
		if waits[name(c.first())] {
			return hurried(c.row), 4
		}
		return hurried(c.row), 3
	}
	return v.repeated(part, func(most []*journal.Entry) string {
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
		if e := c.first(); len(c.row) > 1 && passing(e) {
			retries[name(e)+way(e)] = true
		}
	}
	final := slices.DeleteFunc(slices.Clone(v.chains), func(c chain) bool {
		e := c.first()
		return len(c.row) > 1 || !passing(e) || retries[name(e)+way(e)] || !v.onlyOnce(e)
	})
	return perOperation(final, func(of []chain) string {
		e := of[0].first()
		return fmt.Sprintf("%s had %s, and was not attempted again, which every SDK does by default", name(e), told(e))
	})
}

// onlyOnce says that nothing asked for the same again, neither in the same words nor, by how
// often the operation was asked for, in others.
func (v *view) onlyOnce(e *journal.Entry) bool {
	asked := askedBy(e)
	if !asked.Known() || len(v.same[asked]) > 1 && v.beside[asked] || v.again(e) {
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
