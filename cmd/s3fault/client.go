package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
)

const defaultEndpoint = "http://127.0.0.1:9403"

// server is a running s3fault, as the commands that ask one see it.
type server struct {
	base  string // http://HOST:PORT
	world string // from /~NAME in the endpoint; may be empty
}

func endpointFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("endpoint", "", "address of the running server (default: S3FAULT_ENDPOINT, else AWS_ENDPOINT_URL, else "+defaultEndpoint+")")
}

// dial reads an endpoint as S3FAULT_ENDPOINT has it, with or without /~NAME.
func dial(endpoint string) (*server, error) {
	endpoint = cmp.Or(endpoint, os.Getenv("S3FAULT_ENDPOINT"), os.Getenv("AWS_ENDPOINT_URL"), defaultEndpoint)
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("endpoint %q is not an address like %s", endpoint, defaultEndpoint)
	}
	name, _ := strings.CutPrefix(strings.Trim(u.Path, "/"), "~")
	return &server{base: u.Scheme + "://" + u.Host, world: name}, nil
}

// controlTimeout bounds one call to the control plane, which answers from memory.
const controlTimeout = 10 * time.Second

// get reads one answer of the control plane.
func (s *server) get(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+emulator.ControlPrefix+path, nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("no s3fault answers at %s: %w", s.base, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return refusal(resp.Status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s does not answer as s3fault does: %w", s.base, err)
	}
	return nil
}

func refusal(status string, body []byte) error {
	var answer struct{ Error string }
	if json.Unmarshal(body, &answer) == nil && answer.Error != "" {
		return fmt.Errorf("%s", answer.Error)
	}
	return fmt.Errorf("the server answers %s", status)
}
