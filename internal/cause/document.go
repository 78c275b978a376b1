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
	What  string // "the bucket policy of my-bucket"
	Text  string
	Kind  policy.Kind
	State *world.State // that knows who there is; nil: nobody is looked for
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
	if found := inStatement.FindStringSubmatch(p.Path); found != nil {
		i, _ := strconv.Atoi(found[1])
		k.Statement, k.Element = &authz.Statement{Index: i, Sid: d.sid(i)}, found[2]
		where = strings.TrimSpace("statement " + found[1] + ": " + found[2])
	}
	k.Text = strings.TrimSpace(where + " " + cmp.Or(p.Detail, p.Message))
	if p.Nearest != "" {
		k.Text += "; did you mean " + p.Nearest + "?"
		k.Cures = append(k.Cures, d.instead(p.Nearest, k.Seen))
	}
	d.namesakes(p.Value, &k)
	if len(k.Cures) == 0 && k.Statement != nil {
		k.Cures = d.mend(p, k.Statement.Index)
	}
	return k
}

func (d Document) sid(i int) string {
	p, err := policy.ParseLenient([]byte(d.Text), d.Kind)
	if err != nil {
		return ""
	}
	return p.Sid(i)
}

// namesakes adds who has the name of a principal that there is not.
func (d Document) namesakes(arn string, k *journal.Cause) {
	if d.State == nil || arn == "" {
		return
	}
	kind, others := world.Namesakes(d.State, arn)
	if kind == "" {
		return
	}
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
		k.Cures = append(k.Cures, d.instead(other, arn))
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

// longestPut is the longest document that a cure's command repeats: that of a bucket.
const longestPut = 20 << 10

// instead is the cure that writes one name in the place of another.
func (d Document) instead(right, wrong string) journal.Change {
	c := as(journal.OfValue, Cure("write "+right+" in the place of "+wrong+"."))
	c.Wanted, c.Seen, c.Corrected = right, wrong, right
	if d.Put != nil && len(d.Text) <= longestPut && wrong != "" {
		c.Commands = []string{d.Put(strings.Replace(d.Text, strconv.Quote(wrong), strconv.Quote(right), 1))}
	}
	return c
}
