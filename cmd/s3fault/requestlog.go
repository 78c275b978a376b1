package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/why"
)

// requestLog makes what prints one line for each request.
func requestLog(format string, w io.Writer) (func(emulator.Entry), error) {
	var line func(emulator.Entry) []byte
	switch format {
	case "text":
		line = textLine
	case "json":
		line = jsonLine
	default:
		return nil, fmt.Errorf("--log-format is text or json, not %q", format)
	}
	var mu sync.Mutex
	return func(e emulator.Entry) {
		text := line(e)
		mu.Lock()
		defer mu.Unlock()
		_, _ = w.Write(text)
	}, nil
}

// warningLog makes what prints a line for each warning about a world.
func warningLog(format string, w io.Writer) func(world, warning string) {
	return func(world, warning string) {
		line := oneLine(world + " warning: " + warning)
		if format == "json" {
			// Two texts are always encodable.
			data, _ := json.Marshal(map[string]string{"world": world, "warning": warning})
			line = string(data)
		}
		_, _ = fmt.Fprintln(w, line)
	}
}

func textLine(e emulator.Entry) []byte {
	line := fmt.Sprintf("%s %s %s %s",
		e.Time.Format(logTime), cmp.Or(e.World, "-"), cmp.Or(e.Caller, "anonymous"), why.Operation(&e))
	if e.Bucket != "" {
		line += " " + e.Bucket
		if e.Key != "" {
			line += "/" + e.Key
		}
	}
	line += fmt.Sprintf(" => %d", e.Status)
	if e.Code != "" {
		line += " (" + e.Code + ")"
	}
	if d := e.Denied(); d != nil {
		line += " " + string(d.Cause)
	}
	if e.Fault != nil {
		line += " by the fault rule " + e.Fault.Rule
	}
	line = oneLine(line) + " " + e.RequestID
	if e.Lacks != "" {
		line += ": " + oneLine(e.Lacks)
	}
	for _, w := range e.Warnings {
		warning := fmt.Sprintf("%s %s warning: %s %s", e.Time.Format(logTime), cmp.Or(e.World, "-"), w, e.RequestID)
		line += "\n" + oneLine(warning)
	}
	return []byte(line + "\n")
}

func jsonLine(e emulator.Entry) []byte {
	data, err := json.Marshal(&e)
	if err != nil {
		return fmt.Appendf(nil, "{\"request_id\":%q,\"error\":%q}\n", e.RequestID, err)
	}
	return append(data, '\n')
}
