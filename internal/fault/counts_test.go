package fault

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// Which of a row of requests are struck: one letter each, the rule's name, - for none.
func TestCounting(t *testing.T) {
	for name, row := range map[string]struct{ rules, keys, want string }{
		"all":                {`[{name: a, E}]`, "xxxx", "aaaa"},
		"after":              {`[{name: a, when: {after: 2}, E}]`, "xxxx", "--aa"},
		"first":              {`[{name: a, when: {first: 2}, E}]`, "xxxx", "aa--"},
		"every":              {`[{name: a, when: {every: 3}, E}]`, "xxxxxxx", "--a--a-"},
		"after, then every":  {`[{name: a, when: {after: 1, every: 2}, E}]`, "xxxxxx", "--a-a-"},
		"every, then first":  {`[{name: a, when: {every: 2, first: 2}, E}]`, "xxxxxxxx", "-a-a----"},
		"per key":            {`[{name: a, when: {per: key, first: 1}, E}]`, "xyxzy", "aa-a-"},
		"per caller":         {`[{name: a, when: {per: caller, first: 1}, E}]`, "xyx", "a--"},
		"a certainty":        {`[{name: a, when: {probability: 1}, E}]`, "xx", "aa"},
		"not the key":        {`[{name: a, match: {key: y}, E}]`, "xyx", "-a-"},
		"not yet":            {`[{name: a, when: {between: [2m, 3m]}, E}]`, "x", "-"},
		"in the window":      {`[{name: a, when: {between: [30s, 3m]}, E}]`, "x", "a"},
		"the window is over": {`[{name: a, when: {between: ["2026-01-01", "2026-01-01T00:01:00Z"]}, E}]`, "x", "-"},
		"who lost its turn has its first yet": {`[{name: a, when: {first: 2}, E},
			{name: b, when: {first: 1}, E}]`, "xxxx", "aab-"},
		"who lost its turn has counted": {`[{name: a, when: {first: 2}, E},
			{name: b, when: {after: 3}, E}]`, "xxxxx", "aa-bb"},
		"pass is a turn": {`[{name: a, effects: [{error: {code: SlowDown}}, pass]},
			{name: b, E}]`, "xxx", "aaa"},
	} {
		t.Run(name, func(t *testing.T) {
			p, counts, got := planOf(t, slowing(row.rules)), &Counts{}, ""
			for _, key := range row.keys {
				if by := struck(counts.Meet(p, request(t, "PutObject", string(key))), BeforeCommit); by != "" {
					got += by
				} else {
					got += "-"
				}
			}
			if got != row.want {
				t.Errorf("struck %s, want %s", got, row.want)
			}
		})
	}
}

// slowing is a text of rules in which E is an effect.
func slowing(text string) string {
	return strings.ReplaceAll(text, "E}", "effect: {error: {code: SlowDown}}}")
}

// A request that lacks what is counted for counts for the empty one.
func TestCountingForNothing(t *testing.T) {
	p, counts := planOf(t, slowing(`[{name: a, match: {operation: all}, when: {per: key, first: 1}, E}]`)), &Counts{}
	for i, want := range []string{"a", "", ""} {
		if got := struck(counts.Meet(p, request(t, "ListBuckets", "")), BeforeCommit); got != want {
			t.Errorf("request %d was struck by %q, want %q", i, got, want)
		}
	}
	if got := struck(counts.Meet(p, request(t, "GetObject", "k")), BeforeCommit); got != "a" {
		t.Errorf("a key's first is used up by what has none")
	}
}

