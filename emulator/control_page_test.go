package emulator

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/authority"
	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/scenarios"
)

// section is a call as docs/control.md tells of it, with what it says to type.
type section struct {
	call  string // "GET /_s3fault/health"
	curls []string
}

var (
	sectionForm = regexp.MustCompile(`(?m)^## (.+)$`)
	curlForm    = regexp.MustCompile("(?ms)^```sh\n(curl [^\n]*)\n```$")
)

// sections are those of docs/control.md, in its order.
func sections(t *testing.T) (all []section) {
	t.Helper()
	page, err := os.ReadFile("../docs/control.md")
	if err != nil {
		t.Fatal(err)
	}
	at := sectionForm.FindAllSubmatchIndex(page, -1)
	for i, m := range at {
		end := len(page)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		s := section{call: string(page[m[2]:m[3]])}
		for _, curl := range curlForm.FindAllSubmatch(page[m[1]:end], -1) {
			s.curls = append(s.curls, string(curl[1]))
		}
		all = append(all, s)
	}
	return all
}

var addressForm = regexp.MustCompile(`http://127\.0\.0\.1:9403(/[^?' ]*)`)

// called is the call that a line of curl makes.
func called(curl string) (method, path string) {
	method = http.MethodGet
	if strings.Contains(curl, " -d ") {
		method = http.MethodPost
	}
	if _, after, ok := strings.Cut(curl, " -X "); ok {
		method, _, _ = strings.Cut(after, " ")
	}
	if m := addressForm.FindStringSubmatch(curl); m != nil {
		path = m[1]
	}
	return method, path
}

// Every call has a section that makes it, and every section is of a call.
func TestControlPage(t *testing.T) {
	var there []string
	for _, r := range routes() {
		there = append(there, r.method+" "+ControlPrefix+r.path)
		if r.does == "" {
			t.Errorf("it is not told what %s %s does", r.method, r.path)
		}
	}
	var told []string
	for _, s := range sections(t) {
		told = append(told, s.call)
		if !slices.Contains(there, s.call) {
			t.Errorf("docs/control.md tells of %s, which there is not", s.call)
		}
		if len(s.curls) == 0 {
			t.Errorf("docs/control.md has no line to type for %s", s.call)
		}
		for _, curl := range s.curls {
			method, path := called(curl)
			if wanted, route, _ := strings.Cut(s.call, " "); method != wanted || !fits(route, path) {
				t.Errorf("under %s one types %s", s.call, curl)
			}
		}
	}
	for _, call := range there {
		if !slices.Contains(told, call) {
			t.Errorf("docs/control.md does not tell of %s", call)
		}
	}
}

// What docs/control.md says to type is typed, in its order, and every answer is good.
func TestControlPageIsTyped(t *testing.T) {
	programs.Need(t, "bash", "curl")
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	a, err := authority.New()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{File: file, Scenario: "plain", TLS: a.Config(), CA: a.PEM()})
	if err != nil {
		t.Fatal(err)
	}
	base, stop, err := s.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}()
	if status, _ := controlled(t, "GET", base+"/my-bucket/file.txt", ""); status != http.StatusForbidden {
		t.Fatalf("an anonymous GET is answered with %d", status)
	}
	here := strings.NewReplacer("http://127.0.0.1:9403", base, "4442587FB7D0A2F9", s.Requests("plain")[0].RequestID)
	for _, section := range sections(t) {
		for _, curl := range section.curls {
			if err := typed(t, here.Replace(curl)); err != nil {
				t.Errorf("%s\n%v", curl, err)
			}
		}
	}
}

// typed types a line of curl, and wants the answer to be a success. Of a stream it reads
// one line.
func typed(t *testing.T, curl string) error {
	t.Helper()
	if strings.HasPrefix(curl, "curl -sN ") {
		return firstLine(t, curl)
	}
	out, err := programs.Command(t.Context(), "bash", "-c", curl+` -w '%{http_code}'`).CombinedOutput()
	if err != nil || !answeredWell.Match(out) {
		return fmt.Errorf("%v: %s", err, out)
	}
	return nil
}

var answeredWell = regexp.MustCompile(`2\d\d$`)

func firstLine(t *testing.T, curl string) error {
	ctx, stop := context.WithCancel(t.Context())
	cmd := programs.Command(ctx, "bash", "-c", "exec "+curl)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		stop()
		return err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	stop()
	_ = cmd.Wait() // it was killed
	if err != nil || !strings.HasPrefix(line, "id: ") {
		return fmt.Errorf("%q, %v", line, err)
	}
	return nil
}
