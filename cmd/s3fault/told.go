package main

import (
	"encoding/json"
	"errors"
	"io"
	"regexp"

	"github.com/spf13/cobra"
)

func jsonFlag(cmd *cobra.Command) *bool {
	return cmd.PersistentFlags().Bool("json", false, "print it as JSON, for programs")
}

// printJSON writes a value for programs, and for people who look at what those get.
func printJSON(w io.Writer, v any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(v)
}

// asking is a command, or a family of them, that asks a running server.
type asking struct {
	endpoint *string
	json     *bool
}

func newAsking(cmd *cobra.Command) *asking { return &asking{endpointFlag(cmd), jsonFlag(cmd)} }

func (a *asking) dial() (*server, error) { return dial(*a.endpoint) }

// request is a call of the control plane.
type request struct {
	method, path string
	body         []byte // JSON; nil: none
}

// tell makes a call and prints its answer: as it is with --json, else in the words of told.
func tell[T any](cmd *cobra.Command, a *asking, s *server, r request, told func(io.Writer, *T) error) error {
	var answer json.RawMessage
	if err := s.call(cmd.Context(), r.method, r.path, r.body, &answer); err != nil {
		return err
	}
	if *a.json {
		return printJSON(cmd.OutOrStdout(), answer)
	}
	t := new(T)
	if err := json.Unmarshal(answer, t); err != nil {
		return err
	}
	return told(cmd.OutOrStdout(), t)
}

// bodyPlace is where the control plane says that an error is in the body of a call.
var bodyPlace = regexp.MustCompile(`^[a-z]+(:[0-9]+:[0-9]+: )`)

// unplaced is an error without its place in a body that no person has written.
func unplaced(err error) error { return placed(err, "") }

// placed is an error with its place in the file that the body came from; no file: without.
func placed(err error, file string) error {
	if err == nil {
		return nil
	}
	to := ""
	if file != "" {
		to = file + "$1"
	}
	return errors.New(bodyPlace.ReplaceAllString(err.Error(), to))
}
