package scenarios

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// checkCalls refuses names in a list of calls that nothing has: callers, calls,
// codes, layers.
func checkCalls(list *node, calls []Call, state *world.State) error {
	for i, c := range calls {
		at := list.items[i]
		if err := checkCall(at, c, state); err != nil {
			return err
		}
		for _, w := range []*Want{&c.Want, c.Want.Article, c.Want.AWS} {
			if w == nil {
				continue
			}
			if err := checkWant(at.find("want"), w); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkCall(at *node, c Call, state *world.State) error {
	switch shape, ok := operations[c.Call]; {
	case c.As != Anonymous && state.Callers[c.As] == nil:
		return unknown(at.find("as"), "caller", c.As, append(callerNames(state), Anonymous))
	case !ok:
		return unknown(at.find("call"), "call", c.Call, Calls())
	case shape.Bucket && c.Bucket == "":
		return fail(at, "%s needs a bucket", c.Call)
	case shape.Key && c.Key == "":
		return fail(at, "%s needs a key", c.Call)
	case c.Presign != nil && c.Sign != nil:
		return fail(at.find("sign"), "a call has either presign or sign")
	}
	return nil
}

func checkWant(at *node, w *Want) error {
	if w.Code != "" {
		if _, ok := s3err.Lookup(w.Code); !ok {
			return unknown(at.find("code"), "code", w.Code, codeNames())
		}
	}
	if w.Layer != "" && !slices.Contains(layerNames(), w.Layer) {
		return unknown(at.find("layer"), "layer", w.Layer, layerNames())
	}
	return nil
}

func callerNames(s *world.State) []string { return slices.Sorted(maps.Keys(s.Callers)) }

func codeNames() []string {
	var names []string
	for _, c := range s3err.Codes() {
		names = append(names, c.String())
	}
	return names
}

func layerNames() []string {
	var names []string
	for _, l := range authz.Layers() {
		names = append(names, string(l))
	}
	return names
}
