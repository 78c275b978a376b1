package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
)

// tokenFlags say what a token is to be.
type tokenFlags struct {
	*asking
	scenario, as, provider, subject, azp, ttl string
	audience, claims                          []string
}

func tokenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Print a web identity token of an OpenID Connect provider that a world plays",
		Long: "Print a web identity token of an OpenID Connect provider that a world plays, for\n" +
			"AssumeRoleWithWebIdentity. A caller's web_identity says what is left out with --as.",
		Example: `  s3fault token --as app
  s3fault token --provider https://oidc.example.com/id/EXAMPLE --sub system:serviceaccount:default:app
  s3fault token --sub repo:acme/site:ref:refs/heads/main --aud sts.amazonaws.com --ttl 5m`,
		Args: cobra.NoArgs,
	}
	f := tokenFlags{asking: newAsking(cmd)}
	flags := cmd.Flags()
	flags.StringVar(&f.scenario, "scenario", "", "the scenario or world (default: the server's)")
	flags.StringVar(&f.as, "as", "", "the `caller` whose web_identity it is")
	flags.StringVar(&f.provider, "provider", "", "the issuer's `URL` (default: the only one)")
	flags.StringVar(&f.subject, "sub", "", "the claim sub: who has it")
	flags.StringArrayVar(&f.audience, "aud", nil,
		"the claim aud: for whom it is, more than once for several (default: the provider's first)")
	flags.StringVar(&f.azp, "azp", "", "the claim azp: which party asked for it")
	flags.StringVar(&f.ttl, "ttl", "",
		"how long it is in force by the world's clock; less than 0s: it has ended (default 1h)")
	flags.StringArrayVar(&f.claims, "claim", nil, "another claim, `NAME=VALUE`: a text, or JSON; null takes one away")
	complete(cmd, "scenario", scenarioNames(f.asking))
	complete(cmd, "as", callerNames(f.asking, &f.scenario))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return token(cmd, f) }
	return cmd
}

func token(cmd *cobra.Command, f tokenFlags) error {
	body, err := f.body()
	if err != nil {
		return err
	}
	s, err := f.dial()
	if err != nil {
		return err
	}
	name, err := s.worldName(cmd.Context(), f.scenario)
	if err != nil {
		return err
	}
	asks := request{http.MethodPost, worldPath(name) + "/tokens", body}
	return unplaced(tell(cmd, f.asking, s, asks, func(w io.Writer, t *emulator.Token) error {
		_, err := fmt.Fprintln(w, t.Token)
		return err
	}))
}

// body is what the control plane is asked.
func (f tokenFlags) body() ([]byte, error) {
	asked := map[string]any{}
	for key, value := range map[string]string{
		"caller": f.as, "provider": f.provider, "subject": f.subject, "azp": f.azp, "ttl": f.ttl,
	} {
		if value != "" {
			asked[key] = value
		}
	}
	if len(f.audience) > 0 {
		asked["audience"] = f.audience
	}
	claims := map[string]any{}
	for _, claim := range f.claims {
		name, value, ok := strings.Cut(claim, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("--claim is NAME=VALUE, not %q", claim)
		}
		var read any
		if json.Unmarshal([]byte(value), &read) != nil {
			read = value
		}
		claims[name] = read
	}
	if len(claims) > 0 {
		asked["claims"] = claims
	}
	return json.Marshal(asked)
}
