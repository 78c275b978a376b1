package decide

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// appendLine appends the answer as Run writes it: what encoding/json makes of it, member by member. HTML is not
// escaped: it is for people, too.
func (a *Answer) appendLine(b []byte) []byte {
	b = appendID(append(b, `{"id":`...), a.ID)
	if a.Error != "" {
		return append(appendText(b, `,"error":`, a.Error), "}\n"...)
	}
	b = appendText(b, `,"decision":`, string(a.Decision))
	b = appendList(append(b, `,"denied_by":`...), a.DeniedBy, func(b []byte, l *authz.Layer) []byte {
		return appendText(b, "", string(*l))
	})
	b = appendList(append(b, `,"findings":`...), a.Findings, appendFinding)
	return append(b, "}\n"...)
}

// appendID appends the id without the white space that may be in it.
func appendID(b []byte, id string) []byte {
	if id[0] != '{' && id[0] != '[' {
		return append(b, id...)
	}
	compact := bytes.NewBuffer(b)
	_ = json.Compact(compact, []byte(id)) // it is valid
	return compact.Bytes()
}

func appendList[T any](b []byte, list []T, add func([]byte, *T) []byte) []byte {
	b = append(b, '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = add(b, &list[i])
	}
	return append(b, ']')
}

func appendFinding(b []byte, f *authz.Finding) []byte {
	b = appendText(append(b, '{'), `"layer":`, string(f.Layer))
	b = appendText(b, `,"effect":`, string(f.Effect))
	b = appendSome(b, `,"part":`, f.Part)
	b = appendSome(b, `,"policy":`, f.Policy)
	b = appendSome(b, `,"policy_arn":`, f.PolicyARN)
	if f.Statement != nil {
		b = appendStatement(append(b, `,"statement":`...), f.Statement)
	}
	if len(f.Compared) > 0 {
		b = appendList(append(b, `,"compared":`...), f.Compared, appendComparison)
	}
	if len(f.Misses) > 0 {
		b = appendList(append(b, `,"misses":`...), f.Misses, appendMiss)
	}
	return append(appendSome(b, `,"detail":`, f.Detail), '}')
}

func appendStatement(b []byte, s *authz.Statement) []byte {
	b = strconv.AppendInt(append(b, `{"index":`...), int64(s.Index), 10)
	return append(appendSome(b, `,"sid":`, s.Sid), '}')
}

func appendComparison(b []byte, c *policy.Comparison) []byte {
	b = appendText(b, `{"operator":`, c.Operator)
	b = appendText(b, `,"key":`, c.Key)
	b = appendText(b, `,"wanted":`, c.Wanted)
	b = appendText(b, `,"got":`, c.Got)
	return append(strconv.AppendBool(append(b, `,"holds":`...), c.Holds), '}')
}

func appendMiss(b []byte, m *authz.Miss) []byte {
	b = append(b, '{')
	if m.Policy != "" {
		b = append(appendText(b, `"policy":`, m.Policy), ',')
	}
	b = appendStatement(append(b, `"statement":`...), &m.Statement)
	b = appendText(b, `,"element":`, m.Element)
	b = appendSome(b, `,"wanted":`, m.Wanted)
	return append(appendSome(b, `,"got":`, m.Got), '}')
}

// appendSome is appendText of a member that is left out where it is empty.
func appendSome(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	return appendText(b, name, text)
}

// appendText appends a name, and a text as a string of JSON.
func appendText(b []byte, name, text string) []byte {
	b = append(b, name...)
	if !plain(text) {
		return append(b, escaped(text)...)
	}
	b = append(b, '"')
	return append(append(b, text...), '"')
}

// plain says whether a text stands for itself between quotes.
func plain(text string) bool {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func escaped(text string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string always is
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
