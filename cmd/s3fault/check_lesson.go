package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/lesson"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// checkLessons tells of each scenario whether its lesson teaches: what it has, whether its own
// cure is good, and what the grade makes of the cures that learners try first. It prints a line
// for each scenario and one for each thing that is wrong.
func checkLessons(ctx context.Context, w io.Writer, file *scenarios.File, names []string, responses string) error {
	s, err := emulator.New(emulator.Config{File: file, Responses: responses})
	if err != nil {
		return err
	}
	base, stop, err := s.Loopback(ctx)
	if err != nil {
		return err
	}
	control, err := dial(base)
	wrong := 0
	for _, name := range names {
		if err != nil {
			break
		}
		l := &lessonCheck{server: s, control: control, world: name}
		if err = l.check(ctx, file); err == nil {
			wrong += l.print(w)
		}
	}
	if stopped := stop(); err == nil {
		err = stopped
	}
	if err == nil && wrong > 0 {
		err = errFailed
	}
	return err
}

// lessonCheck is the check of one lesson, in its scenario's own world.
type lessonCheck struct {
	server  *emulator.Server
	control *server
	world   string
	wrong   []string
	told    []string // of each wide cure
	noticed bool     // that one of them is too wide
}

func (l *lessonCheck) check(ctx context.Context, file *scenarios.File) error {
	sc, err := file.Scenario(l.world)
	if err != nil {
		return err
	}
	l.wrong = append(l.wrong, lesson.Lacks(sc)...)
	g, err := l.grade(ctx, nil)
	if err != nil {
		return err
	}
	if g.Verdict != journal.Good {
		l.wrong = append(l.wrong, fmt.Sprintf("its own cure is %s%s", g.Verdict, opened(g)))
	}
	facts, err := l.server.Facts(l.world)
	if err != nil {
		return err
	}
	cures, err := lesson.WideCures(facts, "app")
	for i := 0; err == nil && i < len(cures); i++ {
		err = l.try(ctx, cures[i])
	}
	if err == nil && !l.noticed {
		l.wrong = append(l.wrong, "none of the wide cures is graded too-wide")
	}
	return err
}

// try makes a wide cure beside the scenario's own.
func (l *lessonCheck) try(ctx context.Context, c lesson.Wide) error {
	patch, err := json.Marshal(c.Patch)
	if err != nil {
		return err
	}
	g, err := l.grade(ctx, patch)
	if err != nil {
		return err
	}
	told := fmt.Sprintf("%s: %s%s", c.Name, g.Verdict, opened(g))
	if g.Verdict == journal.Good {
		// What it lets somebody do he may do anyway, or something above denies it.
		told = fmt.Sprintf("%s: opens nothing here, on %d deeds", c.Name, g.Asked)
	}
	l.told = append(l.told, told)
	l.noticed = l.noticed || g.Verdict == journal.TooWide
	return nil
}

// grade is that of the scenario's own cure, with a patch on top; nil: none.
func (l *lessonCheck) grade(ctx context.Context, patch []byte) (*journal.Grade, error) {
	err := l.server.Reset(l.world)
	if err == nil {
		err = l.server.Fix(l.world)
	}
	if err == nil && patch != nil {
		err = l.server.Patch(l.world, patch)
	}
	if err != nil {
		return nil, err
	}
	g := &journal.Grade{}
	return g, l.control.call(ctx, http.MethodGet, worldPath(l.world)+"/grade", nil, g)
}

// opened names the first deed that a cure opens.
func opened(g *journal.Grade) string {
	if len(g.Opened) == 0 {
		return ""
	}
	d := g.Opened[0]
	return fmt.Sprintf(", %d deeds opened, such as %s by %s on %s", len(g.Opened), d.Action, d.As, d.Resource)
}

// print is how many things are wrong.
func (l *lessonCheck) print(w io.Writer) int {
	if len(l.wrong) == 0 {
		fmt.Fprintf(w, "ok    %s\n", l.world)
	}
	for _, text := range l.wrong {
		fmt.Fprintf(w, "FAIL  %s: %s\n", l.world, text)
	}
	for _, text := range l.told {
		fmt.Fprintf(w, "      %s\n", text)
	}
	return len(l.wrong)
}
