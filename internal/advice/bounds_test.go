package advice_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/advice"
	"github.com/s3fault/s3fault/journal"
)

// A pattern of actions with many stars is matched as quickly as the policy itself is.
func TestActionOfManyStars(t *testing.T) {
	denied := `buckets: {my-bucket: {owner: 123456789012, objects: {k: {body: x}}, policy: ` +
		with(`{Effect: Deny, Principal: "*", Action: "s3:`+strings.Repeat("*", 30)+
			`ject", Resource: "arn:aws:s3:::my-bucket/*"}`) + `}}`
	a := try(t, ann(annAll, denied), get("ann")).on()
	of(t, a, journal.OfGuard)
}

// counting counts the worlds that are asked, and calls the search off after some.
type counting struct {
	*retrial
	asked, most int
	off         func()
}

func (c *counting) Decide(try advice.Try) (*advice.Outcome, error) {
	if c.asked++; c.asked == c.most {
		c.off()
	}
	return c.retrial.Decide(try)
}

// A search that is called off asks no more worlds, and tells nothing.
func TestCalledOff(t *testing.T) {
	ctx, off := context.WithCancel(t.Context())
	c := &counting{retrial: try(t, ann(``, bucket), get("ann")), most: 2, off: off}
	a, err := advice.On(ctx, c)
	if a != nil || !errors.Is(err, context.Canceled) || c.asked != c.most {
		t.Errorf("%+v, %v, %d worlds asked", a, err, c.asked)
	}
}

// Numbers and truth values of a condition are values like others: what adds one keeps them.
func TestConditionsOfNumbers(t *testing.T) {
	const policy = `'{"Version": "2012-10-17", "Statement": [` +
		`{"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "s3:*", "Resource": "arn:aws:s3:::my-bucket/*"}, ` +
		`{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::my-bucket/*", ` +
		`"Condition": {"StringNotEquals": {"aws:PrincipalAccount": [123456789012]}}}]}'`
	facts := ann(annAll, `buckets: {my-bucket: {owner: 123456789012, objects: {k: {body: x}}, policy: `+policy+`}}`)
	a := try(t, facts, get("bob")).on()
	for _, p := range append([]journal.Proposal{a.Proposal}, a.Others...) {
		encoded, _ := json.Marshal(p.Patch)
		text := string(encoded)
		if strings.Contains(text, `"StringNotEquals":{"aws:PrincipalAccount":`) && !strings.Contains(text, own) {
			t.Errorf("the owner's account is no exception any more: %s", text)
		}
	}
}
