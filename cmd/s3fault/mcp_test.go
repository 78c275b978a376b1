package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awscredentials "github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/mcp"
	"github.com/s3fault/s3fault/internal/programs"
	"github.com/s3fault/s3fault/scenarios"
)

// assistant is a client of the SDK's own, as an editor has one.
type assistant struct {
	*testing.T
	session *sdk.ClientSession
}

// started runs the program and speaks with it over its stdin and stdout.
func started(t *testing.T, environment []string, args ...string) assistant {
	t.Helper()
	cmd := programs.Ours(context.Background(), append([]string{"mcp"}, args...)...)
	cmd.Env = append(cmd.Environ(), environment...)
	return connected(t, &sdk.CommandTransport{Command: cmd})
}

func connected(t *testing.T, transport sdk.Transport) assistant {
	t.Helper()
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), transport, nil)
	if err != nil {
		t.Fatal(err)
	}
	return assistant{t, session}
}

// arguments are those of a call.
type arguments = map[string]any

// asks calls a tool and reads what it answers: the text, and the rest into a value, which
// may be nil.
func (a assistant) asks(tool string, given arguments, into any) string {
	a.Helper()
	text, result := a.told(tool, given)
	if result.IsError {
		a.Fatalf("%s %v: %s", tool, given, text)
	}
	if len(result.Content) < 2 {
		a.Fatalf("%s has no JSON among its texts", tool)
	}
	structured, err := json.Marshal(result.StructuredContent)
	if err != nil {
		a.Fatal(err)
	}
	if into == nil {
		return text
	}
	if err := json.Unmarshal(structured, into); err != nil {
		a.Fatalf("%s: %v in %s", tool, err, structured)
	}
	return text
}

func (a assistant) told(tool string, given arguments) (string, *sdk.CallToolResult) {
	a.Helper()
	result, err := a.session.CallTool(a.Context(), &sdk.CallToolParams{Name: tool, Arguments: given})
	if err != nil {
		a.Fatalf("%s %v: %v", tool, given, err)
	}
	return result.Content[0].(*sdk.TextContent).Text, result
}

// isRefused wants the tool to say what is wrong, in an answer that an assistant reads.
func (a assistant) isRefused(tool string, given arguments, with string) {
	a.Helper()
	if text, result := a.told(tool, given); !result.IsError || !strings.Contains(text, with) {
		a.Errorf("%s %v: %v %q has no %q", tool, given, result.IsError, text, with)
	}
}

// client is an S3 client that has what a program has: the environment.
func (a assistant) client(world, caller string) *s3.Client {
	a.Helper()
	var environment struct{ Set map[string]string }
	a.asks("credentials", arguments{"world": world, "caller": caller}, &environment)
	set := environment.Set
	return s3.New(s3.Options{
		Region: set["AWS_REGION"], BaseEndpoint: aws.String(set["AWS_ENDPOINT_URL"]), UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: awscredentials.NewStaticCredentialsProvider(
			set["AWS_ACCESS_KEY_ID"], set["AWS_SECRET_ACCESS_KEY"], set["AWS_SESSION_TOKEN"]),
	})
}

// explanation is what why answers.
type explanation struct {
	Requests []struct {
		ID        string `json:"request_id"`
		Status    int
		Layer     string
		Fault     string
		Statement struct{ Sid string }
		Advice    struct {
			Proved bool
			Patch  map[string]any
		}
	}
}

// The session of an assistant: a world, a refusal, why, the cure that why proposes, a
// grade; then a fault, met, explained and verified.
func TestMCPSession(t *testing.T) {
	a := started(t, nil)
	a.asks("create_world", arguments{"scenario": "ip-deny", "name": "mine", "expires": "10m"}, nil)
	client := a.client("mine", "app")
	get := func() error {
		_, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("file.txt")})
		return err
	}
	err := get()
	var refused *awshttp.ResponseError
	if !errors.As(err, &refused) || refused.HTTPStatusCode() != 403 {
		t.Fatalf("the bucket policy lets it through: %v", err)
	}
	var told explanation
	text := a.asks("why", arguments{"request_id": refused.ServiceRequestID()}, &told)
	if first := told.Requests[0]; first.Layer != "bucket-policy" || first.Statement.Sid == "" || !first.Advice.Proved ||
		!strings.Contains(text, first.Statement.Sid) {
		t.Errorf("%s\n%+v", text, told)
	}
	a.asks("patch_world", arguments{"world": "mine", "patch": told.Requests[0].Advice.Patch}, nil)
	if err := get(); err != nil {
		t.Errorf("the advice does not help: %v", err)
	}
	a.asks("reset_world", arguments{"world": "mine"}, nil)
	if err := get(); err == nil {
		t.Error("a reset world lets it through")
	}
	a.asks("fix_world", arguments{"world": "mine"}, nil)
	var grade struct{ Verdict string }
	if text := a.asks("grade", arguments{"world": "mine"}, &grade); grade.Verdict != "good" {
		t.Error(text)
	}
	a.meetsAFault(client)
	a.asks("delete_world", arguments{"world": "mine"}, nil)
	a.isRefused("describe_world", arguments{"world": "mine"}, `no world "mine"`)
	if err := a.session.Close(); err != nil {
		t.Errorf("the program ends with %v", err)
	}
}

