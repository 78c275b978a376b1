package cause

import (
	"strings"

	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// mostAlike is how many further faults a cure corrects beside the first.
const mostAlike = 10

// corrected is the cure that writes the nearest name in the place of a wrong one. Its command
// also corrects those that are wrong in the same way, such as the bucket in each resource, and the
// text names them.
func (d Document) corrected(p policy.Error, wrong string) journal.Change {
	statement, path := placeOf(p.Path)
	c := d.instead(p.Nearest, wrong, statement, path)
	if len(c.Commands) > 0 || d.Put == nil || len(d.Text) > longestCommand {
		return c
	}
	also := ""
	next, right := p, p.Nearest
	for range mostAlike {
		statement, path = placeOf(next.Path)
		element, _, _ := strings.Cut(path, ".")
		d.Text = d.replaced([]string{right}, wrong, statement, element)
		problems := policy.Check([]byte(d.Text), d.rules())
		if len(problems) == 0 {
			c.Text = strings.TrimSuffix(c.Text, ".") + also + "."
			d.putting(&c, d.Text)
			break
		}
		next = *problems[0]
		if right, wrong = next.Nearest, next.Detail; right == "" || next.Message != p.Message {
			break
		}
		also += ", and " + right + " in the place of " + wrong
	}
	return c
}

// isPattern says whether a principal is an ARN of IAM or STS with wildcards, which none may be.
func isPattern(principal string) bool {
	parts := strings.SplitN(principal, ":", 6)
	return len(parts) == 6 && (parts[2] == "iam" || parts[2] == "sts") && strings.ContainsAny(principal, "*?")
}

// inFull is the cure of a principal with wildcards.
func inFull(pattern string) journal.Change {
	whom := `"*"`
	if account := strings.SplitN(pattern, ":", 6)[4]; !strings.ContainsAny(account, "*?") {
		whom = "the account, arn:aws:iam::" + account + ":root,"
	}
	c := as(journal.OfValue, Cure("name each principal in full; or name "+whom+" and hold aws:PrincipalArn against "+
		pattern+" in a condition with ArnLike."))
	c.Seen = pattern
	return c
}
