package configuration

import (
	"encoding/xml"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/s3err"
)

// rule is a document with one rule of a filter and these actions.
func rule(filter, actions string) string {
	return `<Rule><ID>a</ID>` + filter + `<Status>Enabled</Status>` + actions + `</Rule>`
}

func moved(class, when string) string {
	return `<Transition>` + when + `<StorageClass>` + class + `</StorageClass></Transition>`
}

// noncurrent is an expiration of noncurrent versions with these elements in it.
func noncurrent(inside string) string {
	return `<NoncurrentVersionExpiration>` + inside + `</NoncurrentVersionExpiration>`
}

// and is a filter of several.
func and(inside string) string { return `<Filter><And>` + inside + `</And></Filter>` }

// other is a rule of another ID.
func other(rule string) string { return strings.Replace(rule, "<ID>a", "<ID>b", 1) }

const (
	all      = `<Filter><Prefix></Prefix></Filter>`
	old      = `<Prefix>a</Prefix>`
	expires  = `<Expiration><Days>7</Days></Expiration>`
	aborting = `<AbortIncompleteMultipartUpload><DaysAfterInitiation>`
	aborted  = `</DaysAfterInitiation></AbortIncompleteMultipartUpload>`
	aborts   = aborting + `7` + aborted
	marks    = `<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>`
	tag1     = `<Tag><Key>a</Key><Value/></Tag>`
	tagged   = `<Filter>` + tag1 + `</Filter>`
	sized    = `<Filter><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan></Filter>`
	smaller0 = `<ObjectSizeLessThan>0</ObjectSizeLessThan>`
	smaller5 = `<ObjectSizeLessThan>5</ObjectSizeLessThan>`
	larger5  = `<ObjectSizeGreaterThan>5</ObjectSizeGreaterThan>`
	days0    = `<Days>0</Days>`
	days30   = `<Days>30</Days>`
	date     = `<Date>2030-10-10T00:00:00.000Z</Date>`
	one      = `<NoncurrentDays>1</NoncurrentDays>`
	newer    = `<NewerNoncurrentVersions>`
	versions = `</NewerNoncurrentVersions>`
)

// malformedRules are those that S3's schema does not have.
var malformedRules = []string{
	``, rule(``, expires), rule(all, expires+expires), rule(all, `<Expiration/>`), rule(all+`<Prefix/>`, marks),
	rule(`<Filter><Prefix>a</Prefix>`+smaller5+`</Filter>`, expires), rule(and(`<Prefix>a</Prefix>`), expires),
	strings.Replace(rule(all, expires), "Enabled", "enabled", 1),
	rule(all, `<Expiration><Date>Fri, 01 Jan 2016 00:00:00 GMT</Date></Expiration>`),
	rule(all, `<Expiration>`+days30+`<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>`),
	rule(all, noncurrent(``)), rule(all, noncurrent(newer+`1`+versions)), rule(all, `<AbortIncompleteMultipartUpload/>`),
	rule(all, moved("STANDARD", days30)), rule(all, moved("GLACIER", "")), rule(all, moved("GLACIER", days0+date)),
	rule(`<Filter><Tag><Key>a</Key></Tag></Filter>`, expires),
}

type words struct{ rules, message string }

// invalidRequests are rules that are InvalidRequest, with S3's words (lifecycle.md 1).
var invalidRequests = []words{
	{rule(all, ``), "At least one action needs to be specified in a rule"},
	{rule(and(tag1+tag1), expires), "Duplicate Tag Keys are not allowed."},
	{rule(`<Filter>`+smaller0+`</Filter>`, expires), "'ObjectSizeLessThan' should be between 1 and 1099511627776000."},
	{rule(and(smaller5+larger5), expires),
		"'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'."},
	{rule(tagged, marks), "ExpiredObjectDeleteMarker cannot be specified with Tags."},
	{rule(sized, marks), "ExpiredObjectDeleteMarker cannot be specified with Object Size."},
	{rule(tagged, aborts), "AbortIncompleteMultipartUpload cannot be specified with Tags."},
	{rule(sized, aborts), "AbortIncompleteMultipartUpload cannot be specified with Object Size."},
	{rule(all, moved("GLACIER", days0)+moved("GLACIER", days30)),
		"'StorageClass' must be different for 'Transition' actions in same 'Rule' with filter '(prefix=)'"},
	{rule(all, moved("GLACIER", date)+moved("DEEP_ARCHIVE", days30)),
		"Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule for filter '(prefix=)'"},
	{rule(all, expires+moved("GLACIER", date)), "Found mixed 'Date' and 'Days' based Expiration and Transition " +
		"actions in lifecycle rule for filter '(prefix=)'"},
	{rule(all, expires) + other(rule(old, expires)),
		"Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter."},
	{rule(old, expires) + other(rule(all, expires)), "Filter element can only be used in Lifecycle V2."},
	{rule(`<Prefix/>`, expires) + other(rule(old, expires)),
		"Found overlapping prefixes '' and 'a' for same action type 'Expiration'"},
	{rule(old, noncurrent(one+newer+`1`+versions)), "NewerNoncurrentVersions element can only be used in Lifecycle V2."},
	{strings.Repeat(strings.Replace(rule(all, expires), "<ID>a</ID>", "", 1), 1001),
		"The number of lifecycle rules must not exceed the allowed limit of 1000 rules."},
}

