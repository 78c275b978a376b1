package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
)

// worldly is the family of commands about the worlds of a running server.
type worldly struct{ *asking }

func worldCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "world",
		Short: "Make, list, change and delete the worlds of a running server",
		Args:  cobra.ArbitraryArgs,
		RunE:  helpOrUnknown,
	}
	w := worldly{newAsking(cmd)}
	cmd.AddCommand(
		w.create(), w.list(), w.clock(), w.patch(),
		w.simple(http.MethodDelete, "delete", "", "Delete a private world", "%s is gone\n", "rm"),
		w.simple(http.MethodPost, "reset", "/reset", "Put a world back as it was loaded", "%s is as it was loaded\n"),
		w.simple(http.MethodPost, "fix", "/fix", "Apply the fix of the world's scenario", "%s is fixed\n"),
	)
	return cmd
}

func worldPath(name string) string { return "/worlds/" + url.PathEscape(name) }

// simple is a command that is one call about one world.
func (w worldly) simple(method, name, path, short, said string, aliases ...string) *cobra.Command {
	return &cobra.Command{
		Use:               name + " WORLD",
		Aliases:           aliases,
		Short:             short,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: first(worldNames(w.asking)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return w.ask(cmd, request{method: method, path: worldPath(args[0]) + path}, fmt.Sprintf(said, args[0]))
		},
	}
}

// ask makes a call whose answer says nothing but that it is done.
func (w worldly) ask(cmd *cobra.Command, r request, said string) error {
	s, err := w.dial()
	if err != nil {
		return err
	}
	return tell(cmd, w.asking, s, r, func(out io.Writer, _ *struct{}) error {
		_, err := io.WriteString(out, said)
		return err
	})
}

func (w worldly) create() *cobra.Command {
	var name string
	var expires time.Duration
	var listen bool
	cmd := &cobra.Command{
		Use:     "create [SCENARIO]",
		Aliases: []string{"add"},
		Short:   "Make a private copy of a scenario's world, with access keys of its own",
		Example: `  s3fault world create ip-deny --expires 10m
  eval "$(s3fault env --endpoint "$(s3fault world create --listen --json | jq -r .endpoint)")"`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: first(scenarioNames(w.asking)),
	}
	flags := cmd.Flags()
	flags.StringVar(&name, "name", "", "the world's name (default: one is drawn)")
	flags.DurationVar(&expires, "expires", 0, "after which real time it is gone (default: it stays)")
	flags.BoolVar(&listen, "listen", false, "give it a port of its own, too")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		asked := map[string]any{}
		put(asked, "scenario", strings.Join(args, ""))
		put(asked, "name", name)
		put(asked, "listen", listen)
		if cmd.Flags().Changed("expires") {
			asked["expires"] = expires.String()
		}
		body, err := json.Marshal(asked)
		if err != nil {
			return err
		}
		s, err := w.dial()
		if err != nil {
			return err
		}
		return unplaced(tell(cmd, w.asking, s, request{http.MethodPost, "/worlds", body}, madeTold))
	}
	return cmd
}

// made is a world that was made.
type made struct {
	ID, Endpoint, Region string
	Callers              map[string]emulator.Caller
}

func madeTold(w io.Writer, m *made) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "world %s\n", m.ID)
	fmt.Fprintf(b, "  AWS_ENDPOINT_URL=%s\n  AWS_REGION=%s\n", m.Endpoint, m.Region)
	writeCallers(b, m.Callers)
	fmt.Fprintf(b, "In this shell: eval \"$(s3fault env --endpoint %s)\"\n", m.Endpoint)
	_, err := io.WriteString(w, b.String())
	return err
}

func (w worldly) list() *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List all worlds: each scenario's own, and private ones",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := w.dial()
			if err != nil {
				return err
			}
			return tell(cmd, w.asking, s, request{method: http.MethodGet, path: "/worlds"}, tableOfWorlds)
		},
	}
}

func tableOfWorlds(out io.Writer, all *struct{ Worlds []emulator.WorldSummary }) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "WORLD\tSCENARIO\tREQUESTS\tAGE\tEXPIRES\tENDPOINT")
	for _, one := range all.Worlds {
		expiry := "-"
		if one.Expiry != nil {
			expiry = one.Expiry.Format(time.RFC3339)
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\n", one.ID, one.Scenario, one.Requests, one.Age, expiry, one.Endpoint)
	}
	return w.Flush()
}

func (w worldly) patch() *cobra.Command {
	return &cobra.Command{
		Use:               "patch WORLD FILE",
		Short:             "Change a world by a JSON merge patch in the form of the scenario file; - reads stdin",
		Args:              cobra.ExactArgs(2),
		ValidArgsFunction: thenFile(worldNames(w.asking)),
		RunE: func(cmd *cobra.Command, args []string) error {
			patch, err := readPatch(cmd, args[1])
			if err != nil {
				return err
			}
			r := request{http.MethodPatch, worldPath(args[0]), patch}
			return placed(w.ask(cmd, r, args[0]+" is changed\n"), args[1])
		},
	}
}

func readPatch(cmd *cobra.Command, path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(cmd.InOrStdin())
	}
	return os.ReadFile(path)
}
