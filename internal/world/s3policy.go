package world

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/nearest"
)

// S3Policy is an organization's policy of the type S3_POLICY, which sets Block Public
// Access in the place of the accounts (Organizations User Guide, "S3 policies").
type S3Policy struct {
	Name, ARN string
	Document  *S3Document
}

// What an S3 policy assigns: all four settings on, or all four off.
const (
	AssignAll  = "all"
	AssignNone = "none"
)

// S3Document is what an S3 policy says.
type S3Document struct {
	source   string
	assigned string // AssignAll, AssignNone; empty: it leaves the setting to those above
	final    bool   // policies below may not assign another value
}

// Source is the document as it was given.
func (d *S3Document) Source() string { return d.source }

// childOperators are which operators policies below may use; absent: all.
type childOperators struct {
	Allowed *[]string `json:"@@operators_allowed_for_child_policies"`
}

var operatorNames = []string{"@@all", "@@none", "@@assign", "@@append", "@@remove"}

// final says whether the operators leave policies below no @@assign.
func (o childOperators) final() bool {
	return o.Allowed != nil && !slices.Contains(*o.Allowed, "@@all") && !slices.Contains(*o.Allowed, "@@assign")
}

func (o childOperators) check() error {
	if o.Allowed == nil {
		return nil
	}
	for _, name := range *o.Allowed {
		if !slices.Contains(operatorNames, name) {
			return fmt.Errorf("%q is no operator: one of %q", name, operatorNames)
		}
	}
	return nil
}

// ParseS3Policy reads the document of an S3 policy, strictly.
func ParseS3Policy(text []byte) (*S3Document, error) {
	var body struct {
		Attributes *struct {
			childOperators
			Block *struct {
				childOperators
				Assign *string `json:"@@assign"`
			} `json:"public_access_block_configuration"`
		} `json:"s3_attributes"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		return nil, unreadable(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands behind the S3 policy")
	}
	a := body.Attributes
	if a == nil || a.Block == nil {
		return nil, errors.New("an S3 policy has s3_attributes with a public_access_block_configuration")
	}
	if err := errors.Join(a.check(), a.Block.check()); err != nil {
		return nil, err
	}
	document := &S3Document{source: string(text), final: a.final() || a.Block.final()}
	if v := a.Block.Assign; v != nil {
		if *v != AssignAll && *v != AssignNone {
			return nil, fmt.Errorf("%q is nothing that @@assign can be: all or none", *v)
		}
		document.assigned = *v
	}
	return document, nil
}

var s3Fields = []string{"s3_attributes", "public_access_block_configuration", "@@assign", "@@operators_allowed_for_child_policies"}

// unreadable says what is wrong with a document without naming Go's types.
func unreadable(err error) error {
	var other *json.UnmarshalTypeError
	if errors.As(err, &other) {
		return fmt.Errorf("the S3 policy has a value of another type at %s: not %s", cmp.Or(other.Field, "its top"), other.Value)
	}
	text := strings.TrimPrefix(err.Error(), "json: ")
	if _, field, ok := strings.Cut(text, "unknown field "); ok {
		if meant := nearest.Name(strings.Trim(field, `"`), s3Fields); meant != "" {
			text += fmt.Sprintf(" (did you mean %q?)", meant)
		}
	}
	return fmt.Errorf("the S3 policy cannot be read: %s", text)
}

// Assignment is what the S3 policies over an account come to.
type Assignment struct {
	Value string // AssignAll, AssignNone; empty: nothing
	By    string // the name of the policy that says so
	final bool
}

// Content is the effective policy, without operators.
func (a Assignment) Content() string {
	return `{"s3_attributes":{"public_access_block_configuration":"` + a.Value + `"}}`
}

// below is the assignment with the policies of one level more: the nearer one wins,
// unless one above is final (Organizations User Guide, "Understanding management policy
// inheritance"). Of several at one level the last one wins [unsure].
func (a Assignment) below(level []*S3Policy) Assignment {
	next := a
	for _, p := range level {
		if a.final {
			break
		}
		if v := p.Document.assigned; v != "" {
			next.Value, next.By = v, p.Name
		}
		next.final = next.final || p.Document.final
	}
	return next
}

// OrganizationBlock is the Block Public Access that the organization sets for an
// account, in the place of its own; nil: none.
func (s *State) OrganizationBlock(account string) *PublicAccessBlock {
	a := s.Accounts[account]
	if a == nil || a.Membership == nil || a.Membership.PublicAccess.Value == "" || !s.Answers.Has(OrganizationPublicAccess) {
		return nil
	}
	on := a.Membership.PublicAccess.Value == AssignAll
	return &PublicAccessBlock{on, on, on, on}
}

// AccountBlock is the Block Public Access of an account that is in force: the
// organization's, else its own; nil: none.
func (s *State) AccountBlock(account string) *PublicAccessBlock {
	if block := s.OrganizationBlock(account); block != nil {
		return block
	}
	if a := s.Accounts[account]; a != nil {
		return a.PublicAccessBlock
	}
	return nil
}