// A request is counted once at its stage, and not before it is there, however often it
// is decided; other stages are other rules'.
func TestCountedOnceAtItsStage(t *testing.T) {
	p, counts := planOf(t, `
- {name: early, stage: arrival, when: {first: 1}, effect: {error: {code: SlowDown}}}
- {name: late, when: {first: 1}, effect: {error: {code: SlowDown}}}`), &Counts{}
	refused := counts.Meet(p, request(t, "PutObject", "k"))
	if got := struck(refused, Arrival); got != "early" {
		t.Errorf("struck by %q", got)
	}
	if got, want := counts.Tally(p.Rules[1]), (Tally{Matched: 1}); got != want {
		t.Errorf("what never reached the stage is counted: %+v", got)
	}
	served := counts.Meet(p, request(t, "PutObject", "k"))
	for range 3 {
		if early, late := struck(served, Arrival), struck(served, BeforeCommit); early != "" || late != "late" {
			t.Errorf("struck by %q and %q", early, late)
		}
	}
	if got, want := counts.Tally(p.Rules[1]), (Tally{2, 1}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	if len(served.Strikes()) != 1 {
		t.Errorf("%d strikes", len(served.Strikes()))
	}
}

// Effects come one a strike, the last one for ever; pass is no strike that anybody sees.
func TestEffectsInOrder(t *testing.T) {
	p := planOf(t, `[{name: a, when: {per: key}, effects: [{error: {code: SlowDown}}, pass, {latency: 0s}]}]`)
	counts, got := &Counts{}, ""
	for _, key := range strings.Split("x x y x x y", " ") {
		got += counts.Meet(p, request(t, "PutObject", key)).Strike(BeforeCommit).Effect.Name() + " "
	}
	if want := "error pass error latency latency pass "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := counts.Tally(p.Rules[0]), (Tally{6, 4}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

var chancy = slowing(`
- {name: by-key, match: {operation: PutObject}, when: {per: key, probability: 0.3}, E}
- {name: by-upload, match: {operation: UploadPart}, when: {per: upload, probability: 0.5}, E}
- {name: by-all, match: {operation: GetObject}, when: {probability: 0.5}, E}`)

// The same seed and the same requests give the same strikes, run after run; another seed
// gives others.
func TestSameSeedSameStrikes(t *testing.T) {
	first := chances100(t, 0, "upload-0-")
	for i := range 100 {
		// An upload's id is another one each time.
		if again := chances100(t, 0, fmt.Sprintf("upload-%d-", i)); again != first {
			t.Fatalf("run %d: %s, first %s", i, again, first)
		}
	}
	if chances100(t, 1, "upload-0-") == first {
		t.Error("another seed gives the same strikes")
	}
	if n := strings.Count(first, "K"); n < 15 || n > 45 {
		t.Errorf("%d of 100 were struck with a probability of 0.3", n)
	}
}

// chances100 is what strikes a hundred requests of each kind.
func chances100(t *testing.T, seed int, upload string) (got string) {
	p, counts := planOf(t, chancy), &Counts{}
	p.Seed = seed
	for i := range 100 {
		if struck(counts.Meet(p, request(t, "PutObject", fmt.Sprint(i%7))), BeforeCommit) != "" {
			got += "K"
		}
		part := request(t, "UploadPart", "big")
		part.Upload = upload + fmt.Sprint(i%3)
		got += struck(counts.Meet(p, part), BeforeCommit)
		got += struck(counts.Meet(p, request(t, "GetObject", "x")), BeforeCommit) + "."
	}
	return got
}

// In parallel each key draws what it draws alone, and what is counted for all is struck
// as often.
func TestParallelDrawsAlike(t *testing.T) {
	strikesOf := func(parallel bool) map[string]string {
		p, counts := planOf(t, chancy), &Counts{}
		var mu sync.Mutex
		got := map[string]string{}
		var all sync.WaitGroup
		for key := range 16 {
			one := func() {
				name, strikes, reads := fmt.Sprint(key), "", 0
				for range 50 {
					strikes += struck(counts.Meet(p, request(t, "PutObject", name)), BeforeCommit) + "."
					if struck(counts.Meet(p, request(t, "GetObject", name)), BeforeCommit) != "" {
						reads++
					}
				}
				mu.Lock()
				defer mu.Unlock()
				got[name], got["reads"] = strikes, got["reads"]+strings.Repeat("r", reads)
			}
			if parallel {
				all.Go(one)
			} else {
				one()
			}
		}
		all.Wait()
		return got
	}
	alone, together := strikesOf(false), strikesOf(true)
	for name, want := range alone {
		if together[name] != want {
			t.Errorf("%s: %s in parallel, %s alone", name, together[name], want)
		}
	}
}

// first is exact, however many requests come at once.
func TestFirstIsExact(t *testing.T) {
	p, counts := planOf(t, `[{name: a, when: {first: 10}, effect: {error: {code: SlowDown}}}]`), &Counts{}
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() { counts.Meet(p, request(t, "PutObject", "k")).Strike(BeforeCommit) })
	}
	all.Wait()
	if got, want := counts.Tally(p.Rules[0]), (Tally{100, 10}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

// Rules that stay keep their counters; anew, none does.
func TestCountersOfRulesThatStay(t *testing.T) {
	text := slowing(`[{name: stays, E}, {name: changes, when: {first: 5}, E}]`)
	p, counts := planOf(t, text), &Counts{}
	counts.Meet(p, request(t, "PutObject", "k")).Strike(BeforeCommit)
	next := planOf(t, strings.Replace(text, "first: 5", "first: 6", 1)).Keeping(p)
	counts.Forget(p, next)
	if got := counts.Tally(next.Rules[0]); got != (Tally{1, 1}) {
		t.Errorf("the rule that stays has counted %+v", got)
	}
	for _, r := range []*Rule{next.Rules[1], p.Rules[1], next.Anew().Rules[0]} {
		if got := counts.Tally(r); got != (Tally{}) {
			t.Errorf("%s has counted %+v", r.Name, got)
		}
	}
}

// No rule, and rules that do not match, cost no memory.
func TestNoRuleNoMemory(t *testing.T) {
	r, counts := request(t, "PutObject", "k"), &Counts{}
	for name, p := range map[string]*Plan{"no plan": nil, "no rule": {}, "100 rules": hundred(t)} {
		if n := testing.AllocsPerRun(100, func() {
			v := counts.Meet(p, r)
			if err := v.Reach(BeforeCommit); err != nil {
				t.Error(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// hundred is rules of every kind of match, none of which is about a put of k by app.
func hundred(t testing.TB) *Plan {
	kinds := []string{
		"{operation: GetObject}", "{operation: '*Multipart*'}", "{operation: [deletes, 'iam:*']}", "{key: 'logs/**'}",
		"{bucket: 'other-*'}", "{caller: admin}", "{method: GET}", "{attempt: 2}", "{header: {x-test: 'a*'}}",
		"{range: true}",
	}
	var rules strings.Builder
	for i := range 100 {
		fmt.Fprintf(&rules, "- {name: r%d, match: %s, effect: pass}\n", i, kinds[i%len(kinds)])
	}
	return planOf(t, rules.String())
}

func BenchmarkHundredRules(b *testing.B) {
	r, p, counts := request(b, "PutObject", "k"), hundred(b), &Counts{}
	b.ReportAllocs()
	for b.Loop() {
		if counts.Meet(p, r) != nil {
			b.Fatal("a rule matches")
		}
	}
}
