package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// Kind is what a tool does to the server, as a client shows it to a person before.
type Kind string

// The kinds.
const (
	Reads   Kind = "reads"   // nothing
	Adds    Kind = "adds"    // it makes something beside what there is
	Changes Kind = "changes" // it changes what there is, or takes it away
)

// annotations are what the protocol calls hints.
func (k Kind) annotations() *sdk.ToolAnnotations {
	no, destructive := false, k == Changes
	return &sdk.ToolAnnotations{
		ReadOnlyHint: k == Reads, IdempotentHint: k == Reads, DestructiveHint: &destructive, OpenWorldHint: &no,
	}
}

// tool is a row of the table.
type tool struct {
	Name string
	Kind Kind
	Does string

	arguments []string          // their names
	says      map[string]string // of arguments, where a tag has no room for it
	add       func(tool, *sdk.Server, *Desk) error
}

// answering is what a tool does: it also says in a few words what came of it.
type answering[In, Out any] func(*Desk, context.Context, *In) (string, Out, error)

// row is a tool: In is its arguments as a struct, whose tags describe them, Out its answer.
func row[In, Out any](name string, k Kind, does string, answer answering[In, Out]) tool {
	t := tool{Name: name, Kind: k, Does: does, arguments: fields(reflect.TypeFor[In]())}
	t.add = func(t tool, s *sdk.Server, d *Desk) error {
		schema, err := jsonschema.For[In](nil)
		if err != nil {
			return err
		}
		for name, text := range t.says {
			schema.Properties[name].Description = text
		}
		declared := &sdk.Tool{Name: name, Description: does, Annotations: k.annotations(), InputSchema: schema}
		sdk.AddTool(s, declared, func(ctx context.Context, _ *sdk.CallToolRequest, in In) (*sdk.CallToolResult, Out, error) {
			text, out, err := answer(d, ctx, &in)
			if err != nil {
				return nil, out, err
			}
			result, err := told(text, out)
			return result, out, err
		})
		return nil
	}
	return t
}

// saying is the tool with more said of some arguments.
func (t tool) saying(says map[string]string) tool {
	t.says = says
	return t
}

// fields are the names of a struct's fields in JSON.
func fields(t reflect.Type) (names []string) {
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// An assistant has to read all that it asks for: no answer is larger than these, in bytes.
const (
	maxText  = 16 << 10
	maxJSON  = 64 << 10
	maxError = 4 << 10
)

// maxArguments is how much a call may bring, in bytes.
const maxArguments = 1 << 20

// told is an answer with its words, and as JSON for clients that read texts alone.
func told(text string, out any) (*sdk.CallToolResult, error) {
	data, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	if len(data) > maxJSON {
		return nil, fmt.Errorf("the answer has %d KiB, and %d KiB are told at most: ask for a part of it",
			len(data)>>10, maxJSON>>10)
	}
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "\n... (the rest is left out)"
	}
	both := []sdk.Content{&sdk.TextContent{Text: text}, &sdk.TextContent{Text: string(data)}}
	return &sdk.CallToolResult{Content: both}, nil
}

// tools are all of them, in the order in which one comes to need them.
var tools = sync.OnceValue(func() []tool {
	return slices.Concat(lessonTools(), worldTools(), faultTools(), clockTools(), requestTools())
})

func toolNames() (names []string) {
	for _, t := range tools() {
		names = append(names, t.Name)
	}
	return names
}

func list(names []string) string { return strings.Join(names, ", ") }

// Tool is a tool as docs/mcp.md tells of it.
type Tool struct {
	Name      string
	Kind      Kind
	Does      string
	Arguments []string
}

// Table is all tools.
func Table() (all []Tool) {
	for _, t := range tools() {
		all = append(all, Tool{t.Name, t.Kind, t.Does, t.arguments})
	}
	return all
}

// InWorld is what most tools ask for.
type inWorld struct {
	World string `json:"world" jsonschema:"name of a scenario, for its own world, or of a private world"`
}

// nothing is the arguments of a tool that has none.
type nothing struct{}

// done is the answer of a tool that tells no more than that.
type done struct {
	World string `json:"world"`
	Done  string `json:"done"`
}
