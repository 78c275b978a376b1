package scenarios

import (
	"maps"
	"regexp"
	"slices"
	"sync"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/services"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// checkCalls refuses names in a list of calls that nothing has: callers, calls,
// codes, layers, and what no call above has saved.
func checkCalls(list *tree.Node, calls []Call, state *world.State) error {
	var saved []string
	for i, c := range calls {
		at := list.Items[i]
		if err := checkStep(at, c, state); err != nil {
			return err
		}
		if err := checkSaid(at, saved); err != nil {
			return err
		}
		saved = slices.AppendSeq(saved, maps.Keys(c.Save))
	}
	return nil
}

func checkStep(at *tree.Node, c Call, state *world.State) error {
	if !c.Sends() {
		return checkClock(at)
	}
	if c.Times > 0 && len(c.Wants) > 0 {
		return tree.Fail(at.Find("times"), "a list of answers says how often the call is sent")
	}
	if err := checkCall(at, c, state); err != nil {
		return err
	}
	if len(c.Wants) == 0 {
		return checkWants(at.Find("want"), c, c.Want)
	}
	for i, w := range c.Wants {
		if err := checkWants(at.Find("want").Items[i], c, w); err != nil {
			return err
		}
	}
	return nil
}

// checkClock wants a step of the clock to be that alone.
func checkClock(at *tree.Node) error {
	if len(at.Keys) > 1 {
		return tree.Fail(at.Keys[1], "a step of the clock has one key: advance or client_skew")
	}
	return nil
}

// said is where a text says what a call above has saved.
var said = regexp.MustCompile(`\{([a-z][a-z0-9_]*)\}`)

// checkSaid looks for names in braces wherever the player does.
func checkSaid(at *tree.Node, saved []string) error {
	for _, key := range []string{"headers", "query", "body", "sign"} {
		if n := at.Get(key); n != nil {
			for _, text := range append(n.Items, n) {
				for _, m := range said.FindAllStringSubmatch(text.Text, -1) {
					if !slices.Contains(saved, m[1]) {
						return tree.Unknown(text, "saved name", m[1], saved)
					}
				}
			}
		}
	}
	return nil
}

func checkCall(at *tree.Node, c Call, state *world.State) error {
	if c.As != Anonymous && state.Callers[c.As] == nil {
		return tree.Unknown(at.Find("as"), "caller", c.As, append(callerNames(state), Anonymous))
	}
	if !slices.Contains(allCalls(), c.Call) {
		return tree.Unknown(at.Find("call"), "call", c.Call, allCalls())
	}
	switch shape := operations[c.Call]; {
	case shape.Bucket && c.Bucket == "":
		return tree.Fail(at, "%s needs a bucket", c.Call)
	case shape.Key && c.Key == "":
		return tree.Fail(at, "%s needs a key", c.Call)
	case c.Presign != nil && c.Sign != nil:
		return tree.Fail(at.Find("sign"), "a call has either presign or sign")
	}
	return nil
}

// checkWants looks at a want and at what differs in it between the two responses.
func checkWants(at *tree.Node, c Call, w Want) error {
	for _, w := range []*Want{&w, w.Article, w.AWS} {
		if w == nil {
			continue
		}
		if err := checkWant(at, c, w); err != nil {
			return err
		}
	}
	return nil
}

// checkWant looks up the names in a want. Which codes a control API has it alone knows.
func checkWant(at *tree.Node, c Call, w *Want) error {
	if _, _, control := c.Control(); w.Code != "" && !control {
		if _, ok := s3err.Lookup(w.Code); !ok {
			return tree.Unknown(at.Find("code"), "code", w.Code, codeNames())
		}
	}
	if w.Layer != "" && !slices.Contains(layerNames(), w.Layer) {
		return tree.Unknown(at.Find("layer"), "layer", w.Layer, layerNames())
	}
	return nil
}

// allCalls are S3's operations, and the actions of the control APIs that can be called.
var allCalls = sync.OnceValue(func() []string {
	names := Calls()
	for _, o := range services.Catalogue().Operations {
		if _, _, ok := (Call{Call: o.String()}).Control(); ok {
			names = append(names, o.String())
		}
	}
	return names
})

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
