package finding

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/rounds"
)

// times is a request made so often, a pause apart, each with an id of its own or all with one.
func times(n int, pause float64, request string, ownIDs bool) string {
	var text strings.Builder
	at, id := 0.0, 1
	for i := range n {
		if ownIDs {
			id = i
		}
		fmt.Fprintf(&text, "%g %s i=%d\n", at, request, id)
		at += 1 + pause // one for the answer
	}
	return text.String()
}

const (
	slowPut = "PutObject b/a 503 SlowDown sha=x !before_commit:error*"
	slowGet = "GetObject b/a 503 SlowDown !before_commit:error*"
)

func TestRetries(t *testing.T) {
	holds(t, map[string]struct {
		written
		want []string
	}{
		"ten are enough": {written{requests: times(10, 50, slowPut, false), exit: 1}, nil},
		"eleven are not": {written{
			requests: times(11, 50, slowPut, false), exit: 1,
		}, []string{"retry-without-cap b/a"}},
		"by the program": {written{
			requests: times(11, 50, slowPut, true), exit: 1,
		}, []string{"retry-without-cap b/a"}},
		"waiting for a key":   {written{requests: times(50, 50, "GetObject b/a 404 NoSuchKey", true), exit: 1}, nil},
		"reading fifty times": {written{requests: times(50, 50, "GetObject b/a 200", true)}, nil},
		"cut, and the same again": {written{
			requests: times(300, 0.3, "GetObject b/a 200 out=512 !response_body:truncate_at", true), before: "b/a=x", exit: 1,
		}, []string{"retry-without-cap b/a", "retry-without-delay b/a"}},
		"a page without a token, for ever": {written{
			requests: times(300, 50, "ListObjectsV2 b 200 !before_commit:list", true), exit: 1,
		}, []string{"retry-without-cap"}},
		"three without a pause": {written{
			requests: times(3, 0.5, slowGet, false), exit: 1,
		}, []string{"retry-without-delay b/a"}},
		"three by the program": {written{
			requests: times(3, 0.5, slowGet, true), exit: 1,
		}, []string{"retry-without-delay b/a"}},
		"two without a pause":   {written{requests: times(2, 0.5, slowGet, false), exit: 1}, nil},
		"three, a little apart": {written{requests: times(3, 4, slowGet, false), exit: 1}, nil},
		"five, a little apart": {written{
			requests: times(5, 4, slowGet, false), exit: 1,
		}, []string{"retry-without-delay b/a"}},
		"three, well apart": {written{requests: times(3, 50, slowGet, false), exit: 1}, nil},
		"three, and it does wait": {written{
			requests: times(3, 0.5, slowGet, false) + times(3, 80, strings.Replace(slowGet, "b/a", "b/c", 1), false), exit: 1,
		}, nil},
		"three of eight, one just behind the other": {written{requests: `
			0 PutObject b/a 503 SlowDown sha=x d=0.1 !before_commit:error*
			0.2 PutObject b/a 503 SlowDown sha=x d=0.1 !before_commit:error*
			0.4 PutObject b/a 503 SlowDown sha=x d=0.1 !before_commit:error*`, exit: 1,
			as: strings.Repeat("0 PutObject b/a 200 sha=x\n", 8),
		}, []string{"cannot-say b/a"}},
		"three of eight by programs that give ids": {written{requests: `
			0 PutObject b/a 503 SlowDown sha=x d=0.1 i=1 !before_commit:error*
			0.2 PutObject b/a 503 SlowDown sha=x d=0.1 i=2 !before_commit:error*
			0.4 PutObject b/a 503 SlowDown sha=x d=0.1 i=3 !before_commit:error*`, exit: 1,
			as: strings.Repeat("0 PutObject b/a 200 sha=x\n", 8),
		}, []string{"cannot-say b/a"}},
		"three, of two that are far apart": {written{requests: times(3, 0.5, slowPut, true), exit: 1,
			as: "0 PutObject b/a 200 sha=x\n500 PutObject b/a 200 sha=x",
		}, []string{"retry-without-delay b/a"}},
		"more than eight could have made": {written{requests: times(100, 50, slowPut, true), exit: 1,
			as: strings.Repeat("0 PutObject b/a 200 sha=x\n", 8),
		}, []string{"retry-without-cap b/a"}},
		"a redirect that is followed": {written{requests: `
			0 PutObject b/a 307 TemporaryRedirect i=1 !arrival:redirect*
			1.5 PutObject b/a 503 SlowDown i=1 !before_commit:error*
			80 PutObject b/a 200 i=1`}, nil},
	})
}

func TestNoRetry(t *testing.T) {
	holds(t, map[string]struct {
		written
		want []string
	}{
		"slow down": {written{requests: "0 " + slowPut, exit: 1}, []string{"no-retry b/a"}},
		"a reset": {written{
			requests: "0 PutObject b/a 0 !before_commit:reset*", exit: 1,
		}, []string{"no-retry b/a"}},
		"a proxy's word": {written{
			requests: "0 GetObject b/a 502 !before_commit:error*", exit: 1,
		}, []string{"no-retry b/a"}},
		"no longer supported": {written{requests: "0 GetObject b/a 501 NotImplemented", exit: 1}, nil},
		"too many requests": {written{
			requests: "0 GetObject b/a 429 TooManyRequests !before_commit:error*", exit: 1,
		}, nil},
		"a cut body":     {written{requests: "0 GetObject b/a 200 out=5 !response_body:reset@5", exit: 1}, nil},
		"twice":          {written{requests: times(2, 50, slowPut, false), exit: 1}, nil},
		"by the program": {written{requests: times(2, 50, slowPut, true), exit: 1}, nil},
		"the same key, other bytes": {written{
			requests: "0 " + slowPut + " i=1\n50 PutObject b/a 200 i=2 sha=y", after: "b/a=y",
		}, nil},
		"another one was asked again": {written{
			requests: "0 " + slowPut + " i=1\n1 PutObject b/c 503 SlowDown i=2 !before_commit:error*\n" +
				"50 PutObject b/c 503 SlowDown i=2 !before_commit:error*", exit: 1,
		}, nil},
		"another way of failing was": {written{
			requests: "0 PutObject b/a 0 i=1 !before_commit:reset*\n1 PutObject b/c 503 SlowDown i=2 !before_commit:error*\n" +
				"50 PutObject b/c 503 SlowDown i=2 !before_commit:error*", exit: 1,
		}, []string{"no-retry b/a"}},
		"under another name": {written{
			requests: "0 PutObject b/1 503 SlowDown i=1 !before_commit:error*\n50 PutObject b/2 200 i=2",
			after:    "b/2=x", as: "0 PutObject b/3 200 i=1", exit: 1,
		}, nil},
		"ended from outside": {written{
			requests: "0 " + slowPut, ending: Ending{Exit: -1, Stopped: true, Printed: 1},
		}, nil},
	})
}

// A client that waits for a random part of a time that doubles is never taken for one that does
// not wait, but once in very many runs.
func TestJitterIsSafe(t *testing.T) {
	draw, wrong, runs := rand.New(rand.NewPCG(1, 3)), 0, rounds.Of(100_000, 2_000_000)
	for range runs {
		row, wait := make([]time.Duration, 2+draw.IntN(4)), float64(50*time.Millisecond)
		for i := range row {
			row[i] = time.Duration(draw.Float64() * wait)
			wait *= 2
		}
		if pauseless(row) {
			wrong++
		}
	}
	if wrong > runs/1000 {
		t.Errorf("%d of %d clients that wait were taken for ones that do not", wrong, runs)
	}
}