// meetsAFault has PutObject fail once in the world mine.
func (a assistant) meetsAFault(client *s3.Client) {
	a.Helper()
	put := func() error {
		_, err := client.PutObject(a.Context(), &s3.PutObjectInput{
			Bucket: aws.String("my-bucket"), Key: aws.String("new.txt"), Body: strings.NewReader("x"),
		})
		return err
	}
	// Once the body has been read: the SDK loses an answer that comes while it still sends.
	a.asks("add_fault", arguments{
		"world": "mine", "name": "busy", "operation": "PutObject", "effect": "SlowDown", "first": 1, "stage": "before_commit",
	}, nil)
	var slow smithy.APIError
	if err := put(); !errors.As(err, &slow) || slow.ErrorCode() != "SlowDown" {
		a.Errorf("the fault does not strike: %v", err)
	}
	if err := put(); err != nil {
		a.Errorf("it strikes again: %v", err)
	}
	var told explanation
	if text := a.asks("why", arguments{"world": "mine"}, &told); told.Requests[0].Fault != "busy" || !strings.Contains(text, "busy") {
		a.Errorf("%s\n%+v", text, told)
	}
	var met struct {
		Met      bool
		Failures []struct{ Expected string }
	}
	a.asks("verify", arguments{"world": "mine", "expectations": []any{
		arguments{"operation": "PutObject", "status": 503, "times": 1}, arguments{"operation": "PutObject", "status": 200},
	}}, &met)
	if !met.Met {
		a.Errorf("%+v", met)
	}
	a.asks("verify", arguments{"world": "mine", "expectations": []any{arguments{"operation": "DeleteObject"}}}, &met)
	if met.Met || len(met.Failures) != 1 {
		a.Errorf("%+v", met)
	}
	var list struct{ Requests []struct{ Status int } }
	a.asks("list_requests", arguments{"world": "mine", "operation": []any{"writes"}, "fault": "busy"}, &list)
	if len(list.Requests) != 1 || list.Requests[0].Status != 503 {
		a.Errorf("%+v", list)
	}
	if text := a.asks("list_faults", arguments{"world": "mine"}, nil); !strings.Contains(text, "busy: matched 2 requests, struck 1") {
		a.Error(text)
	}
	a.asks("delete_fault", arguments{"world": "mine", "name": "busy"}, nil)
}

