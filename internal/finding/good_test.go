package finding

import "testing"

// A program that writes under a name with a time or a nonce makes a write good under another.
func TestLostWriteUnderChangingNames(t *testing.T) {
	of := func(requests, after string) *Run {
		r := written{requests: requests, before: "b/old=o", after: "b/old=o " + after}.run(t)
		one := written{requests: "0 PutObject b/log/1 200 i=1 sha=x", before: "b/old=o", after: "b/old=o b/log/1=x"}.run(t)
		other := written{requests: "0 PutObject b/log/2 200 i=1 sha=x", before: "b/old=o", after: "b/old=o b/log/2=x"}.run(t)
		r.Baselines = &Baselines{one, other}
		return r
	}
	const refused = "0 PutObject b/log/3 400 BadDigest i=1 sha=x !request_body:corrupt@0\n"
	for name, row := range map[string]struct {
		run  *Run
		want string
	}{
		"written under another name": {of(refused+"9 PutObject b/log/4 200 i=2 sha=x", "b/log/4=x"), "good"},
		"not written again":          {of(refused, ""), "lost-write b/log/3"},
		"another one was before it": {
			of("0 PutObject b/log/4 200 i=2 sha=x\n9 PutObject b/log/3 400 BadDigest i=1 sha=x !request_body:corrupt@0",
				"b/log/4=x"), "lost-write b/log/3"},
		"what was there is none": {
			of(refused+"9 PutObject b/old 200 i=2 sha=o", ""), "lost-write b/log/3"},
	} {
		if got := found(row.run); len(got) != 1 || got[0] != row.want {
			t.Errorf("%s: found %q, want %s", name, got, row.want)
		}
	}
}

// A world of a scenario of its own may begin with other bytes: only what a program does to them counts.
func TestUntouchedIsNotWrong(t *testing.T) {
	for name, row := range map[string]struct{ before, after, left, want string }{
		"nobody touches it":       {"b/f=one", "b/f=one", "b/f=two", "good"},
		"the baselines change it": {"b/f=one", "b/f=one", "b/f=three", "wrong-bytes b/f"},
		"this run changes it":     {"b/f=one", "b/f=1", "b/f=two", "wrong-bytes b/f"},
	} {
		r := written{requests: "0 PutObject b/x 200 i=1 !arrival:latency", before: row.before, after: row.after}.run(t)
		one := written{before: "b/f=two", after: row.left}.run(t)
		r.Baselines = &Baselines{one, one}
		if got := found(r); len(got) != 1 || got[0] != row.want {
			t.Errorf("%s: found %q, want %s", name, got, row.want)
		}
	}
}

// A program that is stopped may have been about to ask again; one whose probe is through was not.
func TestStopped(t *testing.T) {
	const busy = "0 PutObject b/a 503 SlowDown i=1 !before_commit:error*\n"
	stopped, probed := Ending{Stopped: true, Printed: 1}, Ending{Stopped: true, Probed: true, Printed: 1}
	holds(t, map[string]struct {
		written
		want []string
	}{
		"a write in its pause":   {written{requests: busy, ending: stopped}, []string{"cannot-say b/a"}},
		"a probe that was happy": {written{requests: busy, ending: probed}, []string{"lost-write b/a"}},
		"long ago": {written{
			requests: busy + "40000 PutObject b/x 200 i=2", ending: stopped,
		}, []string{"lost-write b/a"}},
		"no pause would help": {written{
			requests: "0 PutObject b/a 403 AccessDenied i=1 deny=a", ending: stopped,
		}, []string{"lost-write b/a"}},
		"a read": {written{
			requests: "0 GetObject b/a 200 i=1 !response_body:truncate_in_order@1 out=1", before: "b/a=xy", after: "b/a=xy",
			ending: stopped,
		}, []string{"cannot-say b/a"}},
	})
}

// What ended the program well is said as it was.
func TestClaim(t *testing.T) {
	for claim, e := range map[string]Ending{
		"the program ended with 0":                       {},
		"its probe ended with 0":                         {Stopped: true, Probed: true},
		"the program had not failed when it was stopped": {Stopped: true},
	} {
		want := "1 PutObject ended with 403 AccessDenied, nothing made that good, and " + claim
		e.Printed = 1
		r := written{requests: "0 PutObject b/a 403 AccessDenied i=1 deny=a", ending: e}.run(t)
		if got := Of(r); got[0].Text != want {
			t.Errorf("%s, want %s", got[0].Text, want)
		}
	}
}

func TestLeftBehindCountsWhatIsBeyond(t *testing.T) {
	r := written{
		requests: "0 CreateMultipartUpload b/3 200 i=1 !arrival:latency", after: "^b/3=A ^b/3=B", left: "^b/1=C",
	}.run(t)
	const want = "1 multipart upload neither completed nor aborted, beyond the 1 when nothing goes wrong"
	if got := Of(r); len(got) != 1 || got[0].Text != want {
		t.Errorf("%+v, want %s", got, want)
	}
}
