package scenarios

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// maxDepth bounds how deeply lists and mappings nest; no scenario comes near it.
const maxDepth = 100

// parseJSON reads a JSON text: a patch, or the file of a policy.
func parseJSON(file string, data []byte) (*node, error) {
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
		return nil, fail(&node{at: end}, "there is more after the end of the JSON text")
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
func (r *jsonReader) here() place {
	at := int(r.d.InputOffset())
	for at < len(r.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[at]) >= 0 {
		at++
	}
	return r.placeOf(at)
}

func (r *jsonReader) placeOf(at int) place {
	for ; r.seen < at && r.seen < len(r.data); r.seen++ {
		if r.data[r.seen] == '\n' {
			r.line++
			r.start = r.seen + 1
		}
	}
	return place{file: r.file, line: r.line + 1, column: at - r.start + 1}
}

func (r *jsonReader) fail(message string) error {
	return fail(&node{at: r.here()}, "%s", message)
}

func (r *jsonReader) value(depth int) (*node, error) {
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
		return &node{kind: textKind, text: t, at: at}, nil
	case json.Number:
		return &node{kind: numberKind, text: t.String(), at: at}, nil
	case bool:
		n := newBool(t)
		n.at = at
		return n, nil
	default:
		return &node{kind: nullKind, at: at}, nil
	}
}

func (r *jsonReader) mapping(at place, depth int) (*node, error) {
	n := &node{kind: mappingKind, at: at}
	seen := make(map[string]bool)
	for r.d.More() {
		keyAt := r.here()
		token, err := r.d.Token()
		if err != nil {
			return nil, r.broken(err)
		}
		name, _ := token.(string)
		key := &node{kind: textKind, text: name, at: keyAt}
		if seen[name] {
			return nil, fail(key, "the key %q is there twice", name)
		}
		seen[name] = true
		item, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.keys, n.items = append(n.keys, key), append(n.items, item)
	}
	return n, r.close()
}

func (r *jsonReader) list(at place, depth int) (*node, error) {
	n := &node{kind: listKind, at: at}
	for r.d.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, item)
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