// The other tools, and what they say where something is wrong.
func TestMCPTools(t *testing.T) {
	a := started(t, nil)
	defer a.session.Close()
	tools, err := a.session.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range tools.Tools {
		if tool.Description == "" || tool.Annotations == nil || tool.OutputSchema == nil {
			t.Errorf("%s is not described", tool.Name)
		}
	}
	if len(tools.Tools) != len(mcp.Table()) {
		t.Errorf("%d tools", len(tools.Tools))
	}
	if text := a.asks("list_scenarios", arguments{"text": "IP-deny"}, nil); !strings.HasPrefix(text, "ip-deny: ") {
		t.Error(text)
	}
	if text := a.asks("show_scenario", arguments{"name": "ip-deny"}, nil); !strings.Contains(text, "put-bucket-policy") {
		t.Error(text)
	}
	var clock struct{ Offset string }
	a.asks("set_clock", arguments{"world": "ip-deny", "advance": "61m"}, nil)
	if a.asks("get_clock", arguments{"world": "ip-deny"}, &clock); !strings.HasPrefix(clock.Offset, "1h1m") {
		t.Errorf("%+v", clock)
	}
	a.asks("set_clock", arguments{"world": "ip-deny", "real": true}, nil)
	var facts struct{ Facts map[string]any }
	a.asks("describe_world", arguments{"world": "ip-deny", "path": []string{"buckets", "my-bucket"}}, &facts)
	if facts.Facts["policy"] == nil {
		t.Errorf("%+v", facts)
	}
	for _, c := range []struct {
		tool  string
		given arguments
		with  string
	}{
		{"create_world", arguments{"scenario": "ip-dney"}, `no scenario "ip-dney" (did you mean "ip-deny"?)`},
		{"create_world", arguments{"scenrio": "ip-deny"}, `create_world: no argument "scenrio" (did you mean "scenario"?)`},
		{"create_world", arguments{"scenario": 7}, `"integer"`},
		{"create_world", arguments{"patch": []any{}}, `/properties/patch`},
		{"create_world", arguments{"expires": "-3m"}, "a world expires after a duration"},
		{"delete_world", arguments{}, `missing properties: ["world"]`},
		{"delete_world", arguments{"world": "ip-deny"}, "cannot be deleted"},
		{"describe_world", arguments{"world": "ip-deny", "path": []string{"bukets"}}, `did you mean "buckets"?`},
		{"patch_world", arguments{"world": "ip-deny", "patch": arguments{"bukets": nil}}, `did you mean "buckets"?`},
		{"patch_world", arguments{"world": "ip-deny", "patch": arguments{"buckets": arguments{"new-bucket": arguments{
			"policy": arguments{"file": "/etc/passwd"},
		}}}}, "a patch reads no files"},
		{"add_fault", arguments{"world": "ip-deny", "operation": "PutObjct", "effect": "SlowDown"}, `did you mean "PutObject"?`},
		{"add_fault", arguments{"world": "ip-deny", "operation": "PutObject", "effect": "SlowDwon"}, `did you mean "SlowDown"?`},
		{"add_fault", arguments{"world": "ip-deny", "operation": "PutObject", "effect": "latncy"}, `did you mean "latency"?`},
		{"add_fault", arguments{"world": "ip-deny", "effect": "reset", "rule": arguments{"effect": "pass"}}, "one of the two"},
		{"delete_fault", arguments{"world": "ip-deny"}, "one of name and all is wanted"},
		{"credentials", arguments{"world": "ip-deny", "caller": "amdin"}, `did you mean "admin"?`},
		{"list_requests", arguments{"world": "ip-deny", "layer": "bucket-polcy"}, `did you mean "bucket-policy"?`},
		{"list_requests", arguments{"world": "ip-deny", "limit": 1 << 30}, "from 1 to 200"},
		{"set_clock", arguments{"world": "ip-deny", "real": true, "advance": "1m"}, "real stands alone"},
		{"set_clock", arguments{"world": "ip-deny"}, "advance"},
		{"why", arguments{}, "no request has been refused yet"},
		{"why", arguments{"request_id": "4442587FB7D0A2F9", "last": 3}, "request_id stands alone"},
		{"why", arguments{"request_id": "4442587FB7D0A2F9"}, `no request "4442587FB7D0A2F9"`},
	} {
		a.isRefused(c.tool, c.given, c.with)
	}
	if _, err := a.session.CallTool(t.Context(), &sdk.CallToolParams{Name: "creat_world"}); err == nil ||
		!strings.Contains(err.Error(), `no tool "creat_world" (did you mean "create_world"?)`) {
		t.Errorf("a tool that there is not: %v", err)
	}
}

