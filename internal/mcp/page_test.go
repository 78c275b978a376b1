package mcp_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
	"github.com/s3fault/s3fault/internal/mcp"
)

// TestMCPPage: docs/mcp.md is the table of tools.
func TestMCPPage(t *testing.T) {
	var rows strings.Builder
	for _, tool := range mcp.Table() {
		given := "`" + strings.Join(tool.Arguments, "`, `") + "`"
		if len(tool.Arguments) == 0 {
			given = ""
		}
		fmt.Fprintf(&rows, "| `%s` | %s | %s | %s |\n", tool.Name, tool.Kind, given, book.Cell(tool.Does))
	}
	book.Hold(t, "../../docs/mcp.md", strings.Replace(page, "ROWS\n", rows.String(), 1))
}

const page = "# s3fault for an assistant\n" + `
` + "`s3fault mcp`" + ` is a Model Context Protocol server over stdio: the assistant of an editor makes worlds, points the program under test at them, has requests fail, asks why one was refused, and grades a cure. Any client of the protocol starts it with this, in the file where it keeps its servers:

` + "```json" + `
{"mcpServers": {"s3fault": {"command": "s3fault", "args": ["mcp"]}}}
` + "```" + `

By default it has a server of its own, on a free port of 127.0.0.1, with the scenarios of ` + "`-f`" + ` (` + "`scenarios.yaml`" + ` in the folder it is started in, else the built-in library) and the flags ` + "`--scenario`, `--responses` and `--as-of`" + ` as for ` + "`serve`" + `; it ends with the session, and all worlds with it. The tool ` + "`server_info`" + ` says where it is, so that ` + "`s3fault why`" + ` and others can ask it too. With ` + "`--endpoint http://127.0.0.1:9403`" + ` the tools work with a server that runs already, and bring the token of ` + "`S3FAULT_ADMIN_TOKEN`" + `.

| tool | it | arguments | what it is for |
| --- | --- | --- | --- |
ROWS

A tool that only reads says so to the client (` + "`readOnlyHint`" + `), one that changes or deletes something too (` + "`destructiveHint`" + `). Every answer is a text, and JSON by the tool's output schema. What is wrong is an error of the tool, with the name that was probably meant: ` + "`no scenario \"ip-dney\" (did you mean \"ip-deny\"?)`" + `.

A session may go so: ` + "`create_world` with `{\"scenario\": \"ip-deny\"}`, `credentials`" + ` for the program under test, which is refused; ` + "`why`" + ` tells the statement and a patch that is proved; ` + "`patch_world`" + ` applies it, and ` + "`grade`" + ` says whether it is a good cure.

## What it cannot do

It has the control plane and the lessons, and no more. It reaches servers on this machine alone, runs no program, and reads no file but the one of ` + "`-f`" + `: a policy as ` + "`{file: PATH}`" + ` in a patch is refused. Access keys that it tells are those of worlds, and good for nothing elsewhere. An answer has 64 KiB at most, a call 1 MiB; a line that is no message of the protocol, or has more than 4 MiB, ends the session.
`
