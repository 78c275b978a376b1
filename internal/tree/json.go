package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// maxDepth bounds how deeply lists and mappings nest; no scenario comes near it.
const maxDepth = 100

// ParseJSON reads a JSON Text: a patch, or the file of a policy.
func ParseJSON(file string, data []byte) (*Node, error) {
	if len(data) > maxFileSize {
		return nil, &Error{File: file, Line: 1, Column: 1, Message: "the text is larger than " + maxFileSizeText}
	}
	r := &jsonReader{file: file, data: data, d: json.NewDecoder(bytes.NewReader(data))}
	r.d.UseNumber()
	n, err := r.value(0)
	if err != nil {
		return nil, err
	}
	end := r.here()
	if _, err := r.d.Token(); !errors.Is(err, io.EOF) {
		return nil, Fail(&Node{At: end}, "there is more after the end of the JSON text")
	}
	return n, nil
}

// jsonReader builds nodes from tokens. Offsets only grow, so that lines are
// counted once.
type jsonReader struct {
	file  string
	data  []byte
	d     *json.Decoder
	seen  int // bytes of data that line and start account for
	line  int // lines begun before seen, less one
	start int // where the current line starts
}

// here is the place of the next token.
func (r *jsonReader) here() Place {
	at := int(r.d.InputOffset())
	for at < len(r.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[at]) >= 0 {
		at++
	}
	return r.placeOf(at)
}

func (r *jsonReader) placeOf(at int) Place {
	for ; r.seen < at && r.seen < len(r.data); r.seen++ {
		if r.data[r.seen] == '\n' {
			r.line++
			r.start = r.seen + 1
		}
	}
	return Place{File: r.file, Line: r.line + 1, Column: at - r.start + 1}
}

func (r *jsonReader) fail(message string) error {
	return Fail(&Node{At: r.here()}, "%s", message)
}

func (r *jsonReader) value(depth int) (*Node, error) {
	if depth > maxDepth {
		return nil, r.fail("lists and mappings nest too deeply")
	}
	at := r.here()
	token, err := r.d.Token()
	if err != nil {
		return nil, r.broken(err)
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return r.mapping(at, depth)
		}
		return r.list(at, depth)
	case string:
		return &Node{Kind: Text, Text: t, At: at}, nil
	case json.Number:
		return &Node{Kind: Number, Text: t.String(), At: at}, nil
	case bool:
		n := NewBool(t)
		n.At = at
		return n, nil
	default:
		return &Node{Kind: Null, Text: "null", At: at}, nil
	}
}

func (r *jsonReader) mapping(at Place, depth int) (*Node, error) {
	n := &Node{Kind: Mapping, At: at}
	seen := make(map[string]bool)
	for r.d.More() {
		keyAt := r.here()
		token, err := r.d.Token()
		if err != nil {
			return nil, r.broken(err)
		}
		name, _ := token.(string)
		key := &Node{Kind: Text, Text: name, At: keyAt}
		if seen[name] {
			return nil, Fail(key, "the key %q is there twice", name)
		}
		seen[name] = true
		item, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.Keys, n.Items = append(n.Keys, key), append(n.Items, item)
	}
	return n, r.close()
}

func (r *jsonReader) list(at Place, depth int) (*Node, error) {
	n := &Node{Kind: List, At: at}
	for r.d.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.Items = append(n.Items, item)
	}
	return n, r.close()
}

func (r *jsonReader) close() error {
	if _, err := r.d.Token(); err != nil {
		return r.broken(err)
	}
	return nil
}

func (r *jsonReader) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.fail("the JSON text ends too early")
	}
	return r.fail(err.Error())
}
