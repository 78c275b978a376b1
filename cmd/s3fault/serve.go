package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/scenarios"
)

type serveFlags struct {
	file                           *string
	addr, scenario, responses      string
	asOf, adminAddr, ready, format string
	adminToken, testCredentials    string
	domains                        []string
	tls                            bool
	tlsDir                         string
	data                           dataFlags
}

func serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve every scenario of the file",
		Example: `  s3fault serve
  s3fault serve --scenario ip-deny --responses aws --addr 127.0.0.1:0 --ready-file ready.json`,
		Args: cobra.NoArgs,
	}
	f := serveFlags{file: fileFlag(cmd)}
	flags := cmd.Flags()
	flags.StringVar(&f.addr, "addr", "127.0.0.1:9403", "address to listen on; :0 takes a free port")
	flags.StringVar(&f.scenario, "scenario", "", "the scenario at the bare address (default: the first of the file)")
	flags.StringVar(&f.responses, "responses", "", "answer as `aws` does or as the article says, whatever the file says")
	flags.StringVar(&f.asOf, "as-of", "", "answer as S3 did on that `date`, whatever the file says")
	flags.StringArrayVar(&f.domains, "domain", nil, "also serve NAME.scenario.`D` and s3.D; may be repeated")
	flags.BoolVar(&f.tls, "tls", false, "speak TLS too, on the same addresses")
	flags.StringVar(&f.tlsDir, "tls-dir", "",
		"the `folder` of the authority that signs the certificates, which is made there; implies --tls (default: "+
			"s3fault/tls in the user's folder for configurations)")
	f.data.add(cmd)
	flags.StringVar(&f.adminAddr, "admin-addr", "", "serve the control plane on this `address` instead")
	flags.StringVar(&f.adminToken, "admin-token", "",
		"serve the control plane to those alone who bring this `token` (default: "+adminTokenVariable+")")
	flags.StringVar(&f.testCredentials, "test-credentials", "",
		"give this `caller` of the scenario at the bare address the key pair test/test")
	flags.StringVar(&f.ready, "ready-file", "", "write the addresses to this file, as JSON, once they listen")
	flags.StringVar(&f.format, "log-format", "text", "how requests are logged: text or json")
	whileStdin := flags.Bool("while-stdin", false,
		"end when standard input does: a program that gives s3fault a pipe there takes it along, however it ends")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *whileStdin {
			endWithStdin(cmd)
		}
		return serve(cmd, f)
	}
	return cmd
}

func serve(cmd *cobra.Command, f serveFlags) error {
	fitCollector()
	told := newLines(cmd.ErrOrStderr())
	defer told.flush()
	observe, warn, err := logs(f.format, told)
	if err != nil {
		return err
	}
	if err := checkResponses(f.responses); err != nil {
		return err
	}
	if f.adminToken, err = adminToken(f.adminToken); err != nil {
		return err
	}
	asOf, err := parseDate(f.asOf)
	if err != nil {
		return err
	}
	file, err := loadFile(*f.file)
	if err != nil {
		return err
	}
	trusted, err := openAuthority(cmd, f)
	if err != nil {
		return err
	}
	noSync, err := f.data.noSync(cmd)
	if err != nil {
		return err
	}
	s, err := emulator.New(emulator.Config{
		DataDir: f.data.dir, DataNoSync: noSync,
		File: file, Scenario: f.scenario, Responses: f.responses, AsOf: asOf,
		Domains: f.domains, SeparateControl: f.adminAddr != "", Observe: observe,
		ObserveBriefly: f.format == "text", // whose lines have no more
		AdminToken:     f.adminToken, Host: hostOf(f.addr), TestCredentials: f.testCredentials,
		Warn: warn, TLS: trusted.config(),
		CA: trusted.pem(), CAFile: trusted.file(),
	})
	if err != nil {
		return err
	}
	defer s.Close()
	if noSync {
		f.data.warn(warn)
	}
	return listen(cmd, f, file, s, trusted)
}

// listen opens the addresses, says so, and serves until the program is told to end.
func listen(cmd *cobra.Command, f serveFlags, file *scenarios.File, s *emulator.Server, trusted trust) error {
	data, err := net.Listen("tcp", f.addr)
	if err != nil {
		return fmt.Errorf("--addr %s: %w", f.addr, err)
	}
	endpoint := "http://" + reachable(data.Addr())
	ready := readiness{TLS: trusted.at(data.Addr()), Endpoint: endpoint, Admin: endpoint + emulator.ControlPrefix, PID: os.Getpid(), Scenarios: file.Names()}
	control, serving := data.Addr(), newServing(cmd.Context())
	defer serving.end()
	if f.adminAddr != "" {
		admin, err := net.Listen("tcp", f.adminAddr)
		if err != nil {
			_ = data.Close()
			return fmt.Errorf("--admin-addr %s: %w", f.adminAddr, err)
		}
		control = admin.Addr()
		ready.Admin = "http://" + reachable(control) + emulator.ControlPrefix
		serving.start(admin, s.ServeControl)
	}
	serving.start(data, s.Serve)
	warnOfStrangers(cmd.ErrOrStderr(), data.Addr(), control, f.adminToken != "")
	if err := announce(cmd.OutOrStdout(), s, ready, answersTold(file, f)); err != nil {
		return err
	}
	remove, err := writeReady(f.ready, ready)
	if err != nil {
		return err
	}
	defer remove()
	context.AfterFunc(serving.ctx, remove) // nobody is sent to a server that ends
	return serving.wait()
}

// serving are the listeners that are served, all until one of them ends.
type serving struct {
	ctx   context.Context
	end   context.CancelFunc
	ended chan error
	count int
}

func newServing(ctx context.Context) *serving {
	s := &serving{ended: make(chan error, 2)}
	s.ctx, s.end = context.WithCancel(ctx)
	return s
}

func (s *serving) start(l net.Listener, serve func(context.Context, net.Listener) error) {
	s.count++
	go func() { s.ended <- serve(s.ctx, l) }()
}

// wait is over when all have ended, and returns the first error.
func (s *serving) wait() (first error) {
	for range s.count {
		err := <-s.ended
		if first == nil {
			first = err
		}
		s.end()
	}
	return first
}

// logTime is how the text log prints a request's time.
const logTime = time.TimeOnly
