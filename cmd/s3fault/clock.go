package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// clockFlags are the changes of a clock, of which one is made.
type clockFlags struct {
	at, offset, advance string
	real                bool
}

func (w worldly) clock() *cobra.Command {
	var f clockFlags
	cmd := &cobra.Command{
		Use:   "clock WORLD",
		Short: "Tell a world's time, or change it",
		Example: `  s3fault world clock ip-deny --advance 61m
  s3fault world clock ip-deny --at 2026-01-02T03:04:05Z`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: first(worldNames(w.asking)),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.at, "at", "", "stop the clock at that `time`: 2026-01-02T03:04:05Z")
	flags.StringVar(&f.offset, "offset", "", "let it run so far from the real time: 2h, -15m")
	flags.StringVar(&f.advance, "advance", "", "put it forward: 61m")
	flags.BoolVar(&f.real, "real", false, "go back to the real time")
	cmd.MarkFlagsMutuallyExclusive("at", "offset", "advance", "real")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := w.dial()
		if err != nil {
			return err
		}
		return unplaced(tell(cmd, w.asking, s, f.request(worldPath(args[0])+"/clock"), clockTold))
	}
	return cmd
}

func (f clockFlags) request(path string) request {
	for key, value := range map[string]string{"now": f.at, "offset": f.offset, "advance": f.advance} {
		if value != "" {
			body, _ := json.Marshal(map[string]string{key: value}) // two texts are always encodable
			return request{http.MethodPut, path, body}
		}
	}
	if f.real {
		return request{method: http.MethodDelete, path: path}
	}
	return request{method: http.MethodGet, path: path}
}

// clock is a world's time as the control plane tells it.
type clock struct {
	Now        time.Time
	Offset     string
	Rate       float64
	ClientSkew string `json:"client_skew"`
}

func clockTold(w io.Writer, c *clock) error {
	text := c.Offset + " ahead of the real time"
	if behind, ok := strings.CutPrefix(c.Offset, "-"); ok {
		text = behind + " behind the real time"
	}
	switch c.Rate {
	case 0:
		text += ", standing"
	case 1:
	default:
		text += fmt.Sprintf(", running %g times as fast", c.Rate)
	}
	if c.ClientSkew != "" && c.ClientSkew != "0s" {
		text += ", clients " + c.ClientSkew + " behind"
	}
	_, err := fmt.Fprintf(w, "%s: %s\n", c.Now.Format(time.RFC3339), text)
	return err
}
