package main

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/services"
)

// names are what a shell may complete with; none where nobody can be asked.
type names func(cmd *cobra.Command) []string

// completer is names as cobra wants them.
type completer = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// first completes the first argument, and nothing behind it.
func first(all names) completer {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return beginning(all(cmd), typed), cobra.ShellCompDirectiveNoFileComp
	}
}

func beginning(all []string, typed string) []string {
	return slices.DeleteFunc(all, func(name string) bool { return !strings.HasPrefix(name, typed) })
}

// complete completes the value of one of the command's flags.
func complete(cmd *cobra.Command, flag string, all names) {
	// It fails for a flag that the command does not have, or that has been completed already.
	_ = cmd.RegisterFlagCompletionFunc(flag,
		func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			return beginning(all(cmd), typed), cobra.ShellCompDirectiveNoFileComp
		})
}

// among are names that are always the same.
func among(all []string) names { return func(*cobra.Command) []string { return slices.Clone(all) } }

// askTime is how long a person who has pressed Tab waits for a server.
const askTime = 500 * time.Millisecond

// told is an answer of the running server; the zero T where none can be had.
func told[T any](cmd *cobra.Command, a *asking, path func(*server, context.Context) (string, error)) (t T) {
	ctx, cancel := context.WithTimeout(cmd.Context(), askTime)
	defer cancel()
	s, err := a.dial()
	if err != nil {
		return t
	}
	if at, err := path(s, ctx); err == nil {
		_ = s.get(ctx, at, &t) // a shell completes with nothing then
	}
	return t
}

// at is a path that needs no looking up.
func at(path string) func(*server, context.Context) (string, error) {
	return func(*server, context.Context) (string, error) { return path, nil }
}

func scenarioNames(a *asking) names {
	return func(cmd *cobra.Command) (all []string) {
		list := told[struct{ Scenarios []emulator.Summary }](cmd, a, at("/scenarios"))
		for _, sc := range list.Scenarios {
			all = append(all, sc.Name)
		}
		return all
	}
}

func worldNames(a *asking) names {
	return func(cmd *cobra.Command) (all []string) {
		list := told[struct{ Worlds []emulator.WorldSummary }](cmd, a, at("/worlds"))
		for _, w := range list.Worlds {
			all = append(all, w.ID)
		}
		return all
	}
}

// callerNames are those of the world that a flag of the command names.
func callerNames(a *asking, world *string) names {
	return func(cmd *cobra.Command) []string {
		sc := told[emulator.Scenario](cmd, a, func(s *server, ctx context.Context) (string, error) {
			name, err := s.worldName(ctx, *world)
			return "/scenarios/" + url.PathEscape(name), err
		})
		return sortedNames(sc.Callers)
	}
}

func (f faulting) ruleNames(cmd *cobra.Command) (all []string) {
	list := told[struct{ Faults []emulator.Fault }](cmd, f.asking, func(s *server, ctx context.Context) (string, error) {
		name, err := s.worldName(ctx, *f.world)
		return faultsPath(name), err
	})
	for _, rule := range list.Faults {
		all = append(all, rule.Name)
	}
	return all
}

// fileScenarios are those of the scenario file that a flag names.
func fileScenarios(path *string) names {
	return func(*cobra.Command) []string {
		file, err := loadFile(*path)
		if err != nil {
			return nil
		}
		return file.Names()
	}
}

// thenFile completes the first argument, and a file behind it.
func thenFile(all names) completer {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 1 {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return first(all)(cmd, args, typed)
	}
}

// ruleArguments completes an operation, and then effects.
func ruleArguments(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	all := operationNames()
	if len(args) > 0 {
		all = append(effectWords(), codeNames()...)
	}
	return beginning(all, typed), cobra.ShellCompDirectiveNoFileComp
}

func operationNames() []string {
	all := slices.Clone(classes)
	for _, o := range services.Catalogue().Operations {
		all = append(all, o.String())
	}
	return all
}

func codeNames() []string {
	codes := s3err.Codes()
	all := make([]string, len(codes))
	for i, c := range codes {
		all[i] = c.String()
	}
	return all
}
