package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/internal/control"
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

// printEnv also keeps programs that ignore AWS_ENDPOINT_URL from ever reaching
// the real AWS: a proxy that nobody answers, and an `aws` that always names the
// endpoint (the AWS CLI reads AWS_ENDPOINT_URL only since 2.13).
func printEnv(w io.Writer, sc *control.Scenario, c control.Caller) error {
	var b strings.Builder
	export := func(name, value string) { fmt.Fprintf(&b, "export %s=%s\n", name, shellQuote(value)) }
	export("AWS_ENDPOINT_URL", sc.Endpoint)
	export("AWS_ENDPOINT_URL_S3", sc.Endpoint)
	export("AWS_REGION", sc.Region)
	export("AWS_DEFAULT_REGION", sc.Region)
	export("AWS_ACCESS_KEY_ID", c.AccessKeyID)
	export("AWS_SECRET_ACCESS_KEY", c.SecretAccessKey)
	if c.SessionToken != "" {
		export("AWS_SESSION_TOKEN", c.SessionToken)
	} else {
		b.WriteString("unset AWS_SESSION_TOKEN\n")
	}
	b.WriteString("unset AWS_PROFILE AWS_DEFAULT_PROFILE\n")
	export("AWS_EC2_METADATA_DISABLED", "true")
	export("HTTPS_PROXY", "http://127.0.0.1:1")
	export("NO_PROXY", "127.0.0.1,localhost,::1")
	fmt.Fprintf(&b, "aws() { command aws --endpoint-url %s \"$@\"; }\n", shellQuote(sc.Endpoint))
	_, err := io.WriteString(w, b.String())
	return err
}

func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
