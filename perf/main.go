// Command perf measures what a request costs s3fault, beside the least that any server of S3
// can do with net/http, and beside other servers where their programs are to be had. Only
// what one run says side by side is compared: times differ from machine to machine.
//
//	go run ./perf
//	go run ./perf -rounds 3 -ops "get1k put1k" -peers FOLDER
//	go run ./perf -slow
//
// It talks to 127.0.0.1 alone, to programs that it has started, and ends by itself. Linux
// alone: a server's processor time is read from /proc.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "perf:", err)
		os.Exit(2)
	}
}

// plan is what is measured, and how long.
type plan struct {
	rounds      int
	slice       time.Duration // of each round, for one kind of request and one server
	connections int
	ops         []op
	s3fault     string // the program; empty: it is built from the source here
	peers       string // the folder of the other servers' programs; empty: none
	parts       parts
	many        int // keys of the large bucket; 0: there is none
	starts      int
	log         io.Writer
}

// parts are the kinds of measurement.
type parts struct{ requests, start, memory, slow bool }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 && children[args[0]] != nil {
		return children[args[0]](ctx, args[1:])
	}
	p, err := read(args, stderr)
	if err != nil {
		return err
	}
	b, err := prepare(ctx, p)
	if err != nil {
		return err
	}
	defer b.close()
	return b.measure(ctx, stdout)
}

// children are what this program is when it starts itself: what is measured against, and
// what loads, in processes of their own.
var children = map[string]func(context.Context, []string) error{"limit": serveLimit, "slow-clients": beSlow}

func read(args []string, stderr io.Writer) (plan, error) {
	p := plan{log: stderr}
	flags := flag.NewFlagSet("perf", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&p.rounds, "rounds", 20, "interleaved `rounds`")
	flags.DurationVar(&p.slice, "slice", 400*time.Millisecond, "how `long` each server is asked for one thing in a round")
	flags.IntVar(&p.connections, "c", 64, "kept-alive `connections`")
	flags.StringVar(&p.s3fault, "s3fault", "", "the `program` to measure (default: it is built from this source)")
	flags.StringVar(&p.peers, "peers", "",
		"a `folder` with the programs gofakes3, versitygw and minio, or some of them (default: none)")
	flags.IntVar(&p.many, "many", 0, "list a bucket of so many `keys` of s3fault too, 1000000 say (default: none)")
	flags.IntVar(&p.starts, "starts", 12, "how many `times` each server is started")
	ops := flags.String("ops", "", "these `requests` alone (default: "+strings.Join(opNames(), " ")+")")
	only := flags.String("only", "", "of `requests`, start and memory measure this alone (default: all three)")
	flags.BoolVar(&p.parts.slow, "slow", false, "measure how 10,000 slow clients disturb 20 quick ones, and nothing else")
	if err := flags.Parse(args); err != nil {
		return p, err
	}
	if flags.NArg() > 0 {
		return p, fmt.Errorf("what is %q? perf takes flags alone", flags.Arg(0))
	}
	if p.rounds < 1 || p.connections < 1 || p.slice <= 0 || p.starts < 1 || p.many < 0 {
		return p, errors.New("-rounds, -c, -slice and -starts are greater than 0, -many is not below")
	}
	if err := p.choose(*only); err != nil {
		return p, err
	}
	var err error
	p.ops, err = chosenOps(*ops)
	return p, err
}

func (p *plan) choose(only string) error {
	switch {
	case p.parts.slow:
	case only == "":
		p.parts = parts{requests: true, start: true, memory: true}
	case only == "requests":
		p.parts.requests = true
	case only == "start":
		p.parts.start = true
	case only == "memory":
		p.parts.memory = true
	default:
		return fmt.Errorf("-only %s: it is one of requests, start, memory", only)
	}
	return nil
}
