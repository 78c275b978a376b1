// Package audit runs a program once for each thing that can go wrong with what it asks of S3,
// and tells how it took it: two runs in which nothing goes wrong, cases projected from what it
// asked there onto copies of its world, the findings of each, and reports of all.
package audit

import (
	"time"

	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/launch"
	"github.com/s3fault/s3fault/scenarios"
)

// Config says what is audited. The zero value of every field but File and Program is a good
// default.
type Config struct {
	File    *scenarios.File
	World   string          // the scenario that the program's own world is a copy of; empty: DefaultWorld
	OwnFile *scenarios.File // whose scenarios Own are, and whose fault sets there are; nil: File
	Own     []string        // scenarios of OwnFile, each of which is a case too
	Program launch.Program  // of which Patience is 0: DefaultPatience
	Deny    []string        // ways to refuse (Denials); nil: all
	Faults  []string        // fault sets, built in or OwnFile's; nil: BuiltIn
	Jobs    int             // runs at a time; 0: 1
	Proxy   bool            // the program reaches AWS's own host names
	Seed    uint64          // of all worlds' random numbers
	// Done is called for each run that has ended, baselines too, one at a time; nil: nobody is told.
	Done func(done, total int, r *Result)
}

// The defaults of a Config.
const (
	DefaultWorld    = "plain"
	DefaultPatience = 2 * time.Minute
)

// Report is what an audit found.
type Report struct {
	Command   []string
	World     string
	Seconds   float64
	Baselines finding.Baselines
	Results   []Result
	// LeftOut are cases that could not be made, and why: "PutObject no-permission: ...".
	LeftOut []string
	// RetryModes are those that the SDKs showed, as they call themselves in their user agent.
	RetryModes []string
}

// Result is a run and what was found in it.
type Result struct {
	Run      *finding.Run
	Findings []finding.Finding
	// World is the merge patch of the audited world that made the case's, and Rules its fault
	// rules, in the form of the scenario file: what a bundle replays. Scenario is that of a
	// case of the file's own; empty: the audited one.
	Scenario     string
	World, Rules []byte
}
