package scenarios

import (
	"cmp"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/tree"
)

// document is a scenario file as it is written.
type document struct {
	version   int
	responses string
	asOf      time.Time
	defaults  *tree.Node
	scenarios *tree.Node
	lessons   *tree.Node // an entry for the name of each scenario
	faults    fault.Known
}

// whole is the whole of a scenario file.
var whole = facts.NewWhole(fileFacts.Shape, scenarioFacts.Shape)

var fileFacts = facts.New("file",
	facts.Field("version", version, func(d *document) *int { return &d.version }),
	facts.Field("responses", build.Responses, func(d *document) *string { return &d.responses }),
	facts.Field("as_of", facts.Date, func(d *document) *time.Time { return &d.asOf }),
	facts.Fact("fault_sets", fault.Sets, (*document).setFaultSets,
		func(*document) map[string][]fault.Item { return nil }),
	facts.Field("defaults", facts.TreeOf(scenarioFacts.Form().Part()),
		func(d *document) **tree.Node { return &d.defaults }),
	facts.Field("scenarios", facts.TreeOf(facts.Named(scenarioFacts.Form().Part().Having("title"), names)),
		func(d *document) **tree.Node { return &d.scenarios }),
	facts.Field("lessons", facts.TreeOf(facts.Named(lessonsEntry.Form(), names).Unchecked()),
		func(d *document) **tree.Node { return &d.lessons }),
)

// version is that of the form of the file: 1.
var version = facts.Kind[int]{
	Form: facts.Simple(facts.Schema{"const": 1}, facts.Number.Read), Read: facts.Number.Read, Write: facts.Number.Write,
}

// names are those that can stand in a path and in a host name: see isName.
var names = facts.Names{Pattern: `^[a-z][a-z0-9-]{0,62}$`}

// scenarioFacts are a world, and what there is to learn from it.
var scenarioFacts = facts.New("scenario", facts.Forms[*Scenario](build.World)...).With(
	taught, cured,
	facts.Field("title", facts.Text, func(s *Scenario) *string { return &s.Title }),
	facts.Field("source", facts.Text, func(s *Scenario) *string { return &s.Source }),
	facts.Field("fix", facts.List(facts.Number), func(s *Scenario) *[]int { return &s.Fix }),
	facts.Field("expect", calls, func(s *Scenario) *[]Call { return &s.Expect }),
	facts.Told[*Scenario]("fix_patch", build.World.Form()),
	facts.Field("after_fix", calls, func(s *Scenario) *[]Call { return &s.AfterFix }),
	facts.Field("still_denied", calls, func(s *Scenario) *[]Call { return &s.StillDenied }),
)

// What there is to learn from a scenario and to type in it stands in the scenario, or
// under the scenario's name in `lessons` or in the lessons.yaml beside the file.
var (
	lessonsEntry = facts.New("lessons entry", taught, cured)

	taught = facts.Field("lesson", facts.Record(lesson), func(s *Scenario) *Lesson { return &s.Lesson })
	cured  = facts.Field("fix_commands", facts.List(command), func(s *Scenario) *[]Command { return &s.FixCommands })
)

var lesson = facts.New("lesson",
	facts.Field("why", facts.Text, func(l *Lesson) *string { return &l.Why }),
	facts.Field("symptom", facts.List(command), func(l *Lesson) *[]Command { return &l.Symptom }),
	facts.Field("diagnose", facts.List(command), func(l *Lesson) *[]Command { return &l.Diagnose }),
)

// command is a text, typed by admin, or a mapping.
var command = facts.OrText(facts.Record(facts.New("command",
	facts.Field("as", facts.Text, func(c *Command) *string { return &c.As }),
	facts.Field("run", facts.Text, func(c *Command) *string { return &c.Run }).Must("a command needs run"),
	facts.Field("prints", prints, func(c *Command) *Prints { return &c.Prints }),
).Then(func(c *Command, _ *tree.Node) error {
	c.As = cmp.Or(c.As, adminCaller)
	return nil
})), func(run string) Command { return Command{As: adminCaller, Run: run} })

