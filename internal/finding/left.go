package finding

import (
	"fmt"
	"slices"
)

// leftBehind tells of uploads that a run left beyond those that it leaves when nothing goes
// wrong. A program that was ended had no chance to clean up.
func leftBehind(v *view) []Finding {
	if v.Ending.TimedOut {
		return nil
	}
	uploads := left(v.Run)
	over := len(uploads) - v.known.most(func(one *baseline) int { return len(one.uploads) })
	for i := range v.known.runs {
		uploads = beyond(uploads, v.known.runs[i].uploads)
	}
	if over <= 0 || len(uploads) == 0 {
		return nil
	}
	f := Finding{Text: counted(min(over, len(uploads)), "multipart upload") + " neither completed nor aborted"}
	if usual := v.known.most(func(one *baseline) int { return len(one.uploads) }); usual > 0 {
		f.Text += fmt.Sprintf(", beyond the %d when nothing goes wrong", usual)
	}
	for _, u := range uploads {
		f.Keys = append(f.Keys, object(u.Bucket, u.Key))
	}
	for _, e := range v.arrived {
		if roleOf(e) == prepares && committed(e) && slices.Contains(f.Keys, on(e)) && len(f.Requests) < idsTold {
			f.Requests = append(f.Requests, e.RequestID)
		}
	}
	f.Keys = tidy(f.Keys)
	return []Finding{f}
}

// beyond are the uploads of which there are not as many of the same key among the usual ones.
func beyond(uploads, usual []Upload) (over []Upload) {
	spare := map[string]int{}
	for _, u := range usual {
		spare[object(u.Bucket, u.Key)]++
	}
	for _, u := range uploads {
		key := object(u.Bucket, u.Key)
		if spare[key] > 0 {
			spare[key]--
			continue
		}
		over = append(over, u)
	}
	return over
}
