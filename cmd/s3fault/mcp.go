package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/mcp"
	"github.com/s3fault/s3fault/internal/why"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

type mcpFlags struct {
	file                                *string
	endpoint, scenario, responses, asOf string
}

func mcpCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "A Model Context Protocol server over stdio, for the assistant of an editor",
		Long: "A Model Context Protocol server over stdio: an editor's assistant makes worlds, has requests fail, asks\n" +
			"why and grades. It has a server of its own, on a free port of 127.0.0.1, that ends with it; with --endpoint\n" +
			"it is one that runs on this machine.",
		Example: `  {"mcpServers": {"s3fault": {"command": "s3fault", "args": ["mcp"]}}}`,
		Args:    cobra.NoArgs,
	}
	f := mcpFlags{file: fileFlag(cmd)}
	flags := cmd.Flags()
	flags.StringVar(&f.endpoint, "endpoint", "", "address of a server that runs on this machine (default: one of its own)")
	flags.StringVar(&f.scenario, "scenario", "", "the scenario at the bare address (default: the first of the file)")
	flags.StringVar(&f.responses, "responses", "", "answer as `aws` does or as the article says, whatever the file says")
	flags.StringVar(&f.asOf, "as-of", "", "answer as S3 did on that `date`, whatever the file says")
	for _, own := range []string{"scenario", "responses", "as-of"} {
		cmd.MarkFlagsMutuallyExclusive("endpoint", own)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return assist(cmd, f) }
	return cmd
}

// assist serves the protocol until the client goes, or the program is told to end.
func assist(cmd *cobra.Command, f mcpFlags) error {
	file, err := loadFile(*f.file)
	if err != nil {
		return err
	}
	desk := &mcp.Desk{File: file, Own: f.endpoint == ""}
	s, end, err := f.server(cmd.Context(), file)
	if err != nil {
		return err
	}
	desk.Control = plane{s}
	speaker, err := mcp.New(desk)
	if err == nil {
		err = speaker.Run(cmd.Context(), &sdk.IOTransport{
			Reader: io.NopCloser(cmd.InOrStdin()), Writer: unclosed{cmd.OutOrStdout()}, MaxLineLength: mcp.MaxLine,
		})
	}
	if ended := end(); err == nil || errors.Is(err, context.Canceled) {
		err = ended
	}
	return err
}

// server is the one that runs, or one of our own with what ends it.
func (f mcpFlags) server(ctx context.Context, file *scenarios.File) (*server, func() error, error) {
	if f.endpoint != "" {
		s, err := dial(f.endpoint)
		if err == nil {
			err = s.local()
		}
		return s, func() error { return nil }, err
	}
	if err := checkResponses(f.responses); err != nil {
		return nil, nil, err
	}
	asOf, err := parseDate(f.asOf)
	if err != nil {
		return nil, nil, err
	}
	token, err := adminToken("")
	if err != nil {
		return nil, nil, err
	}
	own, err := emulator.New(emulator.Config{
		File: file, Scenario: f.scenario, Responses: f.responses, AsOf: asOf, AdminToken: token,
	})
	if err != nil {
		return nil, nil, err
	}
	base, stop, err := own.Loopback(context.WithoutCancel(ctx))
	if err != nil {
		return nil, nil, err
	}
	end := func() error {
		err := stop() // before worlds go: nobody asks for their ports any more
		own.Close()
		return err
	}
	return &server{base: base, admin: base + emulator.ControlPrefix, token: token}, end, nil
}

// local says whether the server is on this machine: an assistant is to reach no other.
func (s *server) local() error {
	for _, address := range []string{s.base, s.admin} {
		u, err := url.Parse(address)
		if err != nil {
			return err
		}
		if !isHere(strings.ToLower(u.Hostname())) {
			return fmt.Errorf("mcp asks servers on this machine alone (localhost, 127.0.0.1, [::1]), not %s", address)
		}
	}
	return nil
}

// plane is the control plane of a server as the tools have it.
type plane struct{ *server }

// Call is mcp.Control's. The errors' places in a body that no person has written are left
// out.
func (p plane) Call(ctx context.Context, method, path string, body []byte, into any) error {
	err := p.call(ctx, method, path, body, into)
	if unmet, ok := errors.AsType[*journal.Unmet](err); ok {
		return unmet
	}
	return unplaced(err)
}

// Why is mcp.Control's.
func (p plane) Why(ctx context.Context, world, request string, last int) ([]*why.Case, error) {
	s := *p.server
	s.world = world
	if request != "" {
		return s.cases(ctx, []string{request}, 1)
	}
	return s.cases(ctx, nil, last)
}

// Addresses is mcp.Control's.
func (p plane) Addresses() (base, admin string) { return p.base, p.admin }

// unclosed is a writer that stays open: the program's own output.
type unclosed struct{ io.Writer }

// Close has nothing to close.
func (unclosed) Close() error { return nil }