// prints is a text, which both responses print, or a mapping of two.
var prints = facts.OrText(facts.Record(facts.New("mapping",
	facts.Field("article", facts.Text, func(p *Prints) *string { return &p.Article }).Must(oneForEach),
	facts.Field("aws", facts.Text, func(p *Prints) *string { return &p.AWS }).Must(oneForEach),
)), func(text string) Prints { return Prints{text, text} })

const oneForEach = "prints is a text, or one for article and one for aws"

// calls are requests that a scenario expects something of.
var calls = facts.List(facts.Record(facts.New("call",
	facts.Field("as", facts.Text, func(c *Call) *string { return &c.As }),
	facts.Field("call", facts.Text, func(c *Call) *string { return &c.Call }),
	facts.Field("bucket", facts.Text, func(c *Call) *string { return &c.Bucket }),
	facts.Field("key", facts.Text, func(c *Call) *string { return &c.Key }),
	facts.Field("version_id", facts.Text, func(c *Call) *string { return &c.VersionID }),
	facts.Field("headers", facts.Tags, func(c *Call) *map[string]string { return &c.Headers }),
	facts.Field("query", facts.Tags, func(c *Call) *map[string]string { return &c.Query }),
	facts.Field("body", facts.Text, func(c *Call) *string { return &c.Body }),
	facts.Field("presign", facts.RecordIf(presigning), func(c *Call) **Presigning { return &c.Presign }),
	facts.Field("sign", facts.RecordIf(signing), func(c *Call) **Signing { return &c.Sign }),
	facts.Field("want", facts.Record(want), func(c *Call) *Want { return &c.Want }),
)))

var presigning = facts.New("presigning",
	facts.Field("expires", facts.Duration, func(p *Presigning) *time.Duration { return &p.Expires }),
	facts.Field("age", facts.Duration, func(p *Presigning) *time.Duration { return &p.Age }),
	facts.Field("region", facts.Text, func(p *Presigning) *string { return &p.Region }),
	facts.Field("sigv2", facts.Boolean, func(p *Presigning) *bool { return &p.SigV2 }),
	facts.Field("method", facts.Text, func(p *Presigning) *string { return &p.Method }),
)

var signing = facts.New("signing",
	facts.Field("region", facts.Text, func(s *Signing) *string { return &s.Region }),
	facts.Field("secret", facts.Text, func(s *Signing) *string { return &s.Secret }),
	facts.Field("access_key_id", facts.Text, func(s *Signing) *string { return &s.AccessKey }),
	facts.Field("age", facts.Duration, func(s *Signing) *time.Duration { return &s.Age }),
	facts.Field("drop_header", facts.Text, func(s *Signing) *string { return &s.DropHeader }),
)

// want holds itself: what differs between the two responses.
var want = func() *facts.Struct[*Want] {
	want := facts.New("want",
		facts.Field("status", facts.Number, func(w *Want) *int { return &w.Status }),
		facts.Field("code", facts.Text, func(w *Want) *string { return &w.Code }),
		facts.Field("message", facts.Text, func(w *Want) *string { return &w.Message }),
		facts.Field("layer", facts.Text, func(w *Want) *string { return &w.Layer }),
		facts.Field("statement", facts.Text, func(w *Want) *string { return &w.Statement }),
		facts.Field("body_contains", facts.Text, func(w *Want) *string { return &w.BodyContains }),
		facts.Field("header", facts.Tags, func(w *Want) *map[string]string { return &w.Header }),
	)
	return want.With(
		facts.Field("article", facts.RecordIf(want), func(w *Want) **Want { return &w.Article }),
		facts.Field("aws", facts.RecordIf(want), func(w *Want) **Want { return &w.AWS }),
	)
}()

func (d *document) setFaultSets(sets map[string][]fault.Item, n *tree.Node) (err error) {
	d.faults, err = d.faults.With(sets, n)
	return err
}
