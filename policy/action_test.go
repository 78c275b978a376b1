package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/nearest"
)

func TestTablesAreWhole(t *testing.T) {
	for name, columns := range map[string]int{"s3": 4, "kms": 4, "visibility": 3} {
		text, err := tables.ReadFile("actions/" + name + ".tsv")
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		if len(lines) < 2 {
			t.Errorf("%s is empty", name)
		}
		for i, line := range lines {
			if n := strings.Count(line, "\t") + 1; n != columns {
				t.Errorf("%s:%d has %d cells", name, i+1, n)
			}
		}
		if got := len(readTable("actions/" + name + ".tsv")); got != len(lines)-1 {
			t.Errorf("%s: %d of %d rows read", name, got, len(lines)-1)
		}
	}
	for _, row := range readTable("actions/visibility.tsv") {
		if _, ok := visibilities[row[2]]; !ok {
			t.Errorf("%s: no such outcome", strings.Join(row, " "))
		}
		if _, ok := LookupAction(row[1]); !ok {
			t.Errorf("%s: no such action", strings.Join(row, " "))
		}
		if !isKnownKey(strings.TrimSuffix(strings.ToLower(row[0]), "/") + strings.Repeat("/x", strings.Count(row[0], "/"))) {
			t.Errorf("%s: no such key", strings.Join(row, " "))
		}
	}
	if readTable("actions/none.tsv") != nil {
		t.Error("a table that is not there has rows")
	}
}

func TestActions(t *testing.T) {
	for _, service := range describedServices {
		list := Actions(service)
		if len(list) < 50 {
			t.Errorf("%s has %d actions", service, len(list))
		}
		for _, a := range list {
			if got, ok := LookupAction(strings.ToUpper(a.Name)); !ok || got.Name != a.Name || !strings.HasPrefix(a.Name, service+":") {
				t.Errorf("%s is found as %s", a.Name, got.Name)
			}
			for _, key := range a.Keys {
				if strings.ContainsAny(key, "<$ ") || !a.HasKey(key) && !a.HasKey(key+"x") {
					t.Errorf("%s lists %q", a.Name, key)
				}
			}
		}
	}
	if len(Actions("ec2")) != 0 {
		t.Error("ec2 is described")
	}
	a, _ := LookupAction("s3:getobject")
	if !slices.Equal(a.Access, []string{"Read"}) || !slices.Contains(a.Resources, "object") ||
		!a.HasKey("s3:existingobjecttag/Team") || a.HasKey("s3:prefix") || a.HasKey("aws:SourceIp") || a.HasKey("s3:ExistingObjectTag") {
		t.Errorf("s3:GetObject: %+v", a)
	}
	if a, _ := LookupAction("kms:Decrypt"); !a.HasKey("kms:EncryptionContext:aws:s3:arn") || !a.HasKey("kms:ViaService") {
		t.Errorf("kms:Decrypt: %+v", a)
	}
}

