package facts_test

import (
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

// thing has a fact of every kind.
type thing struct {
	text, one      string
	boolean, shown bool
	maybe          *bool
	number         int
	lasts, lasting time.Duration
	day, instant   time.Time
	when           facts.Moment
	texts          []string
	listed         []string
	tags           map[string]string
	other          *part
	either         part
}

type part struct{ name string }

var parts = facts.New("part", facts.Field("name", facts.Text, func(p *part) *string { return &p.name }).Must("a part needs a name"))

var things = facts.New("thing",
	facts.Field("text", facts.Text, func(t *thing) *string { return &t.text }),
	facts.Field("one", facts.OneOf("value", "red", "green"), func(t *thing) *string { return &t.one }),
	facts.Field("boolean", facts.Boolean, func(t *thing) *bool { return &t.boolean }),
	facts.Field("shown", facts.Switch, func(t *thing) *bool { return &t.shown }),
	facts.Field("maybe", facts.Maybe, func(t *thing) **bool { return &t.maybe }),
	facts.Field("number", facts.Number, func(t *thing) *int { return &t.number }),
	facts.Field("lasts", facts.Duration, func(t *thing) *time.Duration { return &t.lasts }),
	facts.Field("lasting", facts.Lasting, func(t *thing) *time.Duration { return &t.lasting }),
	facts.Field("day", facts.Date, func(t *thing) *time.Time { return &t.day }),
	facts.Field("instant", facts.Instant, func(t *thing) *time.Time { return &t.instant }),
	facts.Field("when", facts.When, func(t *thing) *facts.Moment { return &t.when }),
	facts.Field("texts", facts.Texts, func(t *thing) *[]string { return &t.texts }),
	facts.Field("listed", facts.Listed(facts.Text), func(t *thing) *[]string { return &t.listed }),
	facts.Field("tags", facts.Tags, func(t *thing) *map[string]string { return &t.tags }),
	facts.Field("other", facts.RecordIf(parts), func(t *thing) **part { return &t.other }),
	facts.Field("either", facts.OrText(facts.Record(parts), func(name string) part { return part{name} }), func(t *thing) *part { return &t.either }).
		Unless(func(t *thing) bool { return t.either == part{} }),
	facts.Fact("doubled", facts.Number, func(t *thing, i int, n *tree.Node) error { t.number += 2 * i; return nil },
		func(*thing) int { return 0 }).After("number"),
)

var all = facts.NewWhole(things.Shape)

func parsed(t *testing.T, text string) *tree.Node {
	t.Helper()
	n, err := tree.ParseYAML("thing.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What is read is written again; what a file says in another way is written in one.
func TestReadAndWrite(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{`{}`, `{}`},
		{`text: a`, `{"text":"a"}`},
		{`text: 123456789012`, `{"text":"123456789012"}`},
		{`text: ""`, `{}`},
		{`text: null`, `{}`},
		{`one: red`, `{"one":"red"}`},
		{`boolean: false`, `{}`},
		{`boolean: true`, `{"boolean":"true"}`},
		{`shown: true`, `{"shown":"true"}`},
		{`maybe: false`, `{"maybe":"false"}`},
		{`number: -3`, `{"number":"-3"}`},
		{`lasts: 7d`, `{"lasts":"168h0m0s"}`},
		{`lasting: -90s`, `{"lasting":"-1m30s"}`},
		{`day: 2023-06-01`, `{"day":"2023-06-01"}`},
		{`instant: 2023-06-01T02:00:00+02:00`, `{"instant":"2023-06-01T00:00:00Z"}`},
		{`when: 2023-06-01`, `{"when":"2023-06-01T00:00:00Z"}`},
		{`when: 1h`, `{}`}, // how long after loading it is, no description says
		{`texts: [a, b]`, `{"texts":["a","b"]}`},
		{`texts: []`, `{}`},
		{`texts: ["", a]`, `{"texts":["","a"]}`},
		{`listed: []`, `{"listed":[]}`},
		{`tags: {b: "2", a: 1}`, `{"tags":{"a":"1","b":"2"}}`},
		{`tags: {}`, `{}`},
		{`tags: {a: "", b: 1}`, `{"tags":{"a":"","b":"1"}}`},
		{`other: {name: x}`, `{"other":{"name":"x"}}`},
		{`either: x`, `{"either":{"name":"x"}}`},
		{`either: {name: x}`, `{"either":{"name":"x"}}`},
		{`{doubled: 2, number: 1}`, `{"number":"5"}`},
	} {
		n := parsed(t, row.text)
		if err := all.Check(n, things.Shape); err != nil {
			t.Errorf("%s: %v", row.text, err)
			continue
		}
		var made thing
		if err := things.Read(&made, n); err != nil {
			t.Errorf("%s: %v", row.text, err)
		}
		written := tree.NewMapping()
		for i, key := range things.Write(&made).Keys {
			// What is always written is not what most rows are about.
			if value := things.Write(&made).Items[i]; value.Text != "false" && value.Text != "0s" || key.Text == "maybe" {
				written.Add(key.Text, value)
			}
		}
		got := string(written.TextJSON())
		if got != row.want {
			t.Errorf("%s was written as %s, want %s", row.text, got, row.want)
		}
	}
}

func TestForms(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{`[]`, `1:1: a mapping is wanted here, not a list`},
		{`texd: a`, `1:1: unknown key "texd" in a thing (did you mean "text"?)`},
		{`texd: null`, `1:1: unknown key "texd" in a thing (did you mean "text"?)`},
		{`name: x`, `1:1: the key "name" does not belong in a thing, but in a part`},
		{`text: [a]`, `1:7: a text is wanted here, not a list`},
		{`one: rde`, `1:6: unknown value "rde" (did you mean "red"?)`},
		{`boolean: "true"`, `1:10: true or false is wanted here, not "true"`},
		{`number: 1.5`, `1:9: a whole number is wanted here, not "1.5"`},
		{`lasts: 1`, `1:8: a duration like 90s, 2h or 7d is wanted here, not "1"`},
		{`lasts: 999999999d`, `1:8: a duration like 90s, 2h or 7d is wanted here, not "999999999d"`},
		{`day: 2023-06-01T00:00:00Z`, `1:6: a date like 2023-06-01 is wanted here, not "2023-06-01T00:00:00Z"`},
		{`instant: now`, `1:10: a time like 2026-01-02T03:04:05Z is wanted here, not "now"`},
		{`when: now`, `1:7: a date or a duration from loading, like -1h, is wanted here, not "now"`},
		{`texts: a`, `1:8: a list is wanted here, not "a"`},
		{`texts: [a, null]`, `1:12: a text is wanted here, not null`},
		{`tags: {a: [b]}`, `1:11: a text is wanted here, not a list`},
		{`other: {}`, `1:8: a part needs a name`},
		{`other: {name: ""}`, `1:8: a part needs a name`},
		{`either: [x]`, `1:9: a mapping is wanted here, not a list`},
		{`other: {nmae: x}`, `1:9: unknown key "nmae" in a part (did you mean "name"?)`},
	} {
		err := all.Check(parsed(t, row.text), things.Shape)
		if err == nil || err.Error() != "thing.yaml:"+row.want {
			t.Errorf("%s: error\n  %v\nwant\n  thing.yaml:%s", row.text, err, row.want)
		}
	}
}

// Whatever is good in form is read; what is written of it is good, read to the same, and
// written the same again.
func FuzzCodec(f *testing.F) {
	f.Add(`{text: a, one: red, boolean: true, maybe: false, number: -3, lasts: 7d, day: 2023-06-01, instant: 2023-06-01}`)
	f.Add(`{when: -1h, texts: [a, b], listed: [], tags: {b: "2", a: 1}, other: {name: x}, either: x}`)
	f.Fuzz(func(t *testing.T, text string) {
		n, err := tree.ParseYAML("thing.yaml", []byte(text))
		if err != nil || all.Check(n, things.Shape) != nil {
			return
		}
		var first, second thing
		if err := things.Read(&first, n); err != nil {
			t.Fatalf("it is good in form: %v", err)
		}
		once := things.Write(&first)
		if err := all.Check(once, things.Shape); err != nil {
			t.Fatal(err)
		}
		if err := things.Read(&second, once); err != nil {
			t.Fatal(err)
		}
		if twice := things.Write(&second); !once.Equal(twice) {
			t.Errorf("%s is written as %s, then as %s", text, once.TextJSON(), twice.TextJSON())
		}
	})
}
