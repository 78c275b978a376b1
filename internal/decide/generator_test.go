package decide

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/s3fault/s3fault/policy"
)

// The generator draws cases from small sets of names and values, so that policies often fit requests.

const (
	own   = "111122223333"
	other = "444455556666"
)

// draft is a case whose policies are still lists of statements, which can be reordered and added to.
type draft struct {
	principal, action, resource, account string
	context                              map[string]any
	identity, boundaries, endpoint       []*drawn
	session                              []*drawn // one is written alone, several as a list
	resourcePolicy                       *drawn
	scps, rcps                           [][]*drawn
	restrict                             bool
}

// drawn is a policy; what its statements say of principals depends on its place.
type drawn struct {
	version    string
	statements []map[string]any
	principal  func(*rand.Rand, map[string]any)
}

var drawnPrincipals = []string{
	"arn:aws:iam::" + own + ":user/alice", "arn:aws:iam::" + own + ":user/team/red/bob", "arn:aws:iam::" + other + ":user/alice",
	"arn:aws:sts::" + own + ":assumed-role/ci/session-1", "arn:aws:sts::" + other + ":assumed-role/ci/session-1",
	"arn:aws:sts::" + own + ":federated-user/alice", "arn:aws:iam::" + own + ":root", "arn:aws:iam::" + other + ":root",
	"logging.s3.amazonaws.com", "cloudtrail.amazonaws.com", "anonymous",
}

