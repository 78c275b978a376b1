package finding

import "fmt"

// cannotSay tells what the record does not tell, where it may be one of the findings. It is asked
// last: the others note what they could not find out.
func cannotSay(v *view) (all []Finding) {
	if v.Forgotten > 0 {
		all = append(all, Finding{Text: fmt.Sprintf("the record has no more of the first %s: what became of them is not "+
			"known", counted(int(v.Forgotten), "request"))})
	}
	all = append(all, v.crowds()...)
	for _, of := range together(v.doubts, func(f Finding) string { return f.Text }) {
		one := Finding{Text: of[0].Text}
		for _, f := range of {
			one.Keys, one.Requests = append(one.Keys, f.Keys...), append(one.Requests, f.Requests...)
		}
		one.Keys, one.Requests = tidy(one.Keys), few(one.Requests)
		all = append(all, one)
	}
	return all
}

// crowds tells of requests that asked the same side by side, some in vain, where nothing tells
// which are attempts of one: whether and how the client retries cannot be said.
func (v *view) crowds() []Finding {
	f, n := Finding{}, 0
	for _, group := range v.groups() {
		if !sideBySide(group) || !v.matters(group) {
			continue
		}
		n += len(group)
		f.Keys = append(f.Keys, on(group[0].First()))
		for _, c := range group {
			f.Requests = append(f.Requests, ids(c.Attempts)...)
		}
	}
	if n == 0 {
		return nil
	}
	f.Keys, f.Requests = tidy(f.Keys), few(f.Requests)
	f.Text = counted(n, "request") + " asked the same side by side, and the client gives no ids: which of them are " +
		"attempts of one, and with what pauses, is not known"
	return []Finding{f}
}

// matters says that something failed among calls that ask the same side by side, and that the
// client's ids do not tell what it did then.
func (v *view) matters(group []*Call) bool {
	unsure, failed := false, false
	for _, c := range group {
		unsure = unsure || c.Unsure
		failed = failed || fails(c.Last()) && !v.known.usual(c.Last())
	}
	return unsure && failed
}
