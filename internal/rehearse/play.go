package rehearse

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/internal/shell"
	"github.com/s3fault/s3fault/scenarios"
)

// Step is one thing that was done, and what came of it.
type Step struct {
	Part    string // "expect", "symptom", "diagnose", "fix", "after the fix"
	As      string // who typed; empty: nothing was typed
	Run     string // the command, or what else was done
	Printed string // by the command, on stdout and stderr together
	Status  int    // with which the command ended
	Took    time.Duration
	Problem string // empty: it went as the lesson says
	Missing string // what is not installed, so that the step was skipped; mostly empty
}

// rehearsal is that of one scenario.
type rehearsal struct {
	stage    *Stage
	scenario *scenarios.Scenario
	player   *play.Player
	steps    []Step
}

func (p *rehearsal) expectations(ctx context.Context, part string, check func(context.Context, *play.Player, *scenarios.Scenario) play.Report) {
	begin := time.Now()
	report := check(ctx, p.player, p.scenario)
	if report.Played == 0 {
		return
	}
	calls := "1 call"
	if report.Played > 1 {
		calls = fmt.Sprint(report.Played, " calls")
	}
	p.steps = append(p.steps, Step{Part: part, Run: calls, Took: time.Since(begin), Problem: strings.Join(report.Failures, "\n")})
}

// lesson types the lesson's commands into one shell.
func (p *rehearsal) lesson(ctx context.Context) error {
	sc, err := p.stage.server.Describe(p.scenario.Name, p.stage.base)
	if err != nil {
		return err
	}
	typist, err := p.open(sc)
	if err != nil {
		return err
	}
	defer typist.close()
	lesson := p.scenario.Lesson
	p.commands(ctx, typist, "symptom", lesson.Symptom)
	p.commands(ctx, typist, "diagnose", lesson.Diagnose)
	p.commands(ctx, typist, "fix", p.scenario.FixCommands)
	if len(p.scenario.FixCommands) == 0 && p.scenario.HasPatch() {
		p.patch()
	}
	return nil
}

// patch brings a cure for which there is no command.
func (p *rehearsal) patch() {
	step := Step{Part: "fix", Run: "fix_patch, for which there is no command"}
	if err := p.stage.server.Fix(p.scenario.Name); err != nil {
		step.Problem = err.Error()
	}
	p.steps = append(p.steps, step)
}

// open starts the shell in a folder of its own, with an `aws` that reaches the
// world first in PATH.
func (p *rehearsal) open(sc *emulator.Scenario) (*typist, error) {
	folder := filepath.Join(p.stage.folder, p.scenario.Name)
	if err := os.RemoveAll(folder); err != nil {
		return nil, err
	}
	work, bin := filepath.Join(folder, "work"), filepath.Join(folder, "bin")
	for _, dir := range []string{work, bin} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	program := shell.Program(sc, p.stage.config.AWS)
	if err := os.WriteFile(filepath.Join(bin, "aws"), []byte(program), 0o700); err != nil {
		return nil, err
	}
	if own := p.stage.config.Command; own != "" {
		if err := os.Symlink(own, filepath.Join(bin, "s3fault")); err != nil {
			return nil, err
		}
	}
	t := &typist{folder: folder, callers: sc.Callers, patience: p.stage.config.Patience}
	return t, t.start(p.stage.bash, work, environment(os.Environ(), sc, folder))
}

func (p *rehearsal) commands(ctx context.Context, t *typist, part string, commands []scenarios.Command) {
	for _, c := range commands {
		step := Step{Part: part, As: c.As, Run: c.Run}
		begin := time.Now()
		var err error
		step.Printed, step.Status, err = t.enter(ctx, c.As, c.Run)
		step.Took = time.Since(begin)
		switch {
		case err != nil:
			step.Problem = err.Error()
		case strings.Contains(step.Printed, noBoto3):
			step.Missing = "boto3"
		default:
			step.Problem = judge(part, c.Prints.In(p.player.Responses), step)
		}
		p.steps = append(p.steps, step)
	}
}

// noBoto3 is what Python prints without boto3. Lessons show some calls of it, and
// a rehearsal can do without.
const noBoto3 = "No module named 'boto3'"

// judge says what is wrong with what a command did. A command may fail that says
// what it prints, unless it is to cure something.
func judge(part, prints string, s Step) string {
	switch {
	case !strings.Contains(squeeze(s.Printed), squeeze(prints)):
		return fmt.Sprintf("it does not print %q, and ends with %d", prints, s.Status)
	case s.Status != 0 && part == "fix":
		return fmt.Sprintf("it ends with %d", s.Status)
	case s.Status != 0 && prints == "":
		return fmt.Sprintf("it ends with %d, and the lesson does not say what it prints", s.Status)
	}
	return ""
}

// squeeze is a text with single spaces: where the lines of JSON break is up to
// the client.
func squeeze(text string) string { return strings.Join(strings.Fields(text), " ") }
