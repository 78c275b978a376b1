package decide

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/s3fault/s3fault/internal/vectors"
	"github.com/s3fault/s3fault/policy"
)

const plainCase = `{"id":%q,"request":{"principal":"arn:aws:iam::111122223333:user/u","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333"}}`

// reply is an answer as a reader of the output sees it. Unknown fields are fatal.
type reply struct {
	ID       any      `json:"id"`
	Decision string   `json:"decision"`
	DeniedBy []string `json:"denied_by"`
	Findings []struct {
		Layer     string           `json:"layer"`
		Effect    string           `json:"effect"`
		Part      string           `json:"part"`
		Policy    string           `json:"policy"`
		Statement *statementOf     `json:"statement"`
		Compared  []map[string]any `json:"compared"`
		Detail    string           `json:"detail"`
		Misses    []struct {
			Policy    string      `json:"policy"`
			Statement statementOf `json:"statement"`
			Element   string      `json:"element"`
			Wanted    string      `json:"wanted"`
			Got       string      `json:"got"`
		} `json:"misses"`
	} `json:"findings"`
	Error string `json:"error"`
}

type statementOf struct {
	Index int    `json:"index"`
	Sid   string `json:"sid"`
}

func replyIn(t testing.TB, line []byte) (r reply) {
	t.Helper()
	if err := vectors.Decode(line, &r); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return r
}

func runOn(t *testing.T, in string) []reply {
	t.Helper()
	var out bytes.Buffer
	if err := Run(t.Context(), strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	var all []reply
	for line := range bytes.Lines(out.Bytes()) {
		all = append(all, replyIn(t, line))
	}
	return all
}

func TestAnswersComeInOrder(t *testing.T) {
	var in strings.Builder
	for i := range 500 {
		fmt.Fprintf(&in, plainCase+"\n", fmt.Sprint(i))
		if i%3 == 0 {
			in.WriteString(" \t\r\n\n")
		}
		if i%7 == 0 {
			in.WriteString("nonsense\n")
		}
	}
	next := 0
	for _, r := range runOn(t, in.String()) {
		if r.Error != "" {
			if r.ID != "" || !strings.Contains(r.Error, "invalid character") {
				t.Errorf("after %d: %+v", next, r)
			}
			continue
		}
		if r.ID != fmt.Sprint(next) {
			t.Fatalf("%v came in the place of %d", r.ID, next)
		}
		next++
	}
	if next != 500 {
		t.Errorf("%d answers", next)
	}
}

func TestErrorsNameTheirLine(t *testing.T) {
	got := runOn(t, "\n"+fmt.Sprintf(plainCase, "a")+"\n{\"id\":\"b\"}\n[]\n"+fmt.Sprintf(plainCase, "no line end"))
	if len(got) != 4 || got[1].ID != "b" || got[1].Error != "line 3: request is missing" || got[2].Error != "line 4: the case must be an object, not a list" || got[3].ID != "no line end" {
		t.Errorf("%+v", got)
	}
}

func TestLongLines(t *testing.T) {
	// A case of MaxLine bytes is decided, one byte more is too much; what follows is decided again.
	pad := func(id string, size int) string {
		c := fmt.Sprintf(plainCase, id)
		return strings.Replace(c, `{"id"`, `{"pad":"`+strings.Repeat("x", size-len(c)-len(`"pad":"",`))+`","id"`, 1)
	}
	got := runOn(t, pad("fits", MaxLine)+"\r\n"+pad("too long", MaxLine+1)+"\n"+fmt.Sprintf(plainCase, "next")+"\n")
	if len(got) != 3 || got[0].ID != "fits" || got[0].Error != "" || got[2].ID != "next" || got[2].Error != "" {
		t.Fatalf("%+v", got)
	}
	if got[1].Error != fmt.Sprintf("line 2: longer than %d bytes", MaxLine) {
		t.Errorf("%+v", got[1])
	}
}

// A program that asks case by case gets each answer before it sends the next case.
func TestAnswersAreNotHeldBack(t *testing.T) {
	casesIn, casesOut := io.Pipe()
	answersIn, answersOut := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- Run(t.Context(), casesIn, answersOut) }()
	answers := bufio.NewReader(answersIn)
	for i := range 3 {
		if _, err := fmt.Fprintf(casesOut, plainCase+"\n", fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		line, err := answers.ReadBytes('\n')
		if err != nil {
			t.Fatal(err)
		}
		if r := replyIn(t, line); r.ID != fmt.Sprint(i) {
			t.Fatalf("%+v", r)
		}
	}
	casesOut.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestRunEndsWithItsErrors(t *testing.T) {
	broken := errors.New("broken")
	var out bytes.Buffer
	in := io.MultiReader(strings.NewReader(fmt.Sprintf(plainCase, "before")+"\n"), iotest.ErrReader(broken))
	if err := Run(t.Context(), in, &out); !errors.Is(err, broken) || !strings.Contains(out.String(), `"before"`) {
		t.Errorf("reading: %v after %s", err, out.String())
	}
	many := strings.Repeat(fmt.Sprintf(plainCase, "x")+"\n", 1000)
	if err := Run(t.Context(), strings.NewReader(many), failingWriter{broken}); !errors.Is(err, broken) {
		t.Errorf("writing: %v", err)
	}
	if err := Run(t.Context(), strings.NewReader(fmt.Sprintf(plainCase, "x")), failingWriter{broken}); !errors.Is(err, broken) {
		t.Errorf("the last writing: %v", err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	waiting, never := io.Pipe()
	defer never.Close()
	if err := Run(ended, waiting, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended: %v", err)
	}
}

// However many cases come, and policies in them, as much memory is held, more or less.
func TestMemoryIsFlat(t *testing.T) {
	var cases manyCases
	if err := Run(t.Context(), &cases, io.Discard); err != nil {
		t.Fatal(err)
	}
	if before, after := cases.heap[0], cases.heap[1]; after > before+4<<20 {
		t.Errorf("%d bytes after a thousand cases, %d after five thousand", before, after)
	}
}

// manyCases has a case in each read, with a policy of two kilobytes that no other has, and looks at the heap.
type manyCases struct {
	made int
	heap []uint64
}

func (m *manyCases) Read(into []byte) (int, error) {
	if m.made == 1000 || m.made == 5000 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		if m.heap = append(m.heap, stats.HeapAlloc); m.made == 5000 {
			return 0, io.EOF
		}
	}
	m.made++
	c := fmt.Sprintf(plainCase, fmt.Sprint(m.made))
	doc := fmt.Sprintf(`{"Id":"%02048d","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}`, m.made)
	return copy(into, strings.TrimSuffix(c, "}")+`,"resourcePolicy":`+doc+"}\n"), nil
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestPolicyCacheIsBounded(t *testing.T) {
	var c policyCache
	const count, size = 40, 1 << 20
	doc := func(i int) string {
		return fmt.Sprintf(`{"Id":"%d %s","Statement":[]}`, i, strings.Repeat("x", size))
	}
	first, err := c.get(doc(0), policy.Identity)
	if err != nil {
		t.Fatal(err)
	}
	for i := range count {
		if _, err := c.get(doc(i), policy.Identity); err != nil {
			t.Fatal(err)
		}
		if again, _ := c.get(doc(0), policy.Identity); again != first {
			t.Fatalf("what is asked for all the time was forgotten after %d others", i)
		}
	}
	if held := len(c.young) + len(c.old); held > 2*generationBytes/size+2 {
		t.Errorf("%d documents of a megabyte are held", held)
	}
	if other, _ := c.get(doc(0), policy.Bucket); other == first {
		t.Error("a bucket policy is an identity policy")
	}
}