// A caller whose program has no keys is told of the door where it gets them.
func TestMCPCredentialsOfADoor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "doors.yaml")
	if err := os.WriteFile(path, []byte(`
version: 1
scenarios:
  doors:
    title: Credentials as programs have them
    fix: []
    accounts: {123456789012: {roles: {task: {trust: {Version: 2012-10-17, Statement: [
      {Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: "sts:AssumeRole"}]}}}}}
    callers:
      admin: {root: true}
      app: {role: task, from: container}
      tool: {root: true, from: process}
      pod: {role: task, from: web-identity, web_identity: {provider: "https://a.example", subject: me, audience: sts}}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	a := started(t, []string{"XDG_CACHE_HOME=" + cache}, "-f", path)
	defer a.session.Close()
	var environment struct {
		Set   map[string]string
		Unset []string
	}
	a.asks("credentials", arguments{"world": "doors"}, &environment)
	if set := environment.Set; set["AWS_CONTAINER_CREDENTIALS_FULL_URI"] == "" || set["AWS_ACCESS_KEY_ID"] != "" ||
		!slices.Contains(environment.Unset, "AWS_ACCESS_KEY_ID") {
		t.Errorf("%+v", environment)
	}
	if text := a.asks("credentials", arguments{"world": "doors", "caller": "tool"}, nil); !strings.Contains(text,
		"AWS_ACCESS_KEY_ID=") || !strings.Contains(text, "credential_process") {
		t.Error(text)
	}
	if text := a.asks("credentials", arguments{"world": "doors", "caller": "pod"}, nil); !strings.Contains(text,
		"AWS_ACCESS_KEY_ID=") || !strings.Contains(text, "s3fault token --as pod") {
		t.Error(text)
	}
	if left, err := os.ReadDir(cache); err != nil || len(left) > 0 {
		t.Errorf("a tool that only reads has left %v, %v", left, err)
	}
}

// With --endpoint the tools ask a server that runs already, and bring its token.
func TestMCPAsksARunningServer(t *testing.T) {
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	s, err := emulator.New(emulator.Config{File: file, AdminToken: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	base, stop, err := s.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a := started(t, []string{adminTokenVariable + "=secret"}, "--endpoint", base)
	a.asks("create_world", arguments{"name": "shared"}, nil)
	if !slices.ContainsFunc(s.Worlds(base), func(w emulator.WorldSummary) bool { return w.ID == "shared" }) {
		t.Error("the world is not in the server that runs")
	}
	stranger := started(t, []string{adminTokenVariable + "="}, "--endpoint", base)
	stranger.isRefused("list_worlds", arguments{}, "asks for its token")
	for _, one := range []assistant{a, stranger} {
		if err := one.session.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	gone := started(t, nil, "--endpoint", base)
	gone.isRefused("list_worlds", arguments{}, "no s3fault answers at "+base)
	if err := gone.session.Close(); err != nil {
		t.Error(err)
	}
}

// What no client should send: the program says so, and stays or ends, but takes no more
// than it can hold.
func TestMCPBadInput(t *testing.T) {
	a := started(t, nil)
	a.isRefused("create_world", arguments{"name": strings.Repeat("x", 900<<10)}, "a world's name has")
	a.isRefused("create_world", arguments{"name": strings.Repeat("x", 2<<20)}, "the arguments have 2048 KiB")
	a.isRefused("create_world", arguments{strings.Repeat("x", 2000): 1}, "no argument")
	if err := a.session.Close(); err != nil {
		t.Error(err)
	}
	for input, said := range map[string]string{
		"no JSON\n": "s3fault: ",
		`{"jsonrpc":"2.0","id":1,"method":"` + strings.Repeat("x", mcp.MaxLine) + `"}` + "\n": "maximum line length",
	} {
		cmd := programs.Ours(t.Context(), "mcp")
		cmd.Stdin = strings.NewReader(input)
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(out), said) ||
			strings.Count(string(out), "\n") != 1 {
			t.Errorf("%.40q: %v %.300q", input, err, out)
		}
	}
}

// FuzzMCP: whatever the arguments, a tool answers or says what is wrong, within bounds.
func FuzzMCP(f *testing.F) {
	for i, seed := range []string{
		`{}`, `{"world":"ip-deny"}`, `null`, `[]`, `{"world":"../x/%2e?y#z","path":["",""]}`, `{"world":{"a":[1e999]}}`,
		`{"world":"ip-deny","rule":{"match":7,"when":[]},"effect":{"latency":-1}}`, `{"patch":{"accounts":{"x":null}},"world":"ip-deny"}`,
		`{"expectations":[{"times":-1},{"after":{}}],"world":"ip-deny"}`, `{"world":"\u0000\ud800","request_id":"` + strings.Repeat("x", 9000) + `"}`,
	} {
		f.Add(uint8(i), seed)
	}
	file, err := scenarios.Parse("fuzz.yaml", []byte(`
version: 1
scenarios:
  ip-deny: {title: One, fix: [], accounts: {123456789012: {}}, callers: {admin: {root: true}}, buckets: {my-bucket: {}}}`))
	if err != nil {
		f.Fatal(err)
	}
	s, end, err := mcpFlags{}.server(context.Background(), file)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = end() })
	speaker, err := mcp.New(&mcp.Desk{Control: plane{s}, File: file, Own: true})
	if err != nil {
		f.Fatal(err)
	}
	near, far := sdk.NewInMemoryTransports()
	if _, err := speaker.Connect(context.Background(), near, nil); err != nil {
		f.Fatal(err)
	}
	client := sdk.NewClient(&sdk.Implementation{Name: "fuzz", Version: "1"}, nil)
	session, err := client.Connect(context.Background(), far, nil)
	if err != nil {
		f.Fatal(err)
	}
	table := mcp.Table()
	f.Fuzz(func(t *testing.T, which uint8, given string) {
		if !json.Valid([]byte(given)) {
			given, _ = strings.CutPrefix(given, "{")
			text, _ := json.Marshal(given)
			given = string(text)
		}
		tool := table[int(which)%len(table)].Name
		result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: json.RawMessage(given)})
		if err != nil {
			if !strings.Contains(err.Error(), "invalid") && !strings.Contains(err.Error(), "params") {
				t.Fatalf("%s %s: %v", tool, given, err)
			}
			return
		}
		size := 0
		for _, c := range result.Content {
			size += len(c.(*sdk.TextContent).Text)
		}
		if size == 0 || size > 200<<10 {
			t.Errorf("%s %s is answered with %d bytes", tool, given, size)
		}
	})
}