// invalidArguments are rules that are InvalidArgument.
var invalidArguments = []words{
	{rule(all, expires) + rule(all, marks), "Rule ID must be unique. Found same ID for more than one rule"},
	{strings.Replace(rule(all, expires), "<ID>a", "<ID>"+strings.Repeat("a", 256), 1),
		"ID length should not exceed allowed limit of 255"},
	{rule(all, `<Expiration>`+days0+`</Expiration>`), "'Days' for Expiration action must be a positive integer"},
	{rule(all, `<Expiration><Date>2030-10-10T01:00:00Z</Date></Expiration>`), "'Date' must be at midnight GMT"},
	{rule(all, noncurrent(`<NoncurrentDays>0</NoncurrentDays>`)),
		"'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer"},
	{rule(all, noncurrent(one+newer+`0`+versions)),
		"'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be a positive integer"},
	{rule(all, aborting+`0`+aborted),
		"'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer"},
	{rule(all, moved("GLACIER", `<Days>-1</Days>`)), "'Days' in Transition action must be nonnegative"},
	{rule(all, moved("STANDARD_IA", days0)),
		"'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'"},
	{rule(all, expires+moved("GLACIER", days30)), "'Days' in the Expiration action for filter '(prefix=)' " +
		"must be greater than 'Days' in the Transition action"},
	{rule(all, moved("GLACIER", days0)+moved("DEEP_ARCHIVE", days30)),
		"'Days' in the 'Transition' action for StorageClass 'DEEP_ARCHIVE' for filter '(prefix=)' must be 90 days more " +
			"than 'filter '(prefix=)'' in the 'Transition' action for StorageClass 'GLACIER'"},
	{rule(all, moved("GLACIER", days30)+moved("DEEP_ARCHIVE", days30)),
		"'Days' in the Transition action for StorageClass 'DEEP_ARCHIVE' for filter '(prefix=)' must be greater than " +
			"'Days' in the Transition action for StorageClass 'GLACIER' for filter '(prefix=)'"},
}

func document(rules string) []byte {
	return []byte(`<LifecycleConfiguration>` + rules + `</LifecycleConfiguration>`)
}

func TestRefusedLifecycles(t *testing.T) {
	refused := func(code s3err.Code, row words) {
		_, err := Lifecycle.Read(document(row.rules))
		var refused *s3err.Error
		if !errors.As(err, &refused) || refused.Code != code || refused.Message != row.message {
			t.Errorf("%.300s\nis answered with %v\nwant %v %s", row.rules, err, code, row.message)
		}
	}
	for _, rules := range malformedRules {
		refused(s3err.MalformedXML, words{rules,
			"The XML you provided was not well-formed or did not validate against our published schema"})
	}
	for _, row := range invalidRequests {
		refused(s3err.InvalidRequest, row)
	}
	for _, row := range invalidArguments {
		refused(s3err.InvalidArgument, row)
	}
}

// takenRules are rules that S3 takes.
var takenRules = []string{
	rule(all, expires+aborts), rule(`<Filter/>`, marks), rule(`<Prefix>a/</Prefix>`, expires), rule(tagged, expires),
	rule(sized, moved("GLACIER_IR", days0)+moved("DEEP_ARCHIVE", `<Days>90</Days>`)),
	rule(all, `<Expiration><Date>2030-10-11</Date></Expiration>`+moved("GLACIER", date)),
	rule(all, `<NoncurrentVersionTransition><NoncurrentDays>30</NoncurrentDays><StorageClass>ONEZONE_IA</StorageClass>`+
		`</NoncurrentVersionTransition>`+noncurrent(`<NoncurrentDays>31</NoncurrentDays>`+newer+`500`+versions)),
	`<Rule>` + and(`<Prefix/>`+tag1) + `<Status>Disabled</Status>` + expires + `</Rule>`,
}

// again is a configuration written and read.
func again(t *testing.T, rules string) {
	l, err := Lifecycle.Read(document(rules))
	if err != nil {
		return
	}
	text, err := xml.Marshal(Lifecycle.Write(l))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := Lifecycle.Read(text); err != nil || !reflect.DeepEqual(back, l) {
		t.Errorf("%s\nis written as %s\nand that is read as %+v, %v", rules, text, back, err)
	}
}

func TestTakenLifecycles(t *testing.T) {
	for _, rules := range takenRules {
		l, err := Lifecycle.Read(document(rules))
		if err != nil {
			t.Errorf("%s: %v", rules, err)
			continue
		}
		if l.Rules[0].ID == "" {
			t.Errorf("%s: it got no ID", rules)
		}
		again(t, rules)
	}
}

// FuzzLifecycle: what is taken is given back the same, and nothing panics.
func FuzzLifecycle(f *testing.F) {
	for _, rules := range takenRules {
		f.Add(rules)
	}
	for _, rules := range malformedRules {
		f.Add(rules)
	}
	for _, row := range invalidArguments {
		f.Add(row.rules)
	}
	f.Fuzz(again)
}
