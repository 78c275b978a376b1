package scenarios

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// checkCalls refuses names in a list of calls that nothing has: callers, calls,
// codes, layers.
func checkCalls(list *tree.Node, calls []Call, state *world.State) error {
	for i, c := range calls {
		at := list.Items[i]
		if err := checkCall(at, c, state); err != nil {
			return err
		}
		for _, w := range []*Want{&c.Want, c.Want.Article, c.Want.AWS} {
			if w == nil {
				continue
			}
			if err := checkWant(at.Find("want"), w); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkCall(at *tree.Node, c Call, state *world.State) error {
	switch shape, ok := operations[c.Call]; {
	case c.As != Anonymous && state.Callers[c.As] == nil:
		return tree.Unknown(at.Find("as"), "caller", c.As, append(callerNames(state), Anonymous))
	case !ok:
		return tree.Unknown(at.Find("call"), "call", c.Call, Calls())
	case shape.Bucket && c.Bucket == "":
		return tree.Fail(at, "%s needs a bucket", c.Call)
	case shape.Key && c.Key == "":
		return tree.Fail(at, "%s needs a key", c.Call)
	case c.Presign != nil && c.Sign != nil:
		return tree.Fail(at.Find("sign"), "a call has either presign or sign")
	}
	return nil
}

func checkWant(at *tree.Node, w *Want) error {
	if w.Code != "" {
		if _, ok := s3err.Lookup(w.Code); !ok {
			return tree.Unknown(at.Find("code"), "code", w.Code, codeNames())
		}
	}
	if w.Layer != "" && !slices.Contains(layerNames(), w.Layer) {
		return tree.Unknown(at.Find("layer"), "layer", w.Layer, layerNames())
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
