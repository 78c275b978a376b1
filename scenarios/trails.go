package scenarios

import (
	"cmp"

	"github.com/s3fault/s3fault/internal/world"
)

// trailDoc is a trail of CloudTrail. data_events is a selector of its own beside
// the management events: true, or the ARNs that an object's begins with.
type trailDoc struct {
	At          *node          `yaml:"-"`
	Account     string         `yaml:"account"`
	Region      string         `yaml:"region"`
	Bucket      string         `yaml:"bucket"`
	Prefix      string         `yaml:"prefix"`
	MultiRegion *bool          `yaml:"multi_region"`
	Logging     *bool          `yaml:"logging"`
	Started     instantDoc     `yaml:"started"`
	Stopped     instantDoc     `yaml:"stopped"`
	DataEvents  *dataEventsDoc `yaml:"data_events"`
	Selectors   []selectorDoc  `yaml:"event_selectors"`
}

// allObjects is the selector's value for every object of every bucket.
const allObjects = "arn:aws:s3"

// dataEventsDoc is true, false, or a list of ARNs.
type dataEventsDoc struct{ arns []string }

func (d *dataEventsDoc) decode(n *node) error {
	if n.kind != boolKind {
		return decode(n, &d.arns)
	}
	var every bool
	if err := decode(n, &every); err != nil {
		return err
	}
	if every {
		d.arns = []string{allObjects}
	}
	return nil
}

type selectorDoc struct {
	At         *node    `yaml:"-"`
	ReadWrite  string   `yaml:"read_write"`
	Management bool     `yaml:"management_events"`
	DataEvents []string `yaml:"data_events"`
}

func (d *selectorDoc) validate() error {
	return oneOf(d.At.get("read_write"), "value", d.ReadWrite, []string{world.ReadWriteAll, world.ReadOnly, world.WriteOnly})
}

func (d *trailDoc) validate() error {
	switch {
	case d.Bucket == "":
		return fail(d.At, "a trail needs a bucket")
	case d.DataEvents != nil && d.Selectors != nil:
		return fail(d.At.get("data_events"), "a trail has data_events or event_selectors, not both")
	}
	return nil
}

// trails makes the trails, which write into buckets that are there.
func (b *builder) trails(s *world.State) error {
	for _, name := range keysOf(b.doc.Trails) {
		d := b.doc.Trails[name]
		bucket := s.Buckets[d.Bucket]
		if bucket == nil {
			return unknown(d.At.find("bucket"), "bucket", d.Bucket, keysOf(s.Buckets))
		}
		account, err := b.account(s, cmp.Or(d.Account, bucket.Owner), d.At.find("account"))
		if err != nil {
			return err
		}
		s.Trails[name] = &world.Trail{
			Name: name, Account: account, Region: cmp.Or(d.Region, s.Region), Bucket: d.Bucket, Prefix: d.Prefix,
			MultiRegion: d.MultiRegion == nil || *d.MultiRegion, Logging: d.Logging == nil || *d.Logging,
			Started: d.Started.Time, Stopped: d.Stopped.Time, Selectors: d.selectors(),
		}
	}
	return nil
}

func (d *trailDoc) selectors() []world.EventSelector {
	if d.Selectors == nil {
		all := world.EventSelector{ReadWrite: world.ReadWriteAll, Management: true}
		if d.DataEvents != nil {
			all.DataEvents = d.DataEvents.arns
		}
		return []world.EventSelector{all}
	}
	made := []world.EventSelector{}
	for _, s := range d.Selectors {
		made = append(made, world.EventSelector{ReadWrite: cmp.Or(s.ReadWrite, world.ReadWriteAll), Management: s.Management, DataEvents: s.DataEvents})
	}
	return made
}

func describeTrail(t *world.Trail) *node {
	n := newMapping().add("account", newText(t.Account)).add("region", newText(t.Region)).add("bucket", newText(t.Bucket)).
		add("prefix", optional(t.Prefix)).add("multi_region", newBool(t.MultiRegion)).add("logging", newBool(t.Logging))
	if !t.Started.IsZero() {
		n.add("started", newText(isoDate(t.Started)))
	}
	if !t.Stopped.IsZero() {
		n.add("stopped", newText(isoDate(t.Stopped)))
	}
	return n.add("event_selectors", listOf(t.Selectors, func(s world.EventSelector) *node {
		return newMapping().add("read_write", newText(s.ReadWrite)).add("management_events", newBool(s.Management)).
			add("data_events", newList(s.DataEvents))
	}))
}
