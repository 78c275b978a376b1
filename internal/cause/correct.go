package cause

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/policy"
)

// found is a text, or the name of a member, in a JSON document: what it says, the names and
// indices of the values around it, and where its source stands.
type found struct {
	text     string
	path     []string
	from, to int
}

// texts are all of a document, in their order; none where it cannot be read.
func texts(document string) []found {
	r := &reader{Decoder: json.NewDecoder(strings.NewReader(document)), source: document}
	if r.value(nil) != nil {
		return nil
	}
	return r.all
}

type reader struct {
	*json.Decoder
	source string
	all    []found
}

func (r *reader) value(path []string) error {
	token, err := r.text(path)
	if open, ok := token.(json.Delim); err != nil || !ok {
		return err
	} else if err := r.below(path, open == '{'); err != nil {
		return err
	}
	_, err = r.Token()
	return err
}

// below reads what an object, or a list, holds.
func (r *reader) below(path []string, object bool) error {
	for i := 0; r.More(); i++ {
		step := strconv.Itoa(i)
		if object {
			name, err := r.text(path)
			if err != nil {
				return err
			}
			step, _ = name.(string)
		}
		if err := r.value(append(slices.Clip(path), step)); err != nil {
			return err
		}
	}
	return nil
}

// text reads a token, and keeps it if it is a text.
func (r *reader) text(path []string) (json.Token, error) {
	from := int(r.InputOffset())
	token, err := r.Token()
	if text, ok := token.(string); ok && err == nil {
		from += strings.IndexByte(r.source[from:], '"') // behind white space, a comma or a colon
		r.all = append(r.all, found{text, path, from, int(r.InputOffset())})
	}
	return token, err
}

// within says whether it stands in an element of a statement; of the document for -1.
func (f *found) within(statement int, element string) bool {
	path := f.path
	if statement >= 0 {
		if len(path) == 0 || path[0] != "Statement" {
			return false
		}
		path = path[1:]
		if len(path) > 0 && path[0] == strconv.Itoa(statement) {
			path = path[1:]
		} else if statement > 0 {
			return false // one that stands alone, without a list, is the first
		}
	}
	return element == "" || len(path) > 0 && path[0] == element
}

// with is the document with a list of texts, or one, in the place of another at an element of a
// statement; empty: it is not there, or the document would be refused again.
func (d Document) with(right []string, wrong string, statement int, element string) string {
	if d.Put == nil || len(d.Text) > longestCommand {
		return ""
	}
	text := d.replaced(right, wrong, statement, element)
	if text == "" || len(policy.Check([]byte(text), d.rules())) > 0 {
		return ""
	}
	var line bytes.Buffer // a command is best on one line
	if json.Compact(&line, []byte(text)) != nil {
		return ""
	}
	return line.String()
}

func (d Document) replaced(right []string, wrong string, statement int, element string) string {
	all := texts(d.Text)
	i := slices.IndexFunc(all, func(f found) bool { return f.text == wrong && f.within(statement, element) })
	if i < 0 {
		return ""
	}
	source := make([]string, len(right))
	for i, text := range right {
		written, _ := json.Marshal(text) // a text always can be
		source[i] = string(written)
	}
	f, list := all[i], strings.Join(source, ",")
	if len(right) > 1 && !isIndex(f.path[len(f.path)-1]) {
		list = "[" + list + "]"
	}
	return d.Text[:f.from] + list + d.Text[f.to:]
}

func isIndex(step string) bool {
	_, err := strconv.Atoi(step)
	return err == nil
}

// rules are those that the service reads the document by.
func (d Document) rules() policy.Rules {
	r := policy.Rules{Kind: d.Kind, Bucket: d.Bucket}
	if d.State != nil {
		r.PrincipalExists = d.State.PrincipalExists
	}
	return r
}
