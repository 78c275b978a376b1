package audit

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/version"
	"github.com/s3fault/s3fault/internal/wholefile"
)

// Bundle is all that it takes to run a case again: its world, what went wrong there, and what the
// program did.
type Bundle struct {
	Version  int             `json:"version"` // bundleVersion
	S3fault  string          `json:"s3fault"` // that wrote it
	Command  []string        `json:"command"`
	Caller   string          `json:"caller"`
	Proxy    bool            `json:"proxy,omitempty"`
	Seed     uint64          `json:"seed"`
	Scenario string          `json:"scenario"`        // of the file
	File     json.RawMessage `json:"file"`            // a scenario file
	Patch    json.RawMessage `json:"patch,omitempty"` // of the scenario's world
	Rules    json.RawMessage `json:"faults,omitempty"`
	// Run is the record, with both baselines; Findings what was found in it.
	Run      *finding.Run      `json:"run"`
	Findings []finding.Finding `json:"findings"`
}

const bundleVersion = 1

// bundleMost is how many bytes of a bundle are read.
const bundleMost = 1 << 30

// Bundles writes a file for each case with a finding that fails the audit, into the folder, and
// returns their paths. Accounts are renamed in them unless they are to be kept.
func Bundles(dir string, c Config, j *Judgement, keepAccounts bool) (paths []string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for i := range j.Results {
		if !slices.ContainsFunc(j.Judged[i], func(f Judged) bool { return f.Fails }) {
			continue
		}
		text, err := bundleOf(c, j.Report, &j.Results[i])
		if err != nil {
			return paths, err
		}
		if !keepAccounts {
			text = renamed(text)
		}
		path := filepath.Join(dir, fileName(j.Results[i].Name())+".json")
		if err := wholefile.Write(path, append(text, '\n'), 0o644); err != nil {
			return paths, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func bundleOf(c Config, report *Report, r *Result) ([]byte, error) {
	scenario, of := report.World, c.File
	if r.Scenario != "" {
		scenario, of = r.Scenario, cmp.Or(c.OwnFile, c.File)
	}
	file, err := of.Alone(scenario)
	if err != nil {
		return nil, err
	}
	return json.Marshal(Bundle{
		Version: bundleVersion, S3fault: version.Of().String(), Command: report.Command, Caller: c.Program.Caller,
		Proxy: c.Proxy, Seed: c.Seed, Scenario: scenario, File: file, Patch: r.World, Rules: r.Rules,
		Run: r.Run, Findings: r.Findings,
	})
}

// fileName is a name as that of a file, which every system takes.
func fileName(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.':
			return r
		}
		return '-'
	}, name), "-.")
}

// LoadBundle reads a bundle. Error: it is none, or one of a later s3fault.
func LoadBundle(path string) (*Bundle, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode()&os.ModeDevice != 0 {
		return nil, fmt.Errorf("%s is a device, and no bundle", path)
	}
	if info.Size() > bundleMost {
		return nil, fmt.Errorf("%s has more than %d bytes, and is no bundle", path, bundleMost)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b, err := parseBundle(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

func parseBundle(text []byte) (*Bundle, error) {
	b := &Bundle{}
	if err := json.Unmarshal(text, b); err != nil {
		return nil, fmt.Errorf("it is no bundle that s3fault run --bundle has written: %w", err)
	}
	switch {
	case b.Version != bundleVersion:
		return nil, fmt.Errorf("it has version %d, and this s3fault reads version %d", b.Version, bundleVersion)
	case b.Run == nil || len(b.File) == 0 || b.Scenario == "":
		return nil, errors.New("it is no bundle: it has no run, no file or no scenario")
	case b.Run.Baselines != nil && slices.Contains(b.Run.Baselines[:], nil):
		return nil, errors.New("it is no bundle: one of its baselines is missing")
	}
	for _, f := range b.Findings {
		if !slices.Contains(finding.Kinds(), f.Kind) {
			near := nearest.Name(string(f.Kind), kindNames())
			return nil, fmt.Errorf("unknown finding %q (did you mean %q?)", f.Kind, near)
		}
	}
	return b, nil
}
