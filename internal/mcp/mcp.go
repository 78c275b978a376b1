// Package mcp is a Model Context Protocol server: what the assistant of an editor may ask
// of a server of s3fault. It has nothing but the control plane and the lessons of a
// scenario file; it runs no program and reads no file.
package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/s3fault/s3fault"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/why"
	"github.com/s3fault/s3fault/scenarios"
)

// Control is the control plane of a server.
type Control interface {
	// Call makes a call with a body of JSON (nil: none) and reads its answer into a value.
	// path is what follows /_s3fault. Errors: those that the server tells, as a text;
	// *journal.Unmet.
	Call(ctx context.Context, method, path string, body []byte, into any) error
	// Why is what is known of a request, or of the last so many that were not allowed, in a
	// world or, where that is empty, in all.
	Why(ctx context.Context, world, request string, last int) ([]*why.Case, error)
	// Addresses are where the server is: its worlds ("http://127.0.0.1:9403") and its
	// control plane.
	Addresses() (base, admin string)
}

// Desk is what the tools work with.
type Desk struct {
	Control Control
	File    *scenarios.File // whose lessons are shown
	Own     bool            // the server is of this process, and ends with it
}

// MaxLine is how long a message of a client may be, in bytes: a longer one ends the session.
const MaxLine = 4 << 20

// New is a server whose tools work with the desk. Error: the arguments of a tool cannot be
// described.
func New(d *Desk) (*sdk.Server, error) {
	s := sdk.NewServer(
		&sdk.Implementation{Name: "s3fault", Title: "s3fault", Version: s3fault.Version},
		&sdk.ServerOptions{Instructions: instructions, Capabilities: &sdk.ServerCapabilities{}},
	)
	for _, t := range tools() {
		if err := t.add(t, s, d); err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
	}
	s.AddReceivingMiddleware(vetted)
	return s, nil
}

// instructions are what an assistant is told of all tools together.
const instructions = `s3fault is a local S3 endpoint that says no exactly as Amazon S3 does, and breaks on demand.
A scenario is a broken setup with a lesson; a world is a running one. Make a private world with create_world, give its
endpoint and credentials (credentials) to the program under test, and ask why when a request was refused. Faults
(add_fault) are rules after which requests fail. Cure a world with patch_world or with AWS calls, and hold the cure
against the scenario with grade. Nothing here reaches the real AWS; the keys are worth nothing elsewhere.`

// vetted refuses calls of tools, and arguments, that there are not, with the name that was
// probably meant.
func vetted(next sdk.MethodHandler) sdk.MethodHandler {
	return func(ctx context.Context, method string, r sdk.Request) (sdk.Result, error) {
		p, ok := r.GetParams().(*sdk.CallToolParamsRaw)
		if !ok {
			return next(ctx, method, r)
		}
		i := slices.IndexFunc(tools(), func(t tool) bool { return t.Name == p.Name })
		if i < 0 {
			return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: unknown("tool", p.Name, toolNames()).Error()}
		}
		if err := tools()[i].vet(p.Arguments); err != nil {
			refused := &sdk.CallToolResult{}
			refused.SetError(err)
			return refused, nil
		}
		result, err := next(ctx, method, r)
		if refused, ok := result.(*sdk.CallToolResult); ok && refused.IsError {
			shorten(refused)
		}
		return result, err
	}
}

// shorten bounds an error, which may tell a value back.
func shorten(refused *sdk.CallToolResult) {
	for _, c := range refused.Content {
		if text, ok := c.(*sdk.TextContent); ok && len(text.Text) > maxError {
			text.Text = strings.ToValidUTF8(text.Text[:maxError], "") + "..."
		}
	}
}

// vet looks for arguments that the tool does not have, and for more than anybody means.
func (t tool) vet(arguments json.RawMessage) error {
	if len(arguments) > maxArguments {
		return fmt.Errorf("%s: the arguments have %d KiB, and %d KiB are taken at most",
			t.Name, len(arguments)>>10, maxArguments>>10)
	}
	var given map[string]json.RawMessage
	if json.Unmarshal(arguments, &given) != nil {
		return nil // what is no object is the schema's to refuse
	}
	for name := range given {
		if !slices.Contains(t.arguments, name) {
			return fmt.Errorf("%s: %w", t.Name, unknown("argument", name, t.arguments))
		}
	}
	return nil
}

func unknown(kind, name string, known []string) error {
	if len(name) > longest {
		name = name[:longest] + "..."
	}
	if near := nearest.Name(name, known); near != "" {
		return fmt.Errorf("no %s %q (did you mean %q?)", kind, name, near)
	}
	return fmt.Errorf("no %s %q; there are %s", kind, name, list(known))
}

// longest is how much of a wrong name is told back, in bytes.
const longest = 100

// call makes a call of the control plane, with a body that may be nil.
func (d *Desk) call(ctx context.Context, method, path string, body, into any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
	}
	return d.Control.Call(ctx, method, path, text, into)
}

func worldPath(name string) string    { return "/worlds/" + url.PathEscape(name) }
func scenarioPath(name string) string { return "/scenarios/" + url.PathEscape(name) }
