package tree

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

const (
	maxFileSize     = 8 << 20 // bytes
	maxFileSizeText = "8 MiB"
	// maxNodes bounds what aliases may unfold to.
	maxNodes = 400_000
)

// ParseYAML reads one YAML document.
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
		return nil, syntaxError(file, err)
	}
	var more yaml.Node
	switch err := d.Decode(&more); {
	case err == nil:
		return nil, Fail(&Node{At: Place{File: file, Line: more.Line, Column: 1}},
			"a scenario file is one YAML document, and here a second one begins")
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(file, err)
	}
	c := converter{file: file, open: make(map[*yaml.Node]bool)}
	return c.convert(doc.Content[0], 0)
}

// checkText finds what the YAML reader would refuse without saying where: bytes
// that are no UTF-8 and control characters.
func checkText(file string, data []byte) error {
	line, start := 1, 0
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		at := Place{File: file, Line: line, Column: utf8.RuneCount(data[start:i]) + 1}
		switch {
		case r == '\n':
			line, start = line+1, i+1
		case r == utf8.RuneError && size == 1:
			return Fail(&Node{At: at}, "the file is not UTF-8 text")
		case r < ' ' && r != '\t' && r != '\r', r >= 0x7f && r < 0xa0 && r != 0x85:
			return Fail(&Node{At: at}, "control character U+%04X", r)
		}
		i += size
	}
	return nil
}

var yamlLine = regexp.MustCompile(`^line (\d+): `)

// syntaxError gives the parser's line and column 1.
func syntaxError(file string, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = text[len(m[0]):]
	}
	return &Error{File: file, Line: max(line, 1), Column: 1, Message: text}
}

// converter turns the parser's nodes into ours, unfolding aliases.
type converter struct {
	file  string
	count int
	open  map[*yaml.Node]bool // anchors being unfolded
}

func (c *converter) convert(y *yaml.Node, depth int) (*Node, error) {
	n := &Node{At: Place{File: c.file, Line: y.Line, Column: y.Column}}
	c.count++
	switch {
	case c.count > maxNodes:
		return nil, Fail(n, "the aliases unfold to more than %d values", maxNodes)
	case depth > maxDepth:
		return nil, Fail(n, "lists and mappings nest too deeply")
	}
	switch y.Kind {
	case yaml.ScalarNode:
		return n, n.setScalar(y)
	case yaml.SequenceNode:
		return n, c.list(n, y, depth)
	case yaml.MappingNode:
		return n, c.mapping(n, y, depth)
	case yaml.AliasNode:
		return c.alias(n, y, depth)
	}
	return nil, Fail(n, "this is neither a scalar, a list nor a mapping")
}

func (c *converter) alias(n *Node, y *yaml.Node, depth int) (*Node, error) {
	if y.Alias == nil || c.open[y.Alias] {
		return nil, Fail(n, "the anchor %q holds itself", y.Value)
	}
	c.open[y.Alias] = true
	defer delete(c.open, y.Alias)
	return c.convert(y.Alias, depth+1)
}

func (n *Node) setScalar(y *yaml.Node) error {
	n.Text = y.Value
	switch y.ShortTag() {
	case "!!null":
		n.Kind = Null
	case "!!bool":
		n.Kind = Bool
	case "!!int", "!!float":
		n.Kind = Number
	case "!!str", "!!timestamp":
		n.Kind = Text
	default:
		return Fail(n, "the tag %s has no meaning in a scenario file", y.Tag)
	}
	return nil
}

func (c *converter) list(n *Node, y *yaml.Node, depth int) error {
	n.Kind = List
	if tag := y.ShortTag(); tag != "!!seq" {
		return Fail(n, "the tag %s has no meaning in a scenario file", tag)
	}
	for _, item := range y.Content {
		child, err := c.convert(item, depth+1)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, child)
	}
	return nil
}

func (c *converter) mapping(n *Node, y *yaml.Node, depth int) error {
	n.Kind = Mapping
	if tag := y.ShortTag(); tag != "!!map" {
		return Fail(n, "the tag %s has no meaning in a scenario file", tag)
	}
	seen := make(map[string]bool, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, err := c.key(y.Content[i], depth)
		if err != nil {
			return err
		}
		if seen[key.Text] {
			return Fail(key, "the key %q is there twice", key.Text)
		}
		seen[key.Text] = true
		item, err := c.convert(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		n.Keys, n.Items = append(n.Keys, key), append(n.Items, item)
	}
	return nil
}

// key reads a mapping's key, which is its text whatever it looks like.
func (c *converter) key(y *yaml.Node, depth int) (*Node, error) {
	if y.Tag == "!!merge" {
		return nil, Fail(&Node{At: Place{File: c.file, Line: y.Line, Column: y.Column}},
			"merge keys (<<) are not supported: use defaults")
	}
	key, err := c.convert(y, depth+1)
	if err != nil {
		return nil, err
	}
	if key.Kind == List || key.Kind == Mapping {
		return nil, Fail(key, "a key must be a text, not %s", key.Kind)
	}
	return &Node{Kind: Text, Text: y.Value, At: key.At}, nil
}
