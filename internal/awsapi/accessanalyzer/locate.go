package accessanalyzer

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// step leads one level down in a document.
type step struct {
	name    string
	index   int
	isIndex bool
}

// stepsOf reads a path like Statement[0].Condition.StringEquals.
func stepsOf(path string) []step {
	var all []step
	for name := range strings.SplitSeq(path, ".") {
		name, rest, _ := strings.Cut(name, "[")
		if name != "" {
			all = append(all, step{name: name})
		}
		for rest != "" {
			number, more, _ := strings.Cut(rest, "]")
			if n, err := strconv.Atoi(number); err == nil {
				all = append(all, step{index: n, isIndex: true})
			}
			rest = strings.TrimPrefix(more, "[")
		}
	}
	return all
}

// position is a place in a document: lines from 1, columns and bytes from 0 (IAM
// Access Analyzer API Reference, "Position").
type position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Offset int `json:"offset"`
}

// locate finds the value that the steps lead to, as far as they lead: the whole
// document where they lead nowhere.
func locate(document []byte, steps []step) span {
	from, to := 0, len(document)
	for _, s := range steps {
		start, end, ok := below(document[from:to], s)
		if !ok {
			break
		}
		from, to = from+start, from+end
	}
	return span{at(document, from), at(document, to)}
}

func at(document []byte, offset int) position {
	before := document[:offset]
	return position{bytes.Count(before, []byte("\n")) + 1, offset - (bytes.LastIndexByte(before, '\n') + 1), offset}
}

// below is where in a value the step leads to. An object stands for a list of one,
// as a policy's Statement may.
func below(value []byte, s step) (start, end int, ok bool) {
	d := json.NewDecoder(bytes.NewReader(value))
	opened, err := d.Token()
	if err != nil {
		return 0, 0, false
	}
	if s.isIndex && opened == json.Delim('{') {
		return 0, len(value), s.index == 0
	}
	if opened != json.Delim('[') && opened != json.Delim('{') {
		return 0, 0, false
	}
	for i := 0; d.More(); i++ {
		name := any(nil)
		if opened == json.Delim('{') {
			if name, err = d.Token(); err != nil {
				return 0, 0, false
			}
		}
		var skipped json.RawMessage
		if d.Decode(&skipped) != nil {
			return 0, 0, false
		}
		if s.isIndex && s.index == i || !s.isIndex && name == s.name {
			end := int(d.InputOffset())
			return end - len(skipped), end, true
		}
	}
	return 0, 0, false
}
