package world

import (
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

const (
	account = "123456789012"
	other   = "111111111111"
)

func named(t *testing.T, name string) authz.Named {
	t.Helper()
	p, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return authz.Named{Name: name, Policy: p}
}

// unsealed is a world with one of everything.
func unsealed(t *testing.T) *State {
	managed, group := named(t, "readers"), named(t, "of-group")
	return &State{
		Name: "test", Region: "us-east-1",
		Accounts: map[string]*Account{
			account: {
				Users: map[string]*User{
					"my-user": {
						Inline: []authz.Named{named(t, "b"), named(t, "a")}, Managed: []string{"readers"}, Groups: []string{"staff"},
					},
				},
				Roles:           map[string]*Role{"app": {Path: "/team/"}},
				Groups:          map[string]*Group{"staff": {Name: "staff", Inline: []authz.Named{group}}},
				ManagedPolicies: map[string]*authz.Named{"readers": &managed},
			},
		},
		Callers: map[string]*Caller{
			"cdn":     {OriginIdentity: "E2EXAMPLE1OAID", AccessKeyID: "AKIACDN"},
			"user":    {AccessKeyID: "AKIAUSER", Account: account, User: "my-user"},
			"role":    {AccessKeyID: "ASIAROLE", Account: account, Role: "app", SessionName: "s1", SessionToken: "token"},
			"root":    {AccessKeyID: "AKIAROOT", Account: account, Root: true},
			"service": {AccessKeyID: "AKIASERVICE", Service: "logging.s3.amazonaws.com"},
		},
		Buckets: map[string]*Bucket{"my-bucket": {Name: "my-bucket", Owner: account, Region: "us-east-1"}},
	}
}

func sealedWorld(t *testing.T) *State {
	t.Helper()
	s, err := unsealed(t).Seal()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSealPrincipals(t *testing.T) {
	s := sealedWorld(t)
	for _, row := range []struct {
		key, arn, role, userID string
		kind                   policy.PrincipalKind
	}{
		{"AKIAUSER", "arn:aws:iam::123456789012:user/my-user", "", UserID(account, "my-user"), policy.User},
		{"ASIAROLE", "arn:aws:sts::123456789012:assumed-role/app/s1", "arn:aws:iam::123456789012:role/team/app", RoleID(account, "app") + ":s1", policy.RoleSession},
		{"AKIAROOT", "arn:aws:iam::123456789012:root", "", account, policy.Root},
		{"AKIASERVICE", "", "", "", policy.Service},
	} {
		c := s.Credential(row.key)
		if c == nil {
			t.Errorf("%s: no caller", row.key)
			continue
		}
		p := c.Principal
		if p.Kind != row.kind || p.ARN != row.arn || p.RoleARN != row.role || c.UserID != row.userID {
			t.Errorf("%s: %+v, user id %s", row.key, p, c.UserID)
		}
	}
	if s.Credential("AKIANOBODY") != nil {
		t.Error("a key that nobody has found somebody")
	}
}

func TestSealCollectsPolicies(t *testing.T) {
	s := sealedWorld(t)
	var got []string
	for _, p := range s.UserOf(s.Callers["user"]).Policies {
		got = append(got, p.Name)
	}
	if want := "a b readers of-group"; strings.Join(got, " ") != want {
		t.Errorf("policies %v, want %s", got, want)
	}
}

func TestSealLeavesReceiver(t *testing.T) {
	s := unsealed(t)
	if _, err := s.Seal(); err != nil {
		t.Fatal(err)
	}
	if u := s.Accounts[account].Users["my-user"]; u.ARN != "" || u.Policies != nil || u.Inline[0].Name != "b" {
		t.Error("Seal changed the user that it was given")
	}
	if s.Callers["user"].Name != "" || s.credentials != nil || s.Accounts[account].ID != "" {
		t.Error("Seal changed the state that it was given")
	}
}

func TestSealRefuses(t *testing.T) {
	for _, row := range []struct {
		name, want string
		change     func(*State)
	}{
		{"two callers, one key", "same access key", func(s *State) { s.Callers["root"].AccessKeyID = "AKIAUSER" }},
		{"no such user", `no user "nobody"`, func(s *State) { s.Callers["user"].User = "nobody" }},
		{"no such role", `no role "nobody"`, func(s *State) { s.Callers["role"].Role = "nobody" }},
		{"no such account", `no account "111111111111"`, func(s *State) { s.Callers["root"].Account = other }},
		{"nobody", "neither user", func(s *State) { s.Callers["root"].Root = false }},
		{"bucket without owner", `no account "111111111111"`, func(s *State) { s.Buckets["my-bucket"].Owner = other }},
		{"no such managed policy", `no managed policy "x"`, func(s *State) { s.Accounts[account].Users["my-user"].Managed = []string{"x"} }},
		{"no such group", `no group "x"`, func(s *State) { s.Accounts[account].Users["my-user"].Groups = []string{"x"} }},
		{"key of nobody", `no account "111111111111"`, func(s *State) { s.Keys = map[string]*Key{"k": {ID: "k", Account: other}} }},
		{"two aws/s3 keys", "both the aws/s3 key", func(s *State) {
			s.Keys = map[string]*Key{
				"k": {ID: "k", Account: account, Region: "us-east-1", AWSManaged: true},
				"l": {ID: "l", Account: account, Region: "us-east-1", AWSManaged: true},
			}
		}},
	} {
		s := unsealed(t)
		row.change(s)
		if sealed, err := s.Seal(); err == nil || !strings.Contains(err.Error(), row.want) || sealed != nil {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
	}
}

func TestChangesCopy(t *testing.T) {
	s := sealedWorld(t)
	with := s.WithBucket(s.NewBucket("new-bucket", account, "", time.Now()))
	if s.Bucket("new-bucket") != nil || with.Bucket("new-bucket") == nil || with.Bucket("new-bucket").Region != "us-east-1" {
		t.Error("WithBucket must add to a copy")
	}
	without := with.WithoutBucket("my-bucket")
	if with.Bucket("my-bucket") == nil || without.Bucket("my-bucket") != nil {
		t.Error("WithoutBucket must take from a copy")
	}
	if without.WithoutBucket("my-bucket") != without {
		t.Error("without a bucket that is not there, nothing changes")
	}
	frozen := time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	if s.WithClock(Clock{Frozen: frozen}); !s.Clock.Frozen.IsZero() {
		t.Error("WithClock must change a copy")
	}
	if with.Credential("AKIAUSER") == nil || with.ManagedKey(account, "us-east-1") == nil {
		t.Error("a copy must keep the indexes")
	}
}

func TestPrincipalExists(t *testing.T) {
	s := sealedWorld(t)
	for arn, want := range map[string]bool{
		"arn:aws:iam::123456789012:user/my-user":         true,
		"arn:aws:iam::123456789012:user/nobody":          false,
		"arn:aws:iam::123456789012:user/team/my-user":    false,
		"arn:aws:iam::123456789012:role/team/app":        true,
		"arn:aws:iam::123456789012:role/app":             false,
		"arn:aws:sts::123456789012:assumed-role/app/s1":  true,
		"arn:aws:sts::123456789012:assumed-role/none/s1": false,
		"arn:aws:iam::123456789012:root":                 true,
		"arn:aws-cn:iam::123456789012:root":              false,
		"arn:aws-cn:iam::111111111111:user/anybody":      false,
		"123456789012":                              true,
		"arn:aws:iam::111111111111:user/anybody":    true,
		UserID(account, "my-user"):                  true,
		"AIDAJQABLZS4A3QDU576Q":                     false,
		RoleID(account, "app"):                      true,
		CanonicalID(account):                        true,
		AnonymousID:                                 true,
		CanonicalID("999999999999"):                 false,
		policy.OriginIdentityARN + "E2EXAMPLE1OAID": true,
		policy.OriginIdentityARN + "REPLACE_ME":     false,
		OriginIdentityCanonicalID("E2EXAMPLE1OAID"): true,
		OriginIdentityCanonicalID("REPLACE_ME"):     false,
	} {
		if got := s.PrincipalExists(arn); got != want {
			t.Errorf("PrincipalExists(%q) = %v", arn, got)
		}
		if got := s.PrincipalPossible(arn); got != (want || outsideIAM(arn)) {
			t.Errorf("PrincipalPossible(%q) = %v", arn, got)
		}
	}
}

func TestKeyNamed(t *testing.T) {
	s := unsealed(t)
	key := &Key{ID: "key-1", ARN: KeyARN("us-east-1", account, "key-1"), Account: account, Region: "us-east-1", State: KeyEnabled}
	s.Keys = map[string]*Key{key.ARN: key}
	s, err := s.Seal()
	if err != nil {
		t.Fatal(err)
	}
	managed := s.ManagedKey(account, "us-east-1")
	if managed == nil || !managed.AWSManaged || managed.State != KeyEnabled || managed.Policy.Policy.Len() != 2 {
		t.Fatalf("ManagedKey = %+v", managed)
	}
	for _, row := range []struct {
		ref  string
		want *Key
	}{
		{"key-1", key},
		{key.ARN, key},
		{"alias/aws/s3", managed},
		{"", managed},
		{"arn:aws:kms:us-east-1:123456789012:alias/aws/s3", managed},
		{managed.ARN, managed},
		{managed.ID, managed},
		{"key-2", nil},
		{"alias/mine", nil},
		{"arn:aws:kms:eu-west-1:123456789012:key/key-1", nil},
		{"arn:aws:s3:::my-bucket", nil},
		{"arn:aws:kms:us-east-1:123456789012:grant/key-1", nil},
		{"arn:aws:kms", nil},
		{"arn:aws:kms:US:1:alias/aws/s3", nil},
	} {
		if got := s.KeyNamed(row.ref, account, "us-east-1"); got != row.want {
			t.Errorf("KeyNamed(%q) = %+v", row.ref, got)
		}
	}
	if s.ManagedKey(account, "eu-west-1").ARN == managed.ARN {
		t.Error("each region has a key of its own")
	}
}

func TestDeclaredManagedKey(t *testing.T) {
	s := unsealed(t)
	key := &Key{ID: "mine", ARN: KeyARN("us-east-1", account, "mine"), Account: account, Region: "us-east-1", AWSManaged: true}
	s.Keys = map[string]*Key{key.ARN: key}
	s, err := s.Seal()
	if err != nil {
		t.Fatal(err)
	}
	if s.KeyNamed(ManagedKeyAlias, account, "us-east-1") != key {
		t.Error("the declared key is the account's aws/s3 key")
	}
}

func TestManagedKeysAreBounded(t *testing.T) {
	m := keyMemo{keys: map[string]*Key{}}
	for i := range maxManagedKeys + 10 {
		region := "r-" + strings.ToLower(Letters(20, "region", string(rune(i))))
		if k := m.key(account, region); k == nil || m.key(account, region) != k {
			t.Fatalf("the key of %s is %v, and not the same again", region, k)
		}
	}
	if n := len(m.keys); n == 0 || n > maxManagedKeys {
		t.Errorf("%d keys remembered", n)
	}
}

func TestKeyPoliciesCompile(t *testing.T) {
	if p, err := DefaultKeyPolicy(account); err != nil || p.Policy.Len() != 1 {
		t.Errorf("DefaultKeyPolicy: %v", err)
	}
	if p, err := ManagedKeyPolicy(account, "us-east-1"); err != nil || p.Policy.Len() != 2 {
		t.Errorf("ManagedKeyPolicy: %v", err)
	}
}

func TestPublicAccess(t *testing.T) {
	s := sealedWorld(t)
	b := *s.Bucket("my-bucket")
	if s.PublicAccess(&b) != (PublicAccessBlock{}) {
		t.Error("nothing is blocked where nothing says so")
	}
	b.PublicAccessBlock = &PublicAccessBlock{BlockPublicAcls: true}
	s.Accounts[account].PublicAccessBlock = &PublicAccessBlock{RestrictPublicBuckets: true}
	if got := s.PublicAccess(&b); got != (PublicAccessBlock{BlockPublicAcls: true, RestrictPublicBuckets: true}) {
		t.Errorf("PublicAccess = %+v, want what either says", got)
	}
}

func TestNewBucketsOf(t *testing.T) {
	before := NewBucketsOf(NewAnswers(ResponsesAWS, day(2023, time.March, 31), time.Now()))
	if before.Ownership != "" || before.PublicAccessBlock != nil || before.Encryption.Algorithm != "AES256" {
		t.Errorf("before April 2023: %+v", before)
	}
	since := NewBucketsOf(NewAnswers(ResponsesArticle, time.Time{}, time.Now()))
	if since.Ownership != BucketOwnerEnforced || *since.PublicAccessBlock != (PublicAccessBlock{true, true, true, true}) {
		t.Errorf("since April 2023: %+v", since)
	}
}

func TestClock(t *testing.T) {
	real := time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	if got := (Clock{Offset: -time.Hour}).Now(real); got != real.Add(-time.Hour) {
		t.Errorf("shifted clock: %v", got)
	}
	frozen := real.Add(24 * time.Hour)
	if got := (Clock{Offset: time.Hour, Frozen: frozen}).Now(real); got != frozen {
		t.Errorf("frozen clock: %v", got)
	}
	c := Caller{Expires: real}
	if c.Expired(real.Add(-time.Nanosecond)) || !c.Expired(real) || (&Caller{}).Expired(real) {
		t.Error("credentials expire at Expires, and never without it")
	}
}

func TestSigV2Allowed(t *testing.T) {
	for _, row := range []struct {
		setting SigV2
		region  string
		want    bool
	}{
		{"", "us-east-1", true}, {SigV2LegacyRegions, "eu-west-1", true}, {SigV2LegacyRegions, "eu-central-1", false},
		{SigV2Accept, "eu-central-1", true}, {SigV2Refuse, "us-east-1", false},
	} {
		if got := (&State{SigV2: row.setting}).SigV2Allowed(row.region); got != row.want {
			t.Errorf("%q in %s: %v", row.setting, row.region, got)
		}
	}
}

func TestIsRegion(t *testing.T) {
	for name, want := range map[string]bool{
		"us-east-1": true, "us-gov-west-1": true, "": false, "US-EAST-1": false, "us east": false, "-us": false,
		strings.Repeat("a", 33): false,
	} {
		if IsRegion(name) != want {
			t.Errorf("IsRegion(%q) = %v", name, !want)
		}
	}
}

func TestDerivedIDs(t *testing.T) {
	if id := CanonicalID(account); len(id) != 64 || id != CanonicalID(account) || id == CanonicalID(other) {
		t.Errorf("canonical id %s", id)
	}
	if id := UserID(account, "a"); len(id) != 21 || id == UserID(other, "a") || id[4:] == RoleID(account, "a")[4:] {
		t.Errorf("user id %s", id)
	}
	s := sealedWorld(t)
	if s.CanonicalID(account) != s.Accounts[account].CanonicalID || s.CanonicalID(other) != CanonicalID(other) {
		t.Error("an account's canonical id is its own, or derived")
	}
}
