package tree

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

const (
	maxFileSize     = 8 << 20 // bytes
	maxFileSizeText = "8 MiB"
	// maxNodes bounds what aliases may unfold to.
	maxNodes = 400_000
)

// ParseYAML reads one YAML document. Beside an error the tree is what is good in it; nil:
// there is nothing to go on with.
func ParseYAML(file string, data []byte) (*Node, error) {
	top := Place{File: file, Line: 1, Column: 1}
	if len(data) > maxFileSize {
		return nil, Fail(&Node{At: top}, "the file is larger than %s", maxFileSizeText)
	}
	if err := checkText(file, data); err != nil {
		return nil, err
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := d.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, Fail(&Node{At: top}, "the file is empty")
		}
		return nil, syntaxError(file, data, err)
	}
	var more yaml.Node
	switch err := d.Decode(&more); {
	case err == nil:
		return nil, Fail(&Node{At: Place{File: file, Line: more.Line, Column: 1}},
			"a scenario file is one YAML document, and here a second one begins")
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(file, data, err)
	}
	return convert(file, doc.Content[0])
}

// checkText finds what the YAML reader would refuse without saying where: bytes
// that are no UTF-8 and control characters.
func checkText(file string, data []byte) error {
	line, start := 1, 0
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		here := func() *Node { // a line can be as long as the file: it is counted once
			return &Node{At: Place{File: file, Line: line, Column: utf8.RuneCount(data[start:i]) + 1}}
		}
		switch {
		case r == '\n':
			line, start = line+1, i+1
		case r == utf8.RuneError && size == 1:
			return Fail(here(), "the file is not UTF-8 text")
		case r < ' ' && r != '\t' && r != '\r', r >= 0x7f && r < 0xa0 && r != 0x85:
			return Fail(here(), "control character U+%04X", r)
		}
		i += size
	}
	return nil
}
