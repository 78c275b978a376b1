package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/shell"
	"github.com/s3fault/s3fault/internal/world"
)

type envFlags struct {
	*asking
	scenario, as, shell, format      string
	guard, proxy, unset, webIdentity bool
}

func envCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print shell exports that point AWS programs at a running server",
		Long: "Print shell exports that point AWS programs at a running server, and an `aws` that reaches it whatever its\n" +
			"version, and nothing else. With --guard no other program of the shell reaches the real AWS either. --unset\n" +
			"gives all back. With --proxy programs need no endpoint: a server with TLS is their proxy, and AWS's own host\n" +
			"names are behind it, and nothing else. A caller with `from` gets, in the place of keys, what leads to its\n" +
			"container's endpoint, its instance's metadata, or a profile with credential_process.",
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
	flags.BoolVar(&f.webIdentity, "web-identity", false,
		"a token in a file, and the role that it is exchanged for, in the place of keys")
	flags.BoolVar(&f.proxy, "proxy", false, "have all programs reach AWS's own host names through the server, their proxy")
	flags.BoolVar(&f.unset, "unset", false, "give back what the shell had before")
	flags.StringVar(&f.shell, "shell", "sh", "the shell that reads it: "+strings.Join(shell.Shells(), ", "))
	flags.StringVar(&f.format, "format", "", "print a file of variables instead: "+strings.Join(shell.Formats(), " or "))
	for _, other := range []string{"scenario", "as", "guard", "proxy", "format", "json", "web-identity"} {
		cmd.MarkFlagsMutuallyExclusive("unset", other)
	}
	cmd.MarkFlagsMutuallyExclusive("format", "shell", "json")
	cmd.MarkFlagsMutuallyExclusive("proxy", "guard")
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
	if f.proxy {
		sc = nil // the real `aws` finds the way
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
	if err == nil && !s.given {
		err = s.preferTLS(cmd.Context())
	}
	if err != nil {
		return nil, nil, err
	}
	sc, caller, err := s.caller(cmd.Context(), f.scenario, f.as)
	if err != nil {
		return nil, nil, err
	}
	way, err := f.way(cmd.Context(), s, sc)
	if err != nil {
		return nil, nil, err
	}
	proxies := func(sc *emulator.Scenario) []shell.Setting {
		noProxy := cmp.Or(os.Getenv("NO_PROXY"), os.Getenv("no_proxy"))
		if f.proxy {
			return shell.Proxied(sc, way.proxy, noProxy)
		}
		if f.guard {
			return shell.Guard(sc)
		}
		return shell.Direct(sc, noProxy)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	if f.webIdentity {
		caller.From = string(world.FromWebIdentity)
	}
	sc, settings, err := shell.Client{Name: f.as, Caller: caller, S3fault: self}.Into(sc, s.admin, proxies)
	if err != nil {
		return nil, nil, err
	}
	trust, err := s.trusted(cmd.Context(), cmp.Or(way.secure, sc.Endpoint))
	return sc, append(settings, trust...), err
}
