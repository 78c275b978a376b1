package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/internal/control"
	"github.com/s3fault/s3fault/internal/shell"
)

func envCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print shell exports that point AWS programs at a running server",
		Example: `  eval "$(s3fault env --scenario ip-deny --as app)"
  aws s3api get-object --bucket my-bucket --key file.txt out.txt`,
		Args: cobra.NoArgs,
	}
	endpoint := endpointFlag(cmd)
	scenario := cmd.Flags().String("scenario", "", "the scenario (default: the server's)")
	as := cmd.Flags().String("as", "app", "whose credentials")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := dial(*endpoint)
		if err != nil {
			return err
		}
		name, err := s.scenarioName(cmd, *scenario)
		if err != nil {
			return err
		}
		var sc control.Scenario
		if err := s.get(cmd.Context(), "/scenarios/"+url.PathEscape(name), &sc); err != nil {
			return err
		}
		caller, ok := sc.Callers[*as]
		if !ok {
			return fmt.Errorf("scenario %s has no caller %q: it has %s", name, *as, strings.Join(sortedNames(sc.Callers), ", "))
		}
		return printEnv(cmd.OutOrStdout(), &sc, caller)
	}
	return cmd
}

// scenarioName is the scenario that was asked for: by flag, by the endpoint's
// /~NAME, else the server's default.
func (s *server) scenarioName(cmd *cobra.Command, flag string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	if s.world != "" {
		return s.world, nil
	}
	var health control.Health
	if err := s.get(cmd.Context(), "/health", &health); err != nil {
		return "", err
	}
	return health.Default, nil
}

// printEnv also defines an `aws` that reaches the world whatever its version.
func printEnv(w io.Writer, sc *control.Scenario, c control.Caller) error {
	settings := append(shell.World(sc), shell.Caller(c)...)
	_, err := io.WriteString(w, shell.Script(settings)+shell.Function(sc))
	return err
}
