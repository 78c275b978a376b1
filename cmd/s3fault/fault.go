package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/fault"
)

// The words of a rule that complete what a person types.
var (
	classes = []string{"reads", "writes", "lists", "deletes", "heads", "all", "credentials"}
	pers    = texts(fault.Pers())
	stages  = texts(fault.Stages())
)

func texts[T ~string](all []T) []string {
	words := make([]string, len(all))
	for i, t := range all {
		words[i] = string(t)
	}
	return words
}

// faulting is the family of commands about a world's fault rules.
type faulting struct {
	*asking
	world *string
}

func faultCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fault",
		Short: "Say which requests of a running server's world fail, and how",
		Args:  cobra.ArbitraryArgs,
		RunE:  helpOrUnknown,
	}
	f := faulting{newAsking(cmd), cmd.PersistentFlags().String("world", "",
		"the scenario or private world (default: that of the endpoint)")}
	cmd.AddCommand(f.create(), f.list(), f.delete(), f.reset())
	complete(cmd, "world", worldNames(f.asking))
	return cmd
}

// at is the server and the path of the world's fault rules.
func (f faulting) at(cmd *cobra.Command) (*server, string, error) {
	s, err := f.dial()
	if err != nil {
		return nil, "", err
	}
	name, err := s.worldName(cmd.Context(), *f.world)
	return s, name, err
}

func faultsPath(world string) string { return "/worlds/" + url.PathEscape(world) + "/faults" }

// ruleFlags are what a rule is made of beside its operation and effects.
type ruleFlags struct {
	bucket, key, caller, per, stage, name string
	first, after, every                   int
	mustFire                              bool
}

func (f faulting) create() *cobra.Command {
	var r ruleFlags
	cmd := &cobra.Command{
		Use:     "create OPERATION EFFECT...",
		Aliases: []string{"add"},
		Short:   "Make a world's requests fail",
		Long: "Make a world's requests fail. OPERATION is an operation, a glob, a class,\n" +
			"(" + strings.Join(classes, ", ") + ") or several with commas between.\n" +
			"EFFECT is an error's code, 200:CODE for an error in a 200, one of\n" +
			strings.Join(effectWords(), ", ") + ", or JSON as in a scenario file.\n" +
			"Of several EFFECTs each strike has the next, and the last one is for all others.",
		Example: `  s3fault fault create PutObject SlowDown --first 3
  s3fault fault create GetObject truncate=1KiB --key "logs/**"
  s3fault fault create "*Multipart*" InternalError reset pass --per upload --stage after_commit`,
		Args: cobra.MinimumNArgs(2),
	}
	flags := cmd.Flags()
	flags.StringVar(&r.bucket, "bucket", "", "only buckets of that `glob`")
	flags.StringVar(&r.key, "key", "", "only keys of that `glob`: * within a path segment, ** across")
	flags.StringVar(&r.caller, "caller", "", "only requests with that `caller`'s credentials, or anonymous")
	flags.IntVar(&r.first, "first", 0, "strike so `many` requests, and then sleep")
	flags.IntVar(&r.after, "after", 0, "let so `many` requests pass before")
	flags.IntVar(&r.every, "every", 0, "strike one of so `many`")
	flags.StringVar(&r.per, "per", "", "what is counted for what: "+strings.Join(pers, ", "))
	flags.StringVar(&r.stage, "stage", "", "where on its way a request is struck: "+strings.Join(stages, ", "))
	flags.StringVar(&r.name, "name", "", "the rule's name in the journal and in why")
	flags.BoolVar(&r.mustFire, "must-fire", false, "check and verify fail if it never strikes")
	complete(cmd, "per", among(pers))
	complete(cmd, "stage", among(stages))
	complete(cmd, "caller", callerNames(f.asking, f.world))
	cmd.ValidArgsFunction = ruleArguments
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		rule, err := r.rule(args[0], args[1:])
		if err != nil {
			return err
		}
		s, world, err := f.at(cmd)
		if err != nil {
			return err
		}
		told := func(w io.Writer, made *struct{ Name string }) error {
			_, err := fmt.Fprintf(w, "%s is on in world %s\n", made.Name, world)
			return err
		}
		return unplaced(tell(cmd, f.asking, s, request{http.MethodPost, faultsPath(world), rule}, told))
	}
	return cmd
}

func (f faulting) list() *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List a world's fault rules, and how often each has struck",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, world, err := f.at(cmd)
			if err != nil {
				return err
			}
			return tell(cmd, f.asking, s, request{method: http.MethodGet, path: faultsPath(world)}, tableOfRules)
		},
	}
}

// tableOfRules has a line for each rule.
func tableOfRules(out io.Writer, all *struct{ Faults []emulator.Fault }) error {
	if len(all.Faults) == 0 {
		_, err := fmt.Fprintln(out, "no fault rules")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tMATCHED\tSTRUCK\tRULE")
	for _, f := range all.Faults {
		var rule map[string]any
		if err := json.Unmarshal(f.Rule, &rule); err != nil {
			return err
		}
		delete(rule, "name")
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\n", f.Name, f.Matched, f.Struck, flow(rule))
	}
	return w.Flush()
}

func (f faulting) delete() *cobra.Command {
	return &cobra.Command{
		Use:               "delete NAME",
		Aliases:           []string{"rm"},
		Short:             "Take a fault rule away",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: first(f.ruleNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.take(cmd, "/"+url.PathEscape(args[0]), args[0]+" is gone from world %s\n")
		},
	}
}

func (f faulting) reset() *cobra.Command {
	return &cobra.Command{
		Use:   "reset",
		Short: "Take all of a world's fault rules away",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.take(cmd, "", "world %s has no fault rules now\n")
		},
	}
}

// take deletes the world's rules, or the one below the path, and says so.
func (f faulting) take(cmd *cobra.Command, path, said string) error {
	s, world, err := f.at(cmd)
	if err != nil {
		return err
	}
	told := func(w io.Writer, _ *struct{}) error {
		_, err := fmt.Fprintf(w, said, world)
		return err
	}
	return tell(cmd, f.asking, s, request{method: http.MethodDelete, path: faultsPath(world) + path}, told)
}
