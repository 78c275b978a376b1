package advice_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/advice"
	"github.com/s3fault/s3fault/internal/rounds"
	"github.com/s3fault/s3fault/journal"
)

// Within its class what is advised is the smallest that the remedies can write: no single
// change and no pair of changes has fewer, or opens less.
func TestSmallest(t *testing.T) {
	refusals := map[journal.Class]int{}
	for seed, n := uint64(0), rounds.Of(12, 1000); n > 0; seed++ {
		g := rand.New(rand.NewPCG(seed, 11))
		r := try(t, drawnWorld(g), drawnRequest(g))
		if !r.denied(r.world.Moment, journal.Remake{}) {
			continue
		}
		n--
		refusals[holdSmallest(t, seed, r)]++
	}
	t.Logf("refusals by the class of the first advice: %v", refusals)
}

func holdSmallest(t *testing.T, seed uint64, r *retrial) journal.Class {
	t.Helper()
	a := r.on()
	best, err := advice.Exhaustive(r)
	if err != nil {
		t.Fatal(err)
	}
	if len(best) == 0 && a.Proved && len(a.Changes) <= 2 {
		t.Errorf("seed %d: %d changes are advised, and none are found", seed, len(a.Changes))
	}
	for class, want := range best {
		if got, ok := smallestOf(a, class); !ok || got.Changes != want.Changes || got.Opened > want.Opened {
			t.Errorf("seed %d: of the class %s the smallest has %+v, advised is %+v (%v)", seed, class, want, got, ok)
		}
	}
	return a.Class
}

// smallestOf is what the smallest proposal of a class comes to.
func smallestOf(a *journal.Advice, class journal.Class) (least advice.Smallest, ok bool) {
	for _, p := range slices.Concat([]journal.Proposal{a.Proposal}, a.Others) {
		this := advice.Smallest{Changes: len(p.Changes), Opened: advice.Harm(p)}
		if p.Class != class || !p.Proved || removes(p) {
			continue
		}
		if !ok || this.Changes < least.Changes || this.Changes == least.Changes && this.Opened < least.Opened {
			least, ok = this, true
		}
	}
	return least, ok
}

func pick[T any](g *rand.Rand, of ...T) T { return of[g.IntN(len(of))] }

// one in so many.
func oneIn(g *rand.Rand, n int) bool { return g.IntN(n) == 0 }

// drawnWorld is a world in which ann, bob of another account, and the role app have
// policies of every kind that fit requests now and then.
func drawnWorld(g *rand.Rand) string {
	policies := func() string {
		return "policies: {p: " + drawnPolicy(g, "") + pick(g, "", ", q: "+drawnPolicy(g, "")) + "}"
	}
	limit := func(key string, n int) string {
		if oneIn(g, n) {
			return ", " + key + ": " + drawnPolicy(g, "")
		}
		return ""
	}
	world := "accounts: {123456789012: {users: {ann: {" + policies() + limit("permissions_boundary", 4) +
		"}, eve: {" + annAll + "}}, roles: {app: {" + policies() + "}}}, " +
		"222222222222: {users: {bob: {" + policies() + "}}}, 333333333333: {}}\n" +
		"callers: {ann: {account: 123456789012, user: ann}, bob: {account: 222222222222, user: bob}, app: {account: 123456789012, role: app" + limit("session_policy", 3) + "}, eve: {account: 123456789012, user: eve}}\n"
	return world + drawnResources(g) + drawnOrganization(g)
}

func drawnResources(g *rand.Rand) string {
	sealed, keys := "", ""
	if oneIn(g, 4) {
		sealed = `, encryption: {algorithm: "aws:kms", kms_key: key-1}`
		keys = "kms_keys: {key-1: {account: 123456789012" + pick(g, "",
			", policy: "+with(`{Effect: Allow, Principal: {AWS: "arn:aws:iam::123456789012:user/eve"}, Action: "kms:*", `+
				`Resource: "*"}`)) + "}}\n"
	}
	policy := ""
	if !oneIn(g, 3) {
		policy = ", policy: " + drawnPolicy(g, pick(g, `"*"`, `{AWS: "123456789012"}`, `{AWS: "222222222222"}`,
			`{AWS: "arn:aws:iam::123456789012:user/ann"}`))
	}
	block := pick(g, "none", "none", "{restrict_public_buckets: true}")
	network := "network: {source_ip: " + pick(g, "10.1.2.3", "203.0.113.7") + "}\n"
	return keys + "buckets: {my-bucket: {owner: 123456789012, public_access_block: " + block + sealed + policy +
		", objects: {k: {body: x}, home/k: {body: y}}}, other: {owner: 123456789012}}\n" + network
}

func drawnOrganization(g *rand.Rand) string {
	if !oneIn(g, 5) {
		return ""
	}
	return "organization: {id: o-exampleorgid, management_account: 333333333333, scps: {s: {policy: " +
		drawnPolicy(g, "") + "}}, root: {accounts: {123456789012: {scps: [" + pick(g, "s", "FullAWSAccess, s") + "]}}}}\n"
}

// drawnPolicy has one to three statements; of a bucket's policy they name a principal.
func drawnPolicy(g *rand.Rand, principal string) string {
	all := make([]string, 1+g.IntN(3))
	for i := range all {
		all[i] = drawnStatement(g, principal)
	}
	return with(all...)
}

func drawnStatement(g *rand.Rand, principal string) string {
	what := pick(g, [2]string{`"s3:GetObject"`, object}, [2]string{`["s3:GetObject", "s3:PutObject"]`, object},
		[2]string{`"s3:Get*"`, object},
		[2]string{`"s3:*"`, both}, [2]string{`"s3:ListBucket"`, whole}, [2]string{`"s3:PutObject"`, object})
	if principal == "" && oneIn(g, 4) {
		what = pick(g, [2]string{`"*"`, `"*"`}, [2]string{`["kms:Decrypt", "kms:GenerateDataKey"]`, `"*"`},
			[2]string{`"s3:*"`, `"*"`})
	}
	parts := []string{"Effect: " + pick(g, "Allow", "Allow", "Deny"), "Action: " + what[0], "Resource: " +
		strings.ReplaceAll(what[1], "KEY", pick(g, "*", "k", "home/*"))}
	if principal != "" {
		parts = append(parts, "Principal: "+principal)
	}
	if oneIn(g, 3) {
		parts = append(parts, "Condition: "+pick(g, `{IpAddress: {"aws:SourceIp": "10.0.0.0/8"}}`,
			`{NotIpAddress: {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.1"]}}`, `{Bool: {"aws:SecureTransport": "false"}}`,
			`{ArnNotLike: {"aws:PrincipalArn": "arn:aws:iam::123456789012:user/e*"}}`,
			`{StringEquals: {"aws:PrincipalAccount": "123456789012"}}`,
			`{StringNotEquals: {"aws:PrincipalAccount": "222222222222"}}`))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

const (
	object = `"arn:aws:s3:::my-bucket/KEY"`
	whole  = `"arn:aws:s3:::my-bucket"`
	both   = `["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/KEY"]`
)

func drawnRequest(g *rand.Rand) question {
	caller := pick(g, "ann", "ann", "app", "bob", "")
	key := pick(g, "k", "home/k", "missing")
	return pick(g, s3(caller, "GET", "/my-bucket/"+key), s3(caller, "PUT", "/my-bucket/"+key), s3(caller, "GET",
		"/my-bucket"),
		s3(caller, "PUT", fmt.Sprintf("/my-bucket/%s", key), "x-amz-copy-source", "my-bucket/k"))
}
