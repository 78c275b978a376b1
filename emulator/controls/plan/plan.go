// Package plan is, for tests alone, one valid call of every action of the control
// APIs: the fewest parameters with which it succeeds in the world of world.yaml. The
// tests that send raw requests, and those with AWS's own clients, all play it.
package plan

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/services"
)

// Services are the control APIs.
var Services = services.All

// World is the scenario file in which the calls succeed. Its one world is "world";
// admin may do everything, and nobody nothing.
//
//go:embed world.yaml
var World string

//go:embed calls
var files embed.FS

// Parameters are a call's, under the names that the SDKs have for them.
type Parameters map[string]any

// Call is one call of an action.
type Call struct {
	Parameters Parameters
	// Free marks a call that needs no permission.
	Free bool
	// Unsigned marks a call that needs no signature: a token is in its place, which stands as
	// "$token" in the parameters. See For.
	Unsigned bool
	// Session marks a call that only temporary credentials can make: callers have those
	// under their name with -session behind it.
	Session bool
	// Newer marks a call that the clients here may not have yet.
	Newer bool
	// Before are the calls without which it fails, by the same caller.
	Before []Step
	// Wants are values of the answer, by their place in it: "Users.0.UserName".
	Wants map[string]any
	// Waiters are those of boto3 that wait for what the call finds.
	Waiters []string
	// Vain are those of them that wait for what is never there.
	Vain []string
	// Refused are calls that fail.
	Refused []Refusal
}

// For is the call with a token of the world's caller pod, where it has one.
func (c *Call) For(srv *emulatortest.Server) *Call {
	if !c.Unsigned {
		return c
	}
	filled := *c
	token := map[string]any{"token": srv.Token(emulator.NewToken{Caller: "pod"})}
	filled.Parameters = c.Parameters.With(token)
	filled.Refused = slices.Clone(c.Refused)
	for i := range filled.Refused {
		filled.Refused[i].Parameters = filled.Refused[i].Parameters.With(token)
	}
	return &filled
}

// Caller is who makes the call, of the callers of the world.
func (c *Call) Caller(name string) string {
	if c.Session {
		return name + "-session"
	}
	return name
}

// Step is a call before another one. Keep puts values of its answer, by their place,
// into the parameters of the calls after it, where they stand as "$name".
type Step struct {
	Action     string
	Parameters Parameters
	Keep       map[string]string
	// Denied makes it a call of another service that a caller is denied, of whose journal
	// entry Keep is; only raw requests make it.
	Denied *Denial
}

// Denial is who is denied a call of which service.
type Denial struct{ Caller, Service string }

// Refusal is a call that fails, with an error that the SDKs have a type for, as
// "NoSuchEntityException", or else with a code.
type Refusal struct {
	Parameters  Parameters
	Error, Code string
}

// Calls are the rows of a service, by action. The error names the actions without a
// row, the rows without an action and what cannot be read.
func Calls(s *awsapi.Service) (map[string]*Call, error) {
	name := "calls/" + Client(s) + ".json"
	text, err := files.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("plan/%s is missing: it has one valid call of every action", name)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	calls := map[string]*Call{}
	if err := decoder.Decode(&calls); err != nil {
		return nil, fmt.Errorf("plan/%s: %w", name, err)
	}
	return calls, complete(s, name, calls)
}

// Client is what the SDKs call the service's client, and we its package: "sts".
func Client(s *awsapi.Service) string { return strings.ReplaceAll(s.Name, "-", "") }

func complete(s *awsapi.Service, name string, calls map[string]*Call) error {
	var wrong []error
	for _, a := range s.Actions {
		if calls[a.Name] == nil {
			wrong = append(wrong, fmt.Errorf("plan/%s has no row for %s", name, a.Name))
		}
	}
	for _, action := range slices.Sorted(maps.Keys(calls)) {
		if Action(s, action) == nil {
			wrong = append(wrong, fmt.Errorf("plan/%s has a row for %s, which %s has not", name, action, s.Name))
		}
	}
	return errors.Join(wrong...)
}

// Action is the row of the service's table.
func Action(s *awsapi.Service, name string) *awsapi.Action {
	for _, a := range s.Actions {
		if a.Name == name {
			return a
		}
	}
	return nil
}
