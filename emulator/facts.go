package emulator

import (
	"encoding/json"

	"github.com/s3fault/s3fault/internal/build"
)

// Facts is a world as it is now, in the form of the scenario file, as JSON.
func (s *Server) Facts(name string) (json.RawMessage, error) {
	w, err := s.worlds.find("world", name)
	if err != nil {
		return nil, err
	}
	w.age(s.config.Now())
	return build.Describe(w.live.Now())
}

// Patch changes a world by a JSON merge patch in the form of the scenario file,
// whole or not at all. Its errors name the place in the patch.
func (s *Server) Patch(name string, patch []byte) error {
	w, err := s.worlds.find("world", name)
	if err != nil {
		return err
	}
	n, err := build.ParsePatch(patch)
	if err != nil {
		return err
	}
	w.age(s.config.Now())
	return s.patch(w, n)
}

// Reset puts a world back as it was loaded, in one step.
func (s *Server) Reset(name string) error {
	w, err := s.worlds.find("world", name)
	if err != nil {
		return err
	}
	return s.reset(w)
}

// Fix applies the fix_patch of a world's scenario, whole or not at all; without
// one nothing changes.
func (s *Server) Fix(name string) error {
	w, err := s.worlds.find("world", name)
	if err != nil {
		return err
	}
	return s.fix(w)
}