func TestKeyApplies(t *testing.T) {
	for _, row := range readTable("actions/visibility.tsv") {
		key := row[0]
		if strings.HasSuffix(key, "/") {
			key += "Team"
		}
		for _, spelled := range []string{key, strings.ToUpper(key)} {
			if got := KeyApplies(row[1], spelled); got != visibilities[row[2]] {
				t.Errorf("%s for %s: %d, want %s", spelled, row[1], got, row[2])
			}
		}
	}
	for _, row := range []struct {
		action, key string
		want        Visibility
	}{
		{"s3:GetObject", "aws:SourceIp", Evaluable},
		{"S3:GETOBJECT", "AWS:sourceip", Evaluable},
		{"s3:GetObject", "aws:PrincipalTag/x", Evaluable},
		{"s3:GetObject", "aws:PrincipalTag/", NeverPresent},
		{"s3:GetObject", "aws:Unheard", NeverPresent},
		{"s3:GetObject", "aws:RequestTag/x", NeverPresent},
		{"s3:GetObject", "aws:TagKeys", NeverPresent},
		{"s3:CreateBucket", "aws:TagKeys", Evaluable},
		{"s3:CreateBucket", "aws:RequestTag/x", Evaluable},
		{"s3:ListBucket", "s3:prefix", Evaluable},
		{"s3:GetObject", "s3:prefix", Refused},
		{"s3:GetObjectVersion", "s3:VersionId", Evaluable},
		{"s3:GetObject", "s3:unheard", Refused},
		{"s3:GetObject", "s3:DataAccessPointAccount", Evaluable},
		{"s3:PutBucketPolicy", "s3:DataAccessPointAccount", Refused},
		{"s3:GetObject", "s3:BucketTag/x", Evaluable},
		{"s3:GetObject", "aws:ResourceTag/x", Evaluable},
		{"s3:PutBucketPolicy", "s3:BucketTag/x", Evaluable},
		{"s3:TagResource", "aws:ResourceTag/x", Evaluable},
		{"s3:ListAllMyBuckets", "aws:ResourceTag/x", NeverPresent},
		{"s3:ListAllMyBuckets", "s3:BucketTag/x", Refused},
		{"s3:GetObject", "kms:ViaService", Refused},
		{"kms:Decrypt", "kms:EncryptionContext:aws:s3:arn", Evaluable},
		{"kms:Decrypt", "kms:EncryptionContext:", Refused},
		{"kms:Decrypt", "kms:ResourceAliases", Evaluable},
		{"kms:DescribeKey", "KMS:keyspec", Evaluable},
		{"kms:CreateAlias", "kms:MultiRegionKeyType", Evaluable},
		{"kms:CreateKey", "kms:KeySpec", Evaluable},
		{"kms:CreateKey", "kms:CustomerMasterKeySpec", Evaluable},
		{"kms:Decrypt", "kms:CustomerMasterKeyUsage", Evaluable},
		{"kms:CreateKey", "kms:ResourceAliases", Refused},
		{"kms:ListKeys", "kms:KeySpec", Refused},
		{"kms:Decrypt", "aws:ResourceTag/env", Evaluable},
		{"kms:ListKeys", "aws:ResourceTag/env", NeverPresent},
		{"kms:DescribeKey", "kms:EncryptionAlgorithm", Refused},
		{"kms:DisableKey", "kms:TrailingDaysWithoutKeyUsage", Evaluable},
		{"kms:EnableKey", "kms:TrailingDaysWithoutKeyUsage", Refused},
		{"ec2:RunInstances", "aws:SourceIp", Evaluable},
		{"ec2:RunInstances", "s3:prefix", Refused},
		{"", "", Refused},
	} {
		if got := KeyApplies(row.action, row.key); got != row.want {
			t.Errorf("%s for %s: %d, want %d", row.key, row.action, got, row.want)
		}
	}
}

func TestGlobalKeys(t *testing.T) {
	for key, want := range map[string]bool{"aws:sourceIP": true, "aws:PrincipalTag/a": true, "aws:ResourceTag/a": true,
		"aws:Unheard": false, "s3:prefix": false, "aws:userid/x": false, "": false} {
		if got := IsGlobalKey(key); got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
}

func TestNearest(t *testing.T) {
	for _, row := range []struct{ got, want string }{
		{NearestAction("s3:GetObjetc"), "s3:GetObject"},
		{NearestAction("S3:LISTBUCKETS"), "s3:ListBucket"},
		{NearestAction("kms:GenerateDatakeys"), "kms:GenerateDataKey"},
		{NearestAction("nothing like it"), ""},
		{NearestAction(""), ""},
		{NearestAction(strings.Repeat("s3:GetObject", 20)), ""},
		{NearestKey("aws:SourceIP4"), "aws:SourceIp"},
		{NearestKey("aws:PrincpalTag/team"), "aws:PrincipalTag/"},
		{NearestKey("s3:max-key"), "s3:max-keys"},
		{NearestKey("zz"), ""},
		{NearestOperator("StringLkie"), "StringLike"},
		{NearestOperator("forallvalues:StringsLike"), "ForAllValues:StringLike"},
		{nearest.Name("ab", []string{"ba"}), ""},
		{nearest.Name("abc", []string{"acb"}), "acb"},
	} {
		if row.got != row.want {
			t.Errorf("got %q, want %q", row.got, row.want)
		}
	}
	if !slices.Contains(Operators(), "IpAddress") || len(Operators()) != len(operands)+1 {
		t.Errorf("operators: %q", Operators())
	}
}

// A pattern of actions is matched in whatever case, and in no more than the product of both lengths.
func TestMatchAction(t *testing.T) {
	for _, row := range []struct {
		pattern, name string
		want          bool
	}{
		{"s3:GetObject", "s3:getobject", true}, {"S3:Get*", "s3:GetObject", true}, {"s3:Get?bject", "s3:GetObject", true},
		{"s3:Get?", "s3:GetObject", false}, {"*", "kms:Decrypt", true}, {"s3:Put*", "s3:GetObject", false},
		{"s3:" + strings.Repeat("*e", 40) + "*ject", "s3:GetObject", false},
	} {
		if got := MatchAction(row.pattern, row.name); got != row.want {
			t.Errorf("MatchAction(%q, %q) = %v", row.pattern, row.name, got)
		}
	}
}
