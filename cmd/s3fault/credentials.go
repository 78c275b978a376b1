package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/doors"
	"github.com/s3fault/s3fault/internal/shell"
	"github.com/s3fault/s3fault/internal/world"
)

type credentialsFlags struct {
	*asking
	scenario, as, format string
}

// keyFormats are those of credentials: process is what credential_process wants.
var keyFormats = []string{"process", "env", "json"}

func credentialsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "credentials",
		Short: "Print a caller's credentials, as credential_process of an AWS profile wants them",
		Long: "Print a caller's credentials, as credential_process of an AWS profile wants them. Those of a caller with\n" +
			"`from: process` are a session that was made for this call, and `from: container` has the one that its\n" +
			"endpoint hands out; others have their keys.",
		Example: `  s3fault credentials --as app

  [profile app]
  credential_process = s3fault credentials --as app --scenario my-scenario`,
		Args: cobra.NoArgs,
	}
	f := credentialsFlags{asking: newAsking(cmd)}
	flags := cmd.Flags()
	flags.StringVar(&f.scenario, "scenario", "", "the scenario (default: the server's)")
	flags.StringVar(&f.as, "as", "app", "whose credentials")
	flags.StringVar(&f.format, "format", "process", "what is printed: "+strings.Join(keyFormats, ", "))
	cmd.MarkFlagsMutuallyExclusive("format", "json")
	complete(cmd, "scenario", scenarioNames(f.asking))
	complete(cmd, "as", callerNames(f.asking, &f.scenario))
	complete(cmd, "format", among(keyFormats))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *f.json {
			f.format = "json"
		}
		return credentials(cmd, f)
	}
	return cmd
}

func credentials(cmd *cobra.Command, f credentialsFlags) error {
	if !slices.Contains(keyFormats, f.format) {
		return oneOf("--format", f.format, keyFormats)
	}
	s, err := f.dial()
	if err != nil {
		return err
	}
	_, caller, err := s.caller(cmd.Context(), f.scenario, f.as)
	if err != nil {
		return err
	}
	keys, err := handedOut(cmd.Context(), caller)
	if err != nil {
		return fmt.Errorf("%s: %w", f.as, err)
	}
	text, err := written(keys, f.format)
	if err != nil {
		return err
	}
	_, err = io.WriteString(cmd.OutOrStdout(), text)
	return err
}

// written is a document in one of keyFormats.
func written(k doors.ProcessDocument, format string) (string, error) {
	settings := shell.Caller(emulator.Caller{
		AccessKeyID: k.AccessKeyId, SecretAccessKey: k.SecretAccessKey, SessionToken: k.SessionToken,
	})
	switch format {
	case "env":
		return shell.Script(settings), nil
	case "json":
		return shell.Format("json", settings)
	}
	text, err := json.Marshal(k)
	return string(text) + "\n", err
}

// handedOut is a caller's credentials from where its program gets them.
func handedOut(ctx context.Context, c emulator.Caller) (doors.ProcessDocument, error) {
	switch world.Door(c.From) {
	case world.FromProcess, world.FromContainer:
		return asked(ctx, c.Door)
	case world.FromInstance, world.FromWebIdentity:
		return doors.ProcessDocument{}, fmt.Errorf("its program has from: %s, and gets its credentials there", c.From)
	}
	return doors.ProcessDocument{
		Version: 1, AccessKeyId: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken,
	}, nil
}

// asked is what a door answers.
func asked(ctx context.Context, d emulator.Door) (doors.ProcessDocument, error) {
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.CredentialsURI, nil)
	if err != nil {
		return doors.ProcessDocument{}, err
	}
	req.Header.Set("Authorization", d.AuthorizationToken)
	resp, err := asker(nil).Do(req)
	if err != nil {
		return doors.ProcessDocument{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return doors.ProcessDocument{}, err
	}
	if resp.StatusCode != http.StatusOK {
		var told struct{ Error string }
		_ = json.Unmarshal(body, &told) // where it is no JSON, it is a text
		return doors.ProcessDocument{}, fmt.Errorf("%s: %s", resp.Status, cmp.Or(told.Error, strings.TrimSpace(string(body))))
	}
	var keys struct {
		doors.ProcessDocument
		Token string // what the endpoint of containers calls it
	}
	if err := json.Unmarshal(body, &keys); err != nil {
		return doors.ProcessDocument{}, fmt.Errorf("%s does not answer as s3fault does: %w", d.CredentialsURI, err)
	}
	keys.Version, keys.SessionToken = 1, cmp.Or(keys.SessionToken, keys.Token)
	return keys.ProcessDocument, nil
}

// caller asks the server for a scenario, and for the caller of that name in it.
func (s *server) caller(ctx context.Context, scenario, as string) (*emulator.Scenario, emulator.Caller, error) {
	name, err := s.worldName(ctx, scenario)
	if err != nil {
		return nil, emulator.Caller{}, err
	}
	sc := &emulator.Scenario{}
	if err := s.get(ctx, "/scenarios/"+url.PathEscape(name), sc); err != nil {
		return nil, emulator.Caller{}, err
	}
	caller, ok := sc.Callers[as]
	if !ok {
		has := strings.Join(sortedNames(sc.Callers), ", ")
		return nil, caller, fmt.Errorf("scenario %s has no caller %q: it has %s", name, as, has)
	}
	return sc, caller, nil
}
