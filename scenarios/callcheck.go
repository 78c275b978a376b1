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
	var errs []error
	for i, c := range calls {
		if at := list.Items[i]; !at.Broken {
			errs = append(errs, checkStep(at, c, state), checkSaid(at, saved))
		}
		saved = slices.AppendSeq(saved, maps.Keys(c.Save))
	}
	return tree.Join(errs...)
}

func checkStep(at *tree.Node, c Call, state *world.State) error {
	if !c.Sends() {
		return checkClock(at)
	}
	if c.Times > 0 && len(c.Wants) > 0 {
		return tree.Fail(at.Find("times"), "a list of answers says how often the call is sent")
	}
	errs := []error{checkCall(at, c, state)}
	if len(c.Wants) == 0 {
		errs = append(errs, checkWants(at.Find("want"), c, c.Want))
	}
	for i, w := range c.Wants {
		errs = append(errs, checkWants(at.Find("want").Items[i], c, w))
	}
	return tree.Join(errs...)
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
	var errs []error
	for _, key := range []string{"headers", "query", "body", "sign"} {
		if n := at.Get(key); n != nil {
			for _, text := range append(n.Items, n) {
				for _, m := range said.FindAllStringSubmatch(text.Text, -1) {
					if !slices.Contains(saved, m[1]) {
						errs = append(errs, tree.Unknown(text, "saved name", m[1], saved))
					}
				}
			}
		}
	}
	return tree.Join(errs...)
}

func checkCall(at *tree.Node, c Call, state *world.State) error {
	var errs []error
	if c.As != Anonymous && state.Callers[c.As] == nil {
		errs = append(errs, tree.Unknown(at.Find("as"), "caller", c.As, append(callerNames(state), Anonymous)))
	}
	if !slices.Contains(allCalls(), c.Call) {
		errs = append(errs, tree.Unknown(at.Find("call"), "call", c.Call, allCalls()))
	}
	switch shape := operations[c.Call]; {
	case shape.Bucket && c.Bucket == "":
		errs = append(errs, tree.Fail(at, "%s needs a bucket", c.Call))
	case shape.Key && c.Key == "":
		errs = append(errs, tree.Fail(at, "%s needs a key", c.Call))
	case c.Presign != nil && c.Sign != nil:
		errs = append(errs, tree.Fail(at.Find("sign"), "a call has either presign or sign"))
	}
	return tree.Join(errs...)
}

// checkWants looks at a want and at what differs in it between the two responses.
func checkWants(at *tree.Node, c Call, w Want) error {
	errs := []error{checkWant(at, c, &w)}
	if w.Article != nil {
		errs = append(errs, checkWant(at.Find("article"), c, w.Article))
	}
	if w.AWS != nil {
		errs = append(errs, checkWant(at.Find("aws"), c, w.AWS))
	}
	return tree.Join(errs...)
}

// checkWant looks up the names in a want. Which codes a control API has it alone knows.
func checkWant(at *tree.Node, c Call, w *Want) error {
	var errs []error
	if _, _, control := c.Control(); w.Code != "" && !control {
		if _, ok := s3err.Lookup(w.Code); !ok {
			errs = append(errs, tree.Unknown(at.Find("code"), "code", w.Code, codeNames()))
		}
	}
	if w.Layer != "" && !slices.Contains(layerNames(), w.Layer) {
		errs = append(errs, tree.Unknown(at.Find("layer"), "layer", w.Layer, layerNames()))
	}
	return tree.Join(errs...)
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
