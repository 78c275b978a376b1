package plan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/awsapi"
)

// Invoke makes a call with a client of the AWS SDK for Go, whatever the service.
func Invoke(client any, action string, p Parameters) (any, error) {
	method := reflect.ValueOf(client).MethodByName(action)
	if !method.IsValid() {
		return nil, fmt.Errorf("%T has no %s", client, action)
	}
	in := reflect.New(method.Type().In(1).Elem())
	text, err := json.Marshal(p)
	if err == nil {
		err = json.Unmarshal(text, in.Interface())
	}
	if err != nil {
		return nil, fmt.Errorf("%s of the plan: %w", action, err)
	}
	out := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), in})
	if err, failed := out[1].Interface().(error); failed {
		return nil, err
	}
	return out[0].Interface(), nil
}

var missingField = regexp.MustCompile(`missing required field, \w+Input\.(\w+)\.`)

// Required are the parameters without which the SDK does not send the call.
func Required(client any, action string) (names []string) {
	if _, err := Invoke(client, action, nil); err != nil {
		for _, found := range missingField.FindAllStringSubmatch(err.Error(), -1) {
			names = append(names, found[1])
		}
	}
	return names
}

// Unsent says that the SDK does not send the call, because something is missing.
func Unsent(client any, action string, p Parameters) bool {
	_, err := Invoke(client, action, p)
	return err != nil && strings.Contains(err.Error(), "missing required field")
}

// PlaySDK makes every call of the plan with the SDK's client, for admin: the SDK reads
// every answer, and every error is of the type that it has for it.
func PlaySDK(t *testing.T, s *awsapi.Service, srv *emulatortest.Server, client any) {
	t.Helper()
	calls, err := Calls(s)
	if err != nil {
		t.Fatal(err)
	}
	played := 0
	for _, a := range s.Actions {
		call := calls[a.Name].For(srv)
		if call.Newer && !reflect.ValueOf(client).MethodByName(a.Name).IsValid() {
			t.Logf("%s is newer than %T", a.Name, client)
			continue
		}
		p, err := before(srv, client, call)
		if err != nil {
			t.Errorf("before %s: %v", a.Name, err)
			continue
		}
		for _, r := range call.Refused {
			played++
			if _, err := Invoke(client, a.Name, r.Parameters); !r.is(err) {
				t.Errorf("%s of %v: got %v, want %s%s", a.Name, r.Parameters, err, r.Error, r.Code)
			}
		}
		played++
		if err := hold(client, a.Name, call, p); err != nil {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
	t.Logf("%d actions, %d calls", len(s.Actions), played)
}

// before brings the world to where the call succeeds.
func before(srv *emulatortest.Server, client any, call *Call) (Parameters, error) {
	kept := map[string]any{}
	if err := srv.Reset(); err != nil {
		return nil, err
	}
	for _, step := range call.Before {
		out, err := Invoke(client, step.Action, step.Parameters.With(kept))
		if err != nil {
			return nil, err
		}
		answer, err := Plain(out)
		if err == nil {
			err = step.KeepOf(answer, kept)
		}
		if err != nil {
			return nil, err
		}
	}
	return call.Parameters.With(kept), nil
}

func hold(client any, action string, call *Call, p Parameters) error {
	out, err := Invoke(client, action, p)
	if err != nil {
		return err
	}
	answer, err := Plain(out)
	if err != nil {
		return err
	}
	return call.Hold(answer)
}

// is says whether an error is, or wraps, the one of the refusal.
func (r *Refusal) is(err error) bool {
	if r.Error == "" {
		var coded interface{ ErrorCode() string }
		return errors.As(err, &coded) && coded.ErrorCode() == r.Code
	}
	for ; err != nil; err = errors.Unwrap(err) {
		if strings.HasSuffix(fmt.Sprintf("%T", err), "types."+r.Error) {
			return true
		}
	}
	return false
}
