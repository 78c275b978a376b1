package awsapi

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"

	"github.com/s3fault/s3fault/internal/awsapi/form"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/journal"
)

// readIn reads the parameters of the call and holds them to the form that the service's
// model gives them, before anything is looked up or asked (control-apis.md F1).
func (c *Call) readIn() {
	c.in = c.Action.input()
	if c.malformed = c.Service.Protocol.read(c, c.in); c.malformed != nil {
		return
	}
	if c.ownMissing() {
		c.malformed = c.required()
	}
	if c.malformed == nil {
		c.malformed = misformed(c)
	}
	if c.malformed == nil {
		c.malformed = c.required()
	}
}

// ownMissing says whether the service has words of its own for a parameter that is missing.
func (c *Call) ownMissing() bool {
	return c.Service.Missing != nil || c.Service.Protocol.words().missing != nil
}

// misformed refuses what breaks the model's constraints.
func misformed(c *Call) error {
	t := form.Of(c.Service.Name, c.Action.Name)
	if t == nil {
		return nil
	}
	broken := form.Check(t, c.Service.Protocol.given(c))
	if len(broken) == 0 {
		return nil
	}
	refused := c.Service.malformed(c, broken)
	if refused == nil {
		return nil
	}
	first := broken[0]
	return cause.Explain(refused, journal.Cause{
		Text:    "the parameter " + first.Path + " breaks the form that the service's model gives it",
		Element: first.Path, Wanted: first.Must, Seen: first.Value,
	})
}

// malformed is the refusal of broken constraints; nil: the service looks at them later, in
// its own way.
func (s *Service) malformed(c *Call, broken []form.Broken) *Error {
	if s.Malformed != nil {
		return s.Malformed(c, broken)
	}
	return Refuse(s.Protocol.words().invalid, "%s", form.Sentence(broken))
}

// givenJSON is the parameters in a body of JSON, which has been read once.
func givenJSON(body []byte) map[string]any {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var given map[string]any
	if err := d.Decode(&given); err != nil {
		return nil // there is none
	}
	return given
}

// given is what the parameters of a struct's fields are in a form, as JSON would have them.
func (p *parameters) given(prefix string, t reflect.Type) map[string]any {
	all := map[string]any{}
	for _, field := range reflect.VisibleFields(t) {
		if !field.IsExported() || field.Anonymous {
			continue
		}
		if name, _ := wireName(field); p.has(prefix + name) {
			all[field.Name] = p.value(prefix+name, field.Type)
		}
	}
	return all
}

func (p *parameters) value(name string, t reflect.Type) any {
	switch t.Kind() {
	case reflect.Pointer:
		return p.value(name, t.Elem())
	case reflect.Struct:
		return p.given(name+".", t)
	case reflect.Slice:
		list := []any{}
		for n := 1; ; n++ {
			element := name + p.member + "." + strconv.Itoa(n)
			if !p.has(element) {
				return list
			}
			list = append(list, p.value(element, t.Elem()))
		}
	}
	return p.values.Get(name)
}

// givenParameters is given of all of a call's.
func givenParameters(c *Call, member string) map[string]any {
	return newParameters(c.form, member).given("", reflect.TypeOf(c.in).Elem())
}
