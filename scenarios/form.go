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
	faults    *fault.Knowing
	broken    bool // something in it is not good in form
}

// whole is the whole of a scenario file.
var whole = facts.NewWhole(fileFacts.Shape, scenarioFacts.Shape)

var fileFacts = facts.New("file",
	facts.Field("version", version, func(d *document) *int { return &d.version }).
		Says("the version of the file's form: 1", "an error"),
	facts.Field("responses", build.Responses, func(d *document) *string { return &d.responses }).
		Says("how S3 answers in all scenarios: aws as today, article as in June 2023", "aws"),
	facts.Field("as_of", facts.Date, func(d *document) *time.Time { return &d.asOf }).
		Says("the day whose S3 it is in all scenarios", "today"),
	facts.Fact("fault_sets", fault.Sets, (*document).setFaultSets,
		func(*document) map[string][]fault.Item { return nil }).
		Says("lists of fault rules, by name, which `use` stands for"),
	facts.Field("defaults", facts.TreeOf(scenarioFacts.Form().Part()),
		func(d *document) **tree.Node { return &d.defaults }).
		Says("what every scenario has, unless it says otherwise; a null takes away"),
	facts.Field("scenarios", facts.TreeOf(facts.Named(scenarioFacts.Form().Part().Having("title"), names)),
		func(d *document) **tree.Node { return &d.scenarios }).
		Says("the scenarios, by name: a-z, 0-9 and hyphens", "an error"),
	facts.Field("lessons", facts.TreeOf(facts.Named(lessonsEntry.Form(), names).Unchecked()),
		func(d *document) **tree.Node { return &d.lessons }).
		Says("lessons and fix_commands, by the scenario's name"),
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
	facts.Field("title", facts.Text, func(s *Scenario) *string { return &s.Title }).
		Says("what the scenario is about, on a line", "an error"),
	facts.Field("source", facts.Text, func(s *Scenario) *string { return &s.Source }).
		Says("which fact it shows, for who reads the file"),
	facts.Field("fix", facts.List(facts.Number), func(s *Scenario) *[]int { return &s.Fix }).
		Says("the numbers of the article's fixes"),
	facts.Field("expect", calls, func(s *Scenario) *[]Call { return &s.Expect }).
		Says("what a client must see in the world as it is loaded"),
	facts.Told[*Scenario]("fix_patch", build.World.Form()).
		Says("the cure, merged into the world; a null takes away", "the cure is in the program"),
	facts.Field("after_fix", calls, func(s *Scenario) *[]Call { return &s.AfterFix }).
		Says("what a client must see after the fix"),
	facts.Field("still_denied", calls, func(s *Scenario) *[]Call { return &s.StillDenied }).
		Says("what must be refused after the fix, too"),
	facts.Field("warns", facts.Texts, func(s *Scenario) *[]string { return &s.Warns }).
		Says("parts of the warnings of check that the scenario is about, and that are left out"),
)

// What there is to learn from a scenario and to type in it stands in the scenario, or
// under the scenario's name in `lessons` or in the lessons.yaml beside the file.
var (
	lessonsEntry = facts.New("lessons entry", taught, cured)

	taught = facts.Field("lesson", facts.Record(lesson), func(s *Scenario) *Lesson { return &s.Lesson }).
		Says("what there is to learn from it")
	cured = facts.Field("fix_commands", facts.List(command), func(s *Scenario) *[]Command { return &s.FixCommands }).
		Says("the cure as commands to type")
)

var lesson = facts.New("lesson",
	facts.Field("why", facts.Text, func(l *Lesson) *string { return &l.Why }).
		Says("why S3 says no"),
	facts.Field("symptom", facts.List(command), func(l *Lesson) *[]Command { return &l.Symptom }).
		Says("commands that show the refusal"),
	facts.Field("diagnose", facts.List(command), func(l *Lesson) *[]Command { return &l.Diagnose }).
		Says("commands that find its cause"),
)

// command is a text, typed by admin, or a mapping.
var command = facts.OrText(facts.Record(facts.New("command",
	facts.Field("as", facts.Text, func(c *Command) *string { return &c.As }).
		Says("who types it: a caller", "admin"),
	facts.Field("run", facts.Text, func(c *Command) *string { return &c.Run }).
		Says("the command").Must("a command needs run"),
	facts.Field("prints", prints, func(c *Command) *Prints { return &c.Prints }).
		Says("a part of what it prints; without one it must not fail"),
).Then(func(c *Command, _ *tree.Node) error {
	c.As = cmp.Or(c.As, adminCaller)
	return nil
})), func(run string) Command { return Command{As: adminCaller, Run: run} })

// prints is a text, which both responses print, or a mapping of two.
var prints = facts.OrText(facts.Record(facts.New("mapping",
	facts.Field("article", facts.Text, func(p *Prints) *string { return &p.Article }).
		Says("what it prints with responses: article").Must(oneForEach),
	facts.Field("aws", facts.Text, func(p *Prints) *string { return &p.AWS }).
		Says("what it prints with responses: aws").Must(oneForEach),
)), func(text string) Prints { return Prints{text, text} })

const oneForEach = "prints is a text, or one for article and one for aws"

func (d *document) setFaultSets(sets map[string][]fault.Item, n *tree.Node) error {
	if len(sets) == 0 {
		return nil
	}
	known, err := d.faults.Get()
	if err != nil {
		return err
	}
	known, err = known.With(sets, n)
	d.faults = fault.Lazily(func() (fault.Known, error) { return known, nil })
	return err
}
