package fault

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

const (
	dropName = "drop_headers"
	setName  = "set_headers"
)

// dropping takes headers off the answer.
type dropping []string

func (dropping) Name() string { return dropName }

// Change takes away what a pattern matches, however it is spelt. Without Content-Length
// the body is chunked.
func (d dropping) Change(_ *Strike, a *Answer) {
	for _, pattern := range d {
		g := Glob(strings.ToLower(pattern))
		for name := range a.Header {
			if g.Match(strings.ToLower(name)) {
				delete(a.Header, name)
			}
		}
		if g.Match("content-length") {
			a.Length = -1
		}
	}
}

var droppings = asType(facts.Checked(facts.Texts, func(all []string, n *tree.Node) error {
	for i, text := range all {
		if text == "" || strings.Contains(text, "***") {
			return tree.Fail(n.Items[i], "%q is no glob of a header's name", text)
		}
	}
	if len(all) == 0 {
		return tree.Fail(n, "no header is dropped")
	}
	return nil
}), func(d dropping) []string { return d }, func(all []string) dropping { return all })

// setting gives the answer headers, in the place of those of the same name.
type setting map[string]string

func (setting) Name() string { return setName }

func (s setting) Change(_ *Strike, a *Answer) {
	if a.Header == nil {
		a.Header = http.Header{}
	}
	for name, value := range s {
		for there := range a.Header {
			if strings.EqualFold(there, name) {
				delete(a.Header, there)
			}
		}
		a.Header[name] = []string{value}
	}
}

var (
	headerName  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	headerValue = regexp.MustCompile(`^[^\x00-\x08\x0a-\x1f\x7f]*$`)
)

var settings = asType(facts.Checked(facts.Tags, func(all map[string]string, n *tree.Node) error {
	if len(all) == 0 {
		return tree.Fail(n, "no header is set")
	}
	for i, key := range n.Keys {
		switch {
		case !headerName.MatchString(key.Text):
			return tree.Fail(key, "%q is no header's name", key.Text)
		case strings.EqualFold(key.Text, "Content-Length") || strings.EqualFold(key.Text, "Transfer-Encoding"):
			return tree.Fail(key, "%s is the body's: truncate_after cuts one short", key.Text)
		case !headerValue.MatchString(n.Items[i].Text):
			return tree.Fail(n.Items[i], "%q is no header's value", n.Items[i].Text)
		}
	}
	return nil
}), func(s setting) map[string]string { return s }, func(all map[string]string) setting { return all })
