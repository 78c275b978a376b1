// Package worldtest builds the worlds of tests that need no server, from the text of
// a scenario file.
package worldtest

import (
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/scenarios"
)

// Loaded is when the worlds are loaded.
var Loaded = build.Options{Now: time.Date(2026, time.November, 23, 10, 0, 0, 0, time.UTC)}

// World is a scene and its world as it was loaded.
type World struct {
	*build.Scene
	*store.Moment
}

// Build builds the world of a scenario of which facts are the keys, beginning at the
// first column: "accounts: {123456789012: {}}". S3 answers in it as it does today.
func Build(t testing.TB, facts string) *World {
	t.Helper()
	const head = "version: 1\nresponses: aws\nscenarios:\n  world:\n    title: A world\n"
	text := head + "    " + strings.ReplaceAll(strings.TrimSpace(facts), "\n", "\n    ") + "\n"
	file, err := scenarios.Parse("world.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := file.Scenario("world")
	if err != nil {
		t.Fatal(err)
	}
	scene := build.Of(s)
	m, err := scene.Build(Loaded, store.NewIndex(blob.NewStore()))
	if err != nil {
		t.Fatal(err)
	}
	return &World{scene, m}
}
