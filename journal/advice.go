package journal

import "github.com/s3fault/s3fault/authz"

// Advice is what would let a refused request pass: the fewest changes of its world,
// or of the program that made it.
type Advice struct {
	Changes []Change `json:"changes"`
	// Patch is the patches of all changes in one; empty: the world needs none.
	Patch Patch `json:"patch,omitempty"`
	// Proved says that the request's questions were put to a copy of the world with
	// the Patch, and that no layer said no. Otherwise the Changes are not enough, or
	// the program has its part to do.
	Proved bool `json:"proved"`
}

// Change is one step. A change of the world has a Patch; where the cure is in the
// program there is a Text alone.
type Change struct {
	Layer authz.Layer `json:"layer"` // that it satisfies
	Text  string      `json:"text"`
	Patch Patch       `json:"patch,omitempty"`
}

// Patch is a JSON merge patch of a world in the form of the scenario file.
type Patch map[string]any
