package cause

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// Document is a policy that somebody was to have, and that the service does not take.
type Document struct {
	What   string // "the bucket policy of my-bucket"
	Text   string
	Kind   policy.Kind
	Bucket string       // whose policy it is; empty: no bucket's
	State  *world.State // that knows who there is; nil: nobody is looked for
	// Put is the command that puts a document in its place; nil: none is told.
	Put func(document string) string
}

// Refused is a service's refusal of the document, with its cause: the first problem.
func (d Document) Refused(refusal, problem error) error {
	return Explain(refusal, d.cause(policy.ProblemOf(problem)))
}

// inStatement is how a problem names a place in a statement.
var inStatement = regexp.MustCompile(`^Statement\[(\d+)\]\.?(.*)$`)

func (d Document) cause(p policy.Error) journal.Cause {
	k := journal.Cause{Document: d.What, Element: p.Path, Wanted: p.Nearest, Seen: cmp.Or(p.Value, p.Detail)}
	where := p.Path
	statement, element := placeOf(p.Path)
	if statement >= 0 {
		k.Statement, k.Element = &authz.Statement{Index: statement, Sid: d.sid(statement)}, element
		where = strings.TrimSpace("statement " + strconv.Itoa(statement) + ": " + element)
	}
	k.Text = strings.TrimSpace(where + " " + cmp.Or(p.Detail, p.Message))
	if p.Nearest != "" {
		k.Text += "; did you mean " + p.Nearest + "?"
		k.Cures = append(k.Cures, d.corrected(p, k.Seen))
	}
	if isPattern(p.Value) {
		k.Cures = append(k.Cures, inFull(p.Value))
	} else {
		d.namesakes(p.Value, statement, &k)
	}
	if len(k.Cures) == 0 && k.Statement != nil {
		k.Cures = d.mend(p, statement)
	}
	return k
}

// placeOf is the statement of a problem's path, and the element in it; -1: it is in none.
func placeOf(path string) (statement int, element string) {
	found := inStatement.FindStringSubmatch(path)
	if found == nil {
		return -1, path
	}
	statement, _ = strconv.Atoi(found[1])
	return statement, found[2]
}

func (d Document) sid(i int) string {
	p, err := policy.ParseLenient([]byte(d.Text), d.Kind)
	if err != nil {
		return ""
	}
	return p.Sid(i)
}

// mostNamesakes is how many who have the name of a principal that there is not are told.
const mostNamesakes = 3

// namesakes adds who has the name of a principal that there is not.
func (d Document) namesakes(arn string, statement int, k *journal.Cause) {
	if d.State == nil || arn == "" {
		return
	}
	kind, others := world.Namesakes(d.State, arn)
	if kind == "" {
		return
	}
	others = others[:min(len(others), mostNamesakes)]
	account := strings.SplitN(arn, ":", 6)[4]
	k.Text += ": there is no such " + kind
	if kind == "user" || kind == "role" {
		k.Text += " in the account " + account + nameElsewhere(kind, others)
	}
	if near := world.Nearest(d.State, arn); near != "" && len(others) == 0 {
		k.Text += "; did you mean " + near + "?"
		others = []string{near}
	}
	for _, other := range others {
		k.Wanted = cmp.Or(k.Wanted, other)
		k.Cures = append(k.Cures, d.instead(other, arn, statement, k.Element))
	}
	if len(others) == 0 {
		k.Cures = append(k.Cures, as(journal.OfValue,
			Cure("name a "+kind+" that there is in the place of "+arn+", or make that one first.")))
	}
	if at := strings.Index(k.Wanted, "/aws-reserved/sso.amazonaws.com/"); at >= 0 {
		anyRegion := k.Wanted[:at] + "/aws-reserved/sso.amazonaws.com/*/" + world.LastName(k.Wanted)
		k.Cures = append(k.Cures, Cure("name the account, arn:aws:iam::"+account+":root, and hold aws:PrincipalArn "+
			"against "+anyRegion+" with ArnLike: IAM Identity Center makes such roles anew, under other names."))
	}
}

func nameElsewhere(kind string, others []string) (text string) {
	for _, other := range others {
		text += "; a " + kind + " of that name is at " + other
	}
	return text
}

func as(class journal.Class, c journal.Change) journal.Change {
	c.Class = class
	return c
}

// instead is the cure that writes one name in the place of another, at a path in a statement.
func (d Document) instead(right, wrong string, statement int, path string) journal.Change {
	c := as(journal.OfValue, Cure("write "+right+" in the place of "+wrong+"."))
	c.Wanted, c.Seen, c.Corrected = right, wrong, right
	element, _, _ := strings.Cut(path, ".")
	d.putting(&c, d.with([]string{right}, wrong, statement, element))
	return c
}

// putting gives the cure the command that puts a document in the refused one's place; empty:
// there is none that the service takes.
func (d Document) putting(c *journal.Change, document string) {
	if document != "" {
		c.Commands = []string{d.Put(document)}
	}
}
