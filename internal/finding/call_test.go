package finding

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/rounds"
	"github.com/s3fault/s3fault/journal"
)

// joined is the calls of some requests in a few words: the numbers of their attempts, and ? behind
// what is not sure.
func joined(all []journal.Entry) (told []string) {
	for _, c := range Calls(all) {
		var numbers []string
		for _, e := range c.Attempts {
			numbers = append(numbers, strings.TrimPrefix(e.RequestID, "R"))
		}
		text := strings.Join(numbers, ",")
		if c.Unsure {
			text += "?"
		}
		told = append(told, text)
	}
	return told
}

func TestCalls(t *testing.T) {
	for name, row := range map[string]struct {
		requests string
		want     []string
	}{
		"by id": {`
			0 PutObject b/a 503 SlowDown i=1
			0.5 PutObject b/a 503 SlowDown i=2
			60 PutObject b/a 200 i=2
			70 PutObject b/a 200 i=1`, []string{"1,4", "2,3"}},
		"the same id for all": {`
			0 PutObject b/a 200 i=1
			10 PutObject b/c 200 i=1`, []string{"1", "2"}},
		"without, one after the other": {`
			0 PutObject b/a 503 SlowDown sha=x
			10 PutObject b/a 503 SlowDown sha=x
			30 PutObject b/a 200 sha=x
			40 PutObject b/a 200 sha=x`, []string{"1,2,3", "4"}},
		"without, and other bytes": {`
			0 PutObject b/a 503 SlowDown sha=x
			10 PutObject b/a 503 SlowDown sha=y`, []string{"1", "2"}},
		"without, and other parts": {`
			0 UploadPart b/a 503 SlowDown up=U part=1 sha=x
			10 UploadPart b/a 503 SlowDown up=U part=2 sha=x
			20 UploadPart b/a 200 up=U part=1 sha=x`, []string{"1,3", "2"}},
		"without, side by side and good": {`
			0 PutObject b/a 200 sha=x d=5
			1 PutObject b/a 200 sha=x d=5`, []string{"1?", "2?"}},
		"without, side by side, one fails": {`
			0 PutObject b/a 503 SlowDown sha=x d=5
			1 PutObject b/a 200 sha=x d=5
			60 PutObject b/a 200 sha=x d=5`, []string{"1?", "2?", "3?"}},
		"a short one beside a long one": {`
			0 GetObject b/a 503 SlowDown d=50
			1 GetObject b/a 200 d=1
			10 GetObject b/a 200 d=1`, []string{"1?", "2?", "3?"}},
		"without, a reset that the client sees first": {`
			0 GetObject b/a 0 d=3 !before_commit:reset*
			2 GetObject b/a 200`, []string{"1,2"}},
		"what nobody can compare": {`
			0 iam:GetUser / 403 AccessDenied
			10 iam:GetUser / 403 AccessDenied`, []string{"1?", "2?"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := joined(record(t, row.requests)); !slices.Equal(got, row.want) {
				t.Errorf("joined %q, want %q", got, row.want)
			}
		})
	}
}

// crowd are calls side by side, of which each fails twice and then succeeds; all of one key or
// each of its own, with an id or without.
func crowd(t *testing.T, calls int, oneKey, ids bool) []journal.Entry {
	var text strings.Builder
	for attempt := range 3 {
		for call := range calls {
			key, outcome, id := "a", "503 SlowDown !before_commit:error*", ""
			if !oneKey {
				key = fmt.Sprint("k", call)
			}
			if attempt == 2 {
				outcome = "200"
			}
			if ids {
				id = fmt.Sprint(" i=", call)
			}
			fmt.Fprintf(&text, "%g PutObject b/%s %s d=40 sha=x%s\n", float64(100*attempt)+float64(call)/10, key, outcome, id)
		}
	}
	return record(t, text.String())
}

func TestSideBySide(t *testing.T) {
	for _, row := range []struct {
		calls       int
		oneKey, ids bool
		want        string
	}{
		{8, true, true, "good"}, {200, false, true, "good"}, {200, true, true, "good"}, {200, false, false, "good"},
		{8, true, false, "cannot-say b/a"},
	} {
		all := crowd(t, row.calls, row.oneKey, row.ids)
		if row.want == "good" {
			for _, c := range Calls(all) {
				if len(c.Attempts) != 3 || c.Unsure {
					t.Fatalf("%+v: a call has %d attempts, unsure: %v", row, len(c.Attempts), c.Unsure)
				}
			}
		}
		r := &Run{Requests: all, After: contents(t, "b/a=x")}
		if got := found(r); !slices.Equal(got, []string{row.want}) {
			t.Errorf("%+v: found %q", row, got)
		}
	}
}

// Whatever the order in which a journal has them, each request is an attempt of one call, calls
// with ids are joined by those alone, and findings are the same.
func TestJoiningHolds(t *testing.T) {
	for seed := range rounds.Of(300, 20000) {
		draw := rand.New(rand.NewPCG(uint64(seed), 1))
		all := drawn(t, draw)
		calls, seen := Calls(all), map[string]bool{}
		for _, c := range calls {
			for _, e := range c.Attempts {
				if seen[e.RequestID] || e.Invocation != c.First().Invocation || on(e) != on(c.First()) {
					t.Fatalf("seed %d: %s of %s is joined to %s", seed, e.RequestID, e.Invocation, c.First().Invocation)
				}
				seen[e.RequestID] = true
			}
		}
		if len(seen) != len(all) {
			t.Fatalf("seed %d: %d of %d requests are attempts", seed, len(seen), len(all))
		}
		told := found(&Run{Requests: all})
		draw.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if again := found(&Run{Requests: all}); !slices.Equal(told, again) {
			t.Fatalf("seed %d: in another order %q, not %q", seed, again, told)
		}
	}
}

// drawn are requests of a few clients, drawn.
func drawn(t *testing.T, draw *rand.Rand) []journal.Entry {
	outcomes := []string{"200", "503 SlowDown !before_commit:error*", "0 !before_commit:reset*", "403 AccessDenied deny=a",
		"500 InternalError !after_commit:error*", "404 NoSuchKey", "412 PreconditionFailed"}
	operations := []string{"PutObject", "GetObject", "HeadObject", "DeleteObject", "CopyObject"}
	var text strings.Builder
	for i := range 1 + draw.IntN(30) {
		fmt.Fprintf(&text, "%g %s b/%c %s d=%d", float64(i)*3+draw.Float64(), operations[draw.IntN(len(operations))],
			'a'+rune(draw.IntN(3)), outcomes[draw.IntN(len(outcomes))], 1+draw.IntN(8))
		if id := draw.IntN(6); id > 0 {
			fmt.Fprint(&text, " i=", id)
		}
		text.WriteString("\n")
	}
	return record(t, text.String())
}
