package build

import (
	"cmp"
	"iter"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// trails are CloudTrail's trails by name, which write into buckets that are there.
var trails = facts.Many("trails", facts.Names{}, trail, (*making).addTrail,
	func(w *making) iter.Seq2[string, *trailIn] {
		return facts.ByName(w.Trails, func(_ string, t *world.Trail) *trailIn { return &trailIn{world: w, Trail: t} })
	}).
	Says("CloudTrail's trails, by name")

// trailIn is a trail in its world, and where it is read.
type trailIn struct {
	world *making
	*world.Trail
	node *tree.Node
	data []string // of data_events
}

var trail = facts.New("trail",
	facts.Fact("account", facts.Text, (*trailIn).setAccount, func(t *trailIn) string { return t.Account }).
		Says("the account that the trail belongs to", "that of the bucket").After("bucket"),
	facts.Field("region", facts.Text, func(t *trailIn) *string { return &t.Region }).
		Says("the trail's home region", "that of the world"),
	facts.Fact("bucket", facts.Text, (*trailIn).setBucket,
		func(t *trailIn) string { return t.Bucket }).
		Says("the bucket that log files go to").Must("a trail needs a bucket"),
	facts.Field("prefix", facts.Text, func(t *trailIn) *string { return &t.Prefix }).
		Says("what the keys of log files begin with"),
	facts.Field("multi_region", facts.Switch, func(t *trailIn) *bool { return &t.MultiRegion }).
		Says("whether events of all regions are logged", "true"),
	facts.Field("log_file_validation", facts.Boolean, func(t *trailIn) *bool { return &t.Validated }).
		Says("whether log files are to be validated; digests are not written", "false"),
	facts.Field("logging", facts.Switch, func(t *trailIn) *bool { return &t.Logging }).
		Says("whether the trail is on", "true"),
	facts.Field("started", facts.Instant, func(t *trailIn) *time.Time { return &t.Started }).
		Says("when logging began", "at loading"),
	facts.Field("stopped", facts.Instant, func(t *trailIn) *time.Time { return &t.Stopped }).
		Says("when logging ended"),
	facts.Field("tags", facts.Tags, func(t *trailIn) *map[string]string { return &t.Tags }).
		Says("the trail's tags"),
	facts.Field("data_events", dataEvents, func(t *trailIn) *[]string { return &t.data }).
		Says("which objects' events are logged: true for all, or what their ARNs begin with", "none").ReadAlone(),
	facts.Field("event_selectors", facts.Listed(facts.Record(selector)),
		func(t *trailIn) *[]world.EventSelector { return &t.Selectors }).
		Says("which events are logged, as PutEventSelectors has them", "management events"),
).Rule(func(n *tree.Node) error {
	if both := n.Get("data_events"); both != nil && n.Get("event_selectors") != nil {
		return tree.Fail(both, "a trail has data_events or event_selectors, not both")
	}
	return nil
}).Then((*trailIn).finish)

// allObjects is the selector's value for every object of every bucket.
const allObjects = "arn:aws:s3"

// dataEvents is a selector of its own beside the management events: true, or the ARNs
// that an object's begins with.
var dataEvents = facts.Or(facts.Texts, facts.Boolean.Form, func(n *tree.Node) bool { return n.Kind == tree.Bool },
	func(n *tree.Node) ([]string, error) {
		every, err := facts.Boolean.Read(n)
		if every {
			return []string{allObjects}, nil
		}
		return nil, err
	})

var selector = facts.New("selector",
	facts.Field("read_write", facts.OneOf("value", world.ReadWriteAll, world.ReadOnly, world.WriteOnly),
		func(s *world.EventSelector) *string { return &s.ReadWrite }).
		Says("which of them: those that read, that write, or all", "All"),
	facts.Field("management_events", facts.Switch, func(s *world.EventSelector) *bool { return &s.Management }).
		Says("whether management events are logged", "false"),
	facts.Field("data_events", facts.Texts, func(s *world.EventSelector) *[]string { return &s.DataEvents }).
		Says("what the ARNs of objects begin with whose events are logged"),
).Then(func(s *world.EventSelector, _ *tree.Node) error {
	s.ReadWrite = cmp.Or(s.ReadWrite, world.ReadWriteAll)
	return nil
})

func (w *making) addTrail(name string, n *tree.Node) (*trailIn, error) {
	t := &world.Trail{Name: name, Region: w.Region, MultiRegion: true, Logging: true}
	w.Trails[name] = t
	return &trailIn{world: w, Trail: t, node: n}, nil
}

func (t *trailIn) setBucket(name string, n *tree.Node) error {
	if t.Bucket = name; t.world.Buckets[name] == nil {
		return tree.Unknown(n, "bucket", name, keysOf(t.world.Buckets))
	}
	return nil
}

func (t *trailIn) setAccount(name string, _ *tree.Node) (err error) {
	t.Account, err = t.world.account(cmp.Or(name, t.world.Buckets[t.Bucket].Owner), t.node.Find("account"))
	return err
}

// finish gives a trail without selectors the one that it begins with.
func (t *trailIn) finish(*tree.Node) error {
	t.Region = cmp.Or(t.Region, t.world.Region)
	if t.Selectors == nil {
		t.Selectors = []world.EventSelector{{ReadWrite: world.ReadWriteAll, Management: true, DataEvents: t.data}}
	}
	return nil
}