// namedPrincipals are values of Principal, which name some of drawnPrincipals in every way that there is.
var namedPrincipals = []any{
	"*", map[string]any{"AWS": "*"}, map[string]any{"AWS": own}, map[string]any{"AWS": []string{other, own}},
	map[string]any{"AWS": "arn:aws:iam::" + own + ":root"}, map[string]any{"AWS": "arn:aws:iam::" + own + ":user/alice"},
	map[string]any{"AWS": []string{"arn:aws:iam::" + own + ":user/team/red/bob", "arn:aws:iam::" + other + ":user/alice"}},
	map[string]any{"AWS": "arn:aws:iam::" + own + ":role/app/ci"}, map[string]any{"AWS": "arn:aws:sts::" + own + ":assumed-role/ci/session-1"},
	map[string]any{"AWS": []string{"arn:aws:iam::" + own + ":role/ci", "arn:aws:sts::" + own + ":assumed-role/ci/session-1"}},
	map[string]any{"AWS": "arn:aws:sts::" + own + ":federated-user/alice"}, map[string]any{"Service": "logging.s3.amazonaws.com"},
	map[string]any{"Service": []string{"logging.s3.amazonaws.com", "cloudtrail.amazonaws.com"}, "AWS": other},
	map[string]any{"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
}

var (
	drawnActions = [][2]string{ // with a resource
		{"s3:GetObject", "arn:aws:s3:::b/home/alice/k.txt"}, {"s3:PutObject", "arn:aws:s3:::b/home/bob/k"}, {"s3:DeleteObjectVersion", "arn:aws:s3:::b/*"},
		{"s3:ListBucket", "arn:aws:s3:::b"}, {"S3:getbucketpolicy", "arn:aws:s3:::b"}, {"s3:ListAllMyBuckets", "*"},
		{"s3:GetAccountPublicAccessBlock", "*"}, {"sts:AssumeRole", "arn:aws:iam::" + own + ":role/app/ci"},
		{"kms:Decrypt", "arn:aws:kms:us-east-1:" + own + ":key/k1"}, {"kms:GenerateDataKey", "arn:aws:kms:us-east-1:" + own + ":key/k1"},
	}
	actionPatterns   = []string{"*", "s3:*", "s3:Get*", "s3:*Object*", "s3:GetObject", "S3:PUTOBJECT", "s3:ListBucke?", "kms:*", "kms:Decrypt", "sts:AssumeRole", "sqs:SendMessage", "s3"}
	resourcePatterns = []string{"*", "arn:aws:s3:::*", "arn:aws:s3:*:*:*", "arn:aws:s3:::b", "arn:aws:s3:::b*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/home/${aws:username}/*", "arn:aws:s3:::?/home/*/k*",
		"arn:aws:kms:*:" + own + ":key/*", "arn:aws:iam::" + own + ":role/*", "arn:aws:s3:::other/*", "arn:aws:s3:::${aws:PrincipalTag/bucket, 'b'}/*", "b"}
)

// drawnKeys has values for every type of condition key; those of a policy may hold wildcards and variables.
var drawnKeys = map[string]struct{ keys, given, listed []string }{
	"String": {[]string{"aws:username", "aws:PrincipalTag/team", "s3:prefix", "s3:x-amz-acl", "aws:PrincipalOrgPaths", "aws:CalledVia", "ec2:Region", "AWS:Referer"},
		[]string{"alice", "home/alice/", "private", "o-1/r-1/ou-1/", "red", ""}, []string{"alice", "A*", "*", "home/${aws:username}/", "o-1/*", "r?d", "${aws:none}", "${aws:none, 'red'}", ""}},
	"Numeric": {[]string{"s3:max-keys", "s3:signatureAge", "aws:MultiFactorAuthAge"}, []string{"10", "600000", "-1.5", "ten"}, []string{"10", "10.0", "600000", "0", "x"}},
	"Date":    {[]string{"aws:CurrentTime", "aws:TokenIssueTime"}, []string{"2026-01-02T03:04:05Z", "1767323045", "soon"}, []string{"2026-01-02T03:04:05Z", "2026", "0", "never"}},
	"Bool":    {[]string{"aws:SecureTransport", "aws:MultiFactorAuthPresent"}, []string{"true", "false", "maybe"}, []string{"true", "FALSE", "yes"}},
	"Ip":      {[]string{"aws:SourceIp", "aws:VpcSourceIp"}, []string{"203.0.113.9", "2001:db8::1", "here"}, []string{"203.0.113.0/24", "0.0.0.0/0", "2001:db8::/32", "203.0.113.9", "x/y"}},
	"Arn":     {[]string{"aws:PrincipalArn", "aws:SourceArn"}, []string{"arn:aws:iam::" + own + ":role/ci", "arn:aws:s3:::b"}, []string{"arn:aws:iam::*:role/*", "arn:aws:s3:::b", "*", "arn:aws:iam::" + own + ":user/${aws:username}"}},
	"Binary":  {[]string{"aws:Referer"}, []string{"QmluYXJ5", "?"}, []string{"QmluYXJ5", "!"}},
	"Null":    {[]string{"aws:SourceIp", "s3:prefix", "aws:none"}, []string{"x"}, []string{"true", "false", "x"}},
}

var keyTypes = []string{"String", "Numeric", "Date", "Bool", "Ip", "Arn", "Binary", "Null"}

func pick[T any](g *rand.Rand, of []T) T { return of[g.IntN(len(of))] }

// some draws one to most values, written as a list or, when it is one, sometimes alone.
func some(g *rand.Rand, of []string, most int) any {
	list := make([]string, 1+g.IntN(most))
	for i := range list {
		list[i] = pick(g, of)
	}
	if len(list) == 1 && g.IntN(2) == 0 {
		return list[0]
	}
	return list
}

func newDraft(g *rand.Rand) *draft {
	what := pick(g, drawnActions)
	d := &draft{
		principal: pick(g, drawnPrincipals), action: what[0], resource: what[1], account: pick(g, []string{own, own, other}),
		context: drawContext(g), restrict: g.IntN(6) == 0, identity: drawPolicies(g, 1, 2, nobody),
	}
	if g.IntN(5) == 0 {
		d.boundaries = drawPolicies(g, 1, 2, nobody)
	}
	if g.IntN(4) == 0 {
		d.session = drawPolicies(g, 1, pick(g, []int{1, 4}), nobody)
	}
	if g.IntN(2) == 0 {
		d.resourcePolicy = drawPolicy(g, somebody)
	}
	if g.IntN(5) == 0 {
		d.endpoint = drawPolicies(g, 1, 2, everybody)
	}
	if g.IntN(5) == 0 {
		for range 1 + g.IntN(3) {
			d.scps = append(d.scps, drawPolicies(g, 0, 2, nobody))
		}
	}
	if g.IntN(5) == 0 {
		for range 1 + g.IntN(3) {
			d.rcps = append(d.rcps, drawPolicies(g, 0, 2, everybody))
		}
	}
	return d
}

func drawContext(g *rand.Rand) map[string]any {
	c := map[string]any{}
	for range g.IntN(6) {
		k := drawnKeys[pick(g, keyTypes)]
		c[pick(g, k.keys)] = some(g, k.given, 2)
	}
	return c
}

func nobody(*rand.Rand, map[string]any) {}

func everybody(_ *rand.Rand, s map[string]any) { s["Principal"] = "*" }

func somebody(g *rand.Rand, s map[string]any) {
	if g.IntN(8) == 0 {
		s["NotPrincipal"] = pick(g, namedPrincipals)
		return
	}
	s["Principal"] = pick(g, namedPrincipals)
}

func drawPolicies(g *rand.Rand, least, most int, principal func(*rand.Rand, map[string]any)) []*drawn {
	list := make([]*drawn, least+g.IntN(most-least+1))
	for i := range list {
		list[i] = drawPolicy(g, principal)
	}
	return list
}

func drawPolicy(g *rand.Rand, principal func(*rand.Rand, map[string]any)) *drawn {
	p := &drawn{version: pick(g, []string{"2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17", ""}), principal: principal}
	for range g.IntN(4) {
		p.statements = append(p.statements, drawStatement(g, pick(g, []string{"Allow", "Allow", "Allow", "Allow", "Deny"}), principal))
	}
	return p
}

func drawStatement(g *rand.Rand, effect string, principal func(*rand.Rand, map[string]any)) map[string]any {
	s := map[string]any{"Effect": effect}
	principal(g, s)
	s[pick(g, []string{"Action", "Action", "Action", "NotAction"})] = some(g, actionPatterns, 3)
	s[pick(g, []string{"Resource", "Resource", "Resource", "NotResource"})] = some(g, resourcePatterns, 3)
	if effect == "Deny" || g.IntN(2) == 0 {
		s["Condition"] = drawCondition(g)
	}
	return s
}

func drawCondition(g *rand.Rand) map[string]any {
	block := map[string]any{}
	for range 1 + g.IntN(2) {
		operator := pick(g, policy.Operators())
		k := drawnKeys[keyTypeOf(operator)]
		block[dress(g, operator)] = map[string]any{pick(g, k.keys): some(g, k.listed, 2)}
	}
	return block
}

// dress gives an operator sometimes a set operator and IfExists, which Null does not take.
func dress(g *rand.Rand, operator string) string {
	if operator == "Null" {
		return operator
	}
	return pick(g, []string{"", "", "ForAllValues:", "ForAnyValue:"}) + operator + pick(g, []string{"", "", "IfExists"})
}

// keyTypeOf is the row of drawnKeys for an operator.
func keyTypeOf(operator string) string {
	for _, t := range keyTypes {
		if len(operator) >= len(t) && (operator[:len(t)] == t || operator == "NotIpAddress" && t == "Ip") {
			return t
		}
	}
	return "String"
}

func (p *drawn) document() any {
	statements := p.statements
	if statements == nil {
		statements = []map[string]any{}
	}
	doc := map[string]any{"Statement": statements}
	if p.version != "" {
		doc["Version"] = p.version
	}
	return doc
}

func documents(list []*drawn) []any {
	docs := make([]any, len(list))
	for i, p := range list {
		docs[i] = map[string]any{"name": fmt.Sprintf("p%d", i), "policy": p.document()}
	}
	return docs
}

func sessionDocuments(list []*drawn) any {
	if len(list) == 1 {
		return list[0].document()
	}
	docs := make([]any, len(list))
	for i, p := range list {
		docs[i] = p.document()
	}
	return docs
}

func levelDocuments(levels [][]*drawn) []any {
	docs := make([]any, len(levels))
	for i, l := range levels {
		docs[i] = map[string]any{"orgIdentifier": fmt.Sprintf("level-%d", i), "policies": documents(l)}
	}
	return docs
}

// line is the case as a JSON object.
func (d *draft) line(id string) []byte {
	c := map[string]any{
		"id":      id,
		"request": map[string]any{"principal": d.principal, "action": d.action, "resource": d.resource, "resourceAccount": d.account, "context": d.context},
	}
	for name, list := range map[string][]*drawn{"identityPolicies": d.identity, "permissionBoundaries": d.boundaries, "vpcEndpointPolicies": d.endpoint} {
		if list != nil {
			c[name] = documents(list)
		}
	}
	if d.session != nil {
		c["sessionPolicy"] = sessionDocuments(d.session)
	}
	if d.resourcePolicy != nil {
		c["resourcePolicy"] = d.resourcePolicy.document()
	}
	for name, levels := range map[string][][]*drawn{"scps": d.scps, "rcps": d.rcps} {
		if levels != nil {
			c[name] = levelDocuments(levels)
		}
	}
	if d.restrict {
		c["restrictPublicBuckets"] = true
	}
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // a map of strings and lists
	}
	return text
}

// policies lists the policies of the draft.
func (d *draft) policies() []*drawn {
	all := slices.Concat(d.identity, d.boundaries, d.endpoint, d.session)
	for _, level := range slices.Concat(d.scps, d.rcps) {
		all = append(all, level...)
	}
	if d.resourcePolicy != nil {
		all = append(all, d.resourcePolicy)
	}
	return all
}

// insert adds a statement to one of the policies.
func (d *draft) insert(g *rand.Rand, effect string) {
	p := pick(g, d.policies())
	p.statements = append(p.statements, drawStatement(g, effect, p.principal))
}

// shuffle reorders everything whose order says nothing: statements, policies and levels.
func (d *draft) shuffle(g *rand.Rand) {
	for _, p := range d.policies() {
		mix(g, p.statements)
	}
	for _, list := range append(slices.Concat(d.scps, d.rcps), d.identity, d.boundaries, d.endpoint, d.session) {
		mix(g, list)
	}
	mix(g, d.scps)
	mix(g, d.rcps)
}

func mix[T any](g *rand.Rand, list []T) {
	g.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}
