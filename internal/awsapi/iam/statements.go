package iam

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// matchedStatement says where a statement stands.
type matchedStatement struct {
	SourcePolicyId   string
	SourcePolicyType string
	StartPosition    position
	EndPosition      position
}

// position is a place in a document; both count from 1, columns in bytes.
type position struct {
	Line   int
	Column int
}

func (s *subject) located(p *authz.Named, statement int) matchedStatement {
	kind := "IAM Policy"
	if s.resourcePolicy != nil && p.Policy == s.resourcePolicy.Policy {
		kind = "Resource Policy" // [unsure]
	}
	m := matchedStatement{SourcePolicyId: p.Name, SourcePolicyType: kind}
	if spans := statementSpans(p.Policy.Source()); statement < len(spans) {
		m.StartPosition = place(p.Policy.Source(), spans[statement].start)
		m.EndPosition = place(p.Policy.Source(), spans[statement].end)
	}
	return m
}

func place(document string, offset int) position {
	before := document[:offset]
	return position{strings.Count(before, "\n") + 1, offset - strings.LastIndexByte(before, '\n')}
}

// span is where a statement begins and ends: right behind what stands before it, and
// right behind its brace, as the simulator counts.
type span struct{ start, end int }

// statementSpans finds the statements of a policy that was compiled: it is an object
// with a Statement.
func statementSpans(document string) []span {
	d := json.NewDecoder(strings.NewReader(document))
	_, err := d.Token()
	for err == nil && d.More() {
		var name json.Token
		if name, err = d.Token(); name == "Statement" {
			return spansFrom(d, document)
		}
		var skipped json.RawMessage
		if err == nil {
			err = d.Decode(&skipped)
		}
	}
	return nil
}

// spansFrom reads the value of Statement: a list, or one statement without it.
func spansFrom(d *json.Decoder, document string) []span {
	colon := int(d.InputOffset()) + strings.IndexByte(document[d.InputOffset():], ':') + 1
	rest := strings.TrimLeft(document[colon:], " \t\r\n")
	if strings.HasPrefix(rest, "{") {
		var one json.RawMessage
		if d.Decode(&one) != nil {
			return nil
		}
		return []span{{colon, int(d.InputOffset())}}
	}
	if _, err := d.Token(); err != nil {
		return nil
	}
	var spans []span
	for start := int(d.InputOffset()); d.More(); {
		var one json.RawMessage
		if d.Decode(&one) != nil {
			return nil
		}
		end := int(d.InputOffset())
		spans = append(spans, span{start, end})
		start = end + strings.IndexByte(document[end:], ',') + 1
	}
	return spans
}

// variable is a policy variable, whose name ends where a default begins.
var variable = regexp.MustCompile(`\$\{\s*([A-Za-z0-9-]+:[^},]*?)\s*[},]`)

// conditionKeys is the condition keys that a policy asks for, as written, in
// conditions and as variables; in order, each once.
func conditionKeys(p *policy.Policy) []string {
	var document struct{ Statement json.RawMessage }
	if json.Unmarshal([]byte(p.Source()), &document) != nil {
		return nil
	}
	type statement struct{ Condition map[string]map[string]any }
	var statements []statement
	if bytes.HasPrefix(bytes.TrimSpace(document.Statement), []byte("{")) {
		statements = make([]statement, 1)
		_ = json.Unmarshal(document.Statement, &statements[0]) // it was compiled: it can be read
	} else {
		_ = json.Unmarshal(document.Statement, &statements)
	}
	keys := map[string]bool{}
	for _, s := range statements {
		for _, operands := range s.Condition {
			for key := range operands {
				keys[key] = true
			}
		}
	}
	if p.Version() == "2012-10-17" {
		for _, found := range variable.FindAllStringSubmatch(p.Source(), -1) {
			keys[found[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}
