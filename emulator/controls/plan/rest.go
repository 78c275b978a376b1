package plan

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/awsapi"
)

// restXML writes a call of S3 Control: its account in a header, what the path and the
// query have, and the rest as the body.
func (m *Message) restXML(a *awsapi.Action, p Parameters) {
	rest := maps.Clone(p)
	m.Method, m.Path = a.Method, a.Path
	if account, ok := rest["AccountId"]; ok {
		m.Header.Set("x-amz-account-id", fmt.Sprint(account))
	}
	delete(rest, "AccountId")
	front, label, labelled := strings.Cut(a.Path, "{")
	if !labelled && m.Method != http.MethodGet {
		m.Body = toXML(map[string]any(rest))
		return
	}
	label, behind, _ := strings.Cut(label, "}")
	label = strings.TrimRight(label, "+")
	if value, ok := rest[label]; ok {
		m.Path = front + url.QueryEscape(fmt.Sprint(value)) + behind // as SDKs do, colons too
	}
	delete(rest, label)
	if m.Method == http.MethodPost || m.Method == http.MethodPut && len(rest) > 0 {
		m.Body = "<" + a.Name + "Request>" + toXML(map[string]any(rest)) + "</" + a.Name + "Request>"
		return
	}
	m.query(a, rest)
}

// query is the parameters of a call without a body, an element of a list each.
func (m *Message) query(a *awsapi.Action, p Parameters) {
	values := url.Values{}
	for _, name := range slices.Sorted(maps.Keys(p)) {
		field, ok := a.Input().FieldByName(name)
		if !ok {
			continue
		}
		list, ok := p[name].([]any)
		if !ok {
			list = []any{p[name]}
		}
		for _, v := range list {
			values.Add(Wire(field), fmt.Sprint(v))
		}
	}
	if len(values) > 0 {
		m.Path += "?" + values.Encode()
	}
}
