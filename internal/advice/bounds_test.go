package advice_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
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

// A value of many letters is no slip of the pen, whatever it is held against.
func TestLongValues(t *testing.T) {
	var statements []string
	for _, letter := range []string{"a", "b", "c", "d"} {
		statements = append(statements, `{Effect: Allow, Principal: {AWS: "222222222222"}, Action: "s3:GetObject", `+
			`Resource: "arn:aws:s3:::*/`+strings.Repeat(letter+"/", 450)+`*"}`)
	}
	facts := ann(annAll, `buckets: {my-bucket: {owner: 123456789012, public_access_block: none, policy: `+
		with(statements...)+`}}`)
	a := try(t, facts, s3("bob", "GET", "/my-bucket/"+strings.Repeat("b/", 500))).on()
	if len(a.Changes) == 0 || a.Class == journal.OfValue {
		t.Errorf("the advice is %+v", a)
	}
}

// asCallers counts the worlds that are asked as another caller.
type asCallers struct {
	*retrial
	asked map[string]int
}

func (c *asCallers) Decide(try advice.Try) (*advice.Outcome, error) {
	if len(try.Patch) == 0 && try.Request.Caller != "" {
		c.asked[try.Request.Caller]++
	}
	return c.retrial.Decide(try)
}

// Who else could make the request is found out once, for however many plans.
func TestOtherCallersAreAskedOnce(t *testing.T) {
	facts := ann(``, `buckets: {my-bucket: {owner: 123456789012, objects: {k: {body: x}}, policy: `+
		with(`{Effect: Deny, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}`)+`}}`)
	c := &asCallers{retrial: try(t, facts, s3("", "GET", "/my-bucket/k")), asked: map[string]int{}}
	if _, err := advice.On(t.Context(), c); err != nil || c.asked["ann"] != 1 || c.asked["bob"] != 1 {
		t.Errorf("asked %v, %v", c.asked, err)
	}
}

// Of two parameters that differ in case alone the same one is always taken.
func TestHoistedParameter(t *testing.T) {
	r := httptest.NewRequest("GET", "/k?x-amz-acl=private&X-Amz-Acl=public-read&X-AMZ-ACL=authenticated-read", nil)
	for range 50 {
		if p, v := advice.Hoisted(r, "x-amz-acl"); p != "X-AMZ-ACL" || v != "authenticated-read" {
			t.Fatalf("it is %s=%s", p, v)
		}
	}
}
