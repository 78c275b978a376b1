package grades

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
	"github.com/s3fault/s3fault/journal"
)

// page is the four answers of docs/grading.md.
var page = []struct{ title, scenario, patch string }{
	{"A bucket policy in place of the user's own", "iam-no-permission", honest[0].patch},
	{"A bucket that the world writes to", "iam-no-permission", wide[0].patch},
	{"Nothing done", "iam-explicit-deny", "{}"},
	{"A statement too many", "bucket-policy-explicit-deny",
		bucket(`"policy": ` + policyOf(`{"Sid": "Nobody", "Effect": "Deny", "Principal": {"AWS":
			"arn:aws:iam::123456789012:user/my-user"}, "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::my-bucket/*"}`))},
}

// The answers of docs/grading.md are the server's: one of each verdict.
func TestGradingPage(t *testing.T) {
	s := start(t)
	var b strings.Builder
	head, err := os.ReadFile("testdata/grading.md") // what stands before the answers
	if err != nil {
		t.Fatal(err)
	}
	b.Write(head)
	seen := map[journal.Mark]bool{}
	for _, c := range page {
		world := s.world(t, c.scenario)
		s.ask(t, http.MethodPatch, "/worlds/"+world, c.patch, nil)
		g := s.grade(t, world)
		seen[g.Verdict] = true
		g.Opened, g.Closed = g.Opened[:min(len(g.Opened), 2)], g.Closed[:min(len(g.Closed), 2)]
		fmt.Fprintf(&b, "### %s: %s\n\nIn `%s`:\n\n```json\n%s```\n\n", c.title, g.Verdict, c.scenario, indented(t, g))
	}
	if len(seen) != len(page) {
		t.Errorf("the page has the verdicts %v", seen)
	}
	book.Hold(t, "../../docs/grading.md", strings.TrimSuffix(b.String(), "\n"))
}

func indented(t *testing.T, g *journal.Grade) string {
	t.Helper()
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(g); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
