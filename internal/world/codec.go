package world

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/s3fault/s3fault/authz"
)

// This file is how a State is written down and read again, as it was. Its fields are data, so
// that encoding/json does it; what types keep to themselves is here, and a policy is its
// document. Seal makes again what it made before.

// stateJSON is a State with the changes that need not count yet.
type stateJSON struct {
	State  *State
	Recent []changeJSON `json:",omitempty"`
}

type changeJSON struct {
	Facet facet
	At    time.Time
	Place []string
	Was   undone
	Key   string
}

// Encode writes a State down.
func Encode(s *State) ([]byte, error) {
	out := stateJSON{State: s}
	for _, c := range s.recent {
		out.Recent = append(out.Recent, changeJSON{c.facet, c.at, c.place, c.was, c.key})
	}
	return json.Marshal(out)
}

// Decode reads what Encode wrote. Its errors say what is wrong with the text, or with the
// State, as Seal does.
func Decode(text []byte) (*State, error) {
	var in stateJSON
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields() // of a newer s3fault: what is not understood is not left out
	if err := d.Decode(&in); err != nil {
		return nil, err
	}
	if in.State == nil {
		return nil, errors.New("there is no state")
	}
	if err := holes(reflect.ValueOf(in)); err != nil {
		return nil, err
	}
	s, err := in.State.Seal()
	if err != nil {
		return nil, err
	}
	for _, c := range in.Recent {
		if c.Facet < 0 || c.Facet > kmsKeys || !c.Was.whole() {
			return nil, errors.New("a change that has not propagated is of nothing")
		}
		s.recent = append(s.recent, change{c.Facet, c.At, c.Place, c.Was, c.Key})
	}
	return s, nil
}

// clockJSON is a Clock with its legs.
type clockJSON struct {
	Offset     time.Duration
	Frozen     time.Time
	ClientSkew time.Duration
	Legs       []legJSON
}

type legJSON struct {
	From, At time.Time
	Rate     float64
}

// MarshalJSON is the clock with the steps that it has made.
func (c Clock) MarshalJSON() ([]byte, error) {
	out := clockJSON{Offset: c.Offset, Frozen: c.Frozen, ClientSkew: c.ClientSkew}
	for _, l := range c.legs {
		out.Legs = append(out.Legs, legJSON{l.from, l.at, l.rate})
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Clock) UnmarshalJSON(text []byte) error {
	var in clockJSON
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	*c = Clock{Offset: in.Offset, Frozen: in.Frozen, ClientSkew: in.ClientSkew}
	for _, l := range in.Legs {
		c.legs = append(c.legs, leg{l.From, l.At, l.Rate})
	}
	return nil
}

type answersJSON struct {
	Responses Responses
	AsOf      time.Time
	Defaulted bool
}

// MarshalJSON is the answers of the day on which the world was loaded, whenever they are read.
func (a Answers) MarshalJSON() ([]byte, error) {
	return json.Marshal(answersJSON{a.responses, a.asOf, a.defaulted})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (a *Answers) UnmarshalJSON(text []byte) error {
	var in answersJSON
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	*a = Answers{in.Responses, in.AsOf, in.Defaulted}
	return nil
}

// MarshalText is the document as it was given.
func (d *S3Document) MarshalText() ([]byte, error) { return []byte(d.source), nil }

// UnmarshalText is ParseS3Policy.
func (d *S3Document) UnmarshalText(text []byte) error {
	read, err := ParseS3Policy(text)
	if err == nil {
		*d = *read
	}
	return err
}

type usesJSON struct {
	AccessKeys map[string]Use
	KMSKeys    map[string]KeyUse
	Roles      map[string]Use
	Reports    map[string]Report
	Deletions  []string
}

// MarshalJSON is what is remembered now.
func (u *Uses) MarshalJSON() ([]byte, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return json.Marshal(usesJSON{u.accessKeys, u.kmsKeys, u.roles, u.tasks.reports, u.tasks.deletions})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (u *Uses) UnmarshalJSON(text []byte) error {
	var in usesJSON
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	n := NewUses()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.accessKeys, u.kmsKeys = orEmpty(in.AccessKeys, n.accessKeys), orEmpty(in.KMSKeys, n.kmsKeys)
	u.roles = orEmpty(in.Roles, n.roles)
	u.tasks = tasks{in.Reports, in.Deletions}
	return nil
}

func orEmpty[V any](m, empty map[string]V) map[string]V {
	if m == nil {
		return empty
	}
	return m
}

// holes is the error of a value in which something is missing that no State lacks: what a
// map or a list names is there, and a policy has a document.
func holes(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return holes(v.Elem())
		}
	case reflect.Struct:
		if p, ok := v.Interface().(authz.Named); ok && p.Policy == nil {
			return fmt.Errorf("the policy %q has no document", p.Name)
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				if err := holes(v.Field(i)); err != nil {
					return err
				}
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if err := filled(v.MapIndex(key)); err != nil {
				return err
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := filled(v.Index(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// filled is holes for what a map or a list names. A unit of an organization may be nil.
func filled(v reflect.Value) error {
	if v.Kind() == reflect.Pointer && v.IsNil() && v.Type() != reflect.TypeFor[*Unit]() {
		return fmt.Errorf("a %s is missing", v.Type().Elem().Name())
	}
	return holes(v)
}
