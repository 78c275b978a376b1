package main

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/shell"
)

type envFlags struct {
	*asking
	scenario, as, shell, format string
	guard, unset                bool
}

func envCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print shell exports that point AWS programs at a running server",
		Long: "Print shell exports that point AWS programs at a running server, and an `aws` that reaches it whatever its\n" +
			"version, and nothing else. With --guard no other program of the shell reaches the real AWS either. --unset\n" +
			"gives all back.",
		Example: `  eval "$(s3fault env --scenario ip-deny --as app)"
  aws s3api get-object --bucket my-bucket --key file.txt out.txt
  eval "$(s3fault env --unset)"

  s3fault env --shell fish | source
  s3fault env --shell powershell | Out-String | Invoke-Expression`,
		Args: cobra.NoArgs,
	}
	f := envFlags{asking: newAsking(cmd)}
	flags := cmd.Flags()
	flags.StringVar(&f.scenario, "scenario", "", "the scenario (default: the server's)")
	flags.StringVar(&f.as, "as", "app", "whose credentials")
	flags.BoolVar(&f.guard, "guard", false, "point HTTPS_PROXY at a closed port, for all programs")
	flags.BoolVar(&f.unset, "unset", false, "give back what the shell had before")
	flags.StringVar(&f.shell, "shell", "sh", "the shell that reads it: "+strings.Join(shell.Shells(), ", "))
	flags.StringVar(&f.format, "format", "", "print a file of variables instead: "+strings.Join(shell.Formats(), " or "))
	for _, other := range []string{"scenario", "as", "guard", "format", "json"} {
		cmd.MarkFlagsMutuallyExclusive("unset", other)
	}
	cmd.MarkFlagsMutuallyExclusive("format", "shell", "json")
	complete(cmd, "scenario", scenarioNames(f.asking))
	complete(cmd, "as", callerNames(f.asking, &f.scenario))
	complete(cmd, "shell", among(shell.Shells()))
	complete(cmd, "format", among(shell.Formats()))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *f.json {
			f.format = "json"
		}
		return env(cmd, f)
	}
	return cmd
}

func env(cmd *cobra.Command, f envFlags) error {
	dialect := shell.DialectOf(f.shell)
	if dialect == nil {
		return oneOf("--shell", f.shell, shell.Shells())
	}
	if f.format != "" && !slices.Contains(shell.Formats(), f.format) {
		return oneOf("--format", f.format, shell.Formats())
	}
	if f.unset {
		_, err := io.WriteString(cmd.OutOrStdout(), dialect.Leave())
		return err
	}
	sc, settings, err := f.settings(cmd)
	if err != nil {
		return err
	}
	text := dialect.Enter(sc, settings)
	if f.format != "" {
		if text, err = shell.Format(f.format, settings); err != nil {
			return err
		}
	}
	_, err = io.WriteString(cmd.OutOrStdout(), text)
	return err
}

// oneOf is the error for a flag's value that is none of those that there are.
func oneOf(flag, value string, known []string) error {
	return fmt.Errorf("%s is %s or %s, not %q", flag, strings.Join(known[:len(known)-1], ", "), known[len(known)-1], value)
}

// settings asks the server for the scenario, and are what points a program at it.
func (f envFlags) settings(cmd *cobra.Command) (*emulator.Scenario, []shell.Setting, error) {
	s, err := f.dial()
	if err != nil {
		return nil, nil, err
	}
	name, err := s.worldName(cmd.Context(), f.scenario)
	if err != nil {
		return nil, nil, err
	}
	sc := &emulator.Scenario{}
	if err := s.get(cmd.Context(), "/scenarios/"+url.PathEscape(name), sc); err != nil {
		return nil, nil, err
	}
	caller, ok := sc.Callers[f.as]
	if !ok {
		has := strings.Join(sortedNames(sc.Callers), ", ")
		return nil, nil, fmt.Errorf("scenario %s has no caller %q: it has %s", name, f.as, has)
	}
	proxies := shell.Direct(sc, cmp.Or(os.Getenv("NO_PROXY"), os.Getenv("no_proxy")))
	if f.guard {
		proxies = shell.Guard(sc)
	}
	return sc, slices.Concat(shell.World(sc, s.admin), proxies, shell.Caller(caller)), nil
}
