package audit

import (
	"encoding/json"
	"io"

	"github.com/s3fault/s3fault/internal/finding"
)

// reportVersion is that of the JSON form: members may be added under one version, none is
// taken away or means something else.
const reportVersion = 1

// told is a report as JSON.
type told struct {
	Version    int                  `json:"version"`
	Command    []string             `json:"command"`
	World      string               `json:"world"`
	Seconds    float64              `json:"seconds"`
	Failed     bool                 `json:"failed"`
	Baselines  []toldRun            `json:"baselines"`
	RetryModes []string             `json:"retry_modes"`
	Counts     map[finding.Kind]int `json:"counts"` // of cases with a finding of that kind
	Cases      []toldCase           `json:"cases"`
	LeftOut    []string             `json:"left_out"`
	Stale      []string             `json:"stale"` // what was accepted and not found
	// RefusedAnyway are operations that the baselines never had done: "PutObject: 400 InvalidRequest".
	RefusedAnyway []string `json:"refused_anyway"`
}

// toldRun is how a run went.
type toldRun struct {
	Exit     int     `json:"exit"` // -1: a signal, or none
	Signal   string  `json:"signal,omitempty"`
	TimedOut bool    `json:"timed_out,omitempty"`
	Seconds  float64 `json:"seconds"`
	Requests int     `json:"requests"`
}

type toldCase struct {
	finding.Case
	Scenario string `json:"scenario,omitempty"` // of a case of the file's own
	toldRun
	Attempts int      `json:"attempts"` // the most of one request
	Findings []Judged `json:"findings"`
}

func writeJSON(w io.Writer, j *Judgement) error {
	t := told{
		Version: reportVersion, Command: j.Command, World: j.World, Seconds: j.Seconds, Failed: j.Failed(),
		RetryModes: append([]string{}, j.RetryModes...), Counts: j.Counts(), Cases: []toldCase{},
		LeftOut: append([]string{}, j.LeftOut...), Stale: append([]string{}, j.Stale...),
		RefusedAnyway: append([]string{}, refusedAnyway(j.Baselines)...),
	}
	for _, r := range j.Baselines {
		if r != nil {
			t.Baselines = append(t.Baselines, toldOf(r))
		}
	}
	for i := range j.Results {
		r := &j.Results[i]
		t.Cases = append(t.Cases, toldCase{r.Run.Case, r.Scenario, toldOf(r.Run), r.Run.Attempts(), j.Judged[i]})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(t)
}

func toldOf(r *finding.Run) toldRun {
	e := r.Ending
	return toldRun{e.Exit, e.Signal, e.TimedOut, e.Took.Seconds(), len(r.Requests)}
}
